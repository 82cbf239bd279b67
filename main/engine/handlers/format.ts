/** Formats: what there is, one's text, keeping and removing one's own, and whole libraries as text files. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CaseRecord } from '../../../shared/case';
import { fail, type Outcome, type Problem, succeed } from '../../../shared/problem';
import { errorText } from '../../case/durable';
import { joinFormats, splitFormats } from '../../formats/bundle';
import type { Format } from '../../formats/format';
import { EXPORT_FORMATS } from '../../query/export/formats';
import type { Call } from '../context';
import { catalogue, readOwn, removeFromLibrary, saveToLibrary, textOf } from '../formats';
import { operate } from '../operate';
import { unknownToken } from './case';
import type { Handlers } from './handlers';

type Names =
  | 'format.list'
  | 'format.text'
  | 'format.save'
  | 'format.remove'
  | 'format.export'
  | 'format.import';

const MOST_BYTES = 20_000_000;

export const formatHandlers: Pick<Handlers, Names> = {
  async 'format.list'(_, { context }) {
    const { formats: all, originOf } = await catalogue(context);
    const formats = all.map(({ id, title, reference, read }) => ({
      id,
      title,
      reference,
      reader: read.kind,
      origin: originOf(id),
    }));
    const exports = EXPORT_FORMATS.map(({ id, title, help, ending, isSheet, isFixed }) => {
      return { id, title, help, ending, isSheet, isFixed };
    });
    // They take a while to load, which no engine should start with.
    const { listDissectors } = await import('../../dissectors');
    return succeed({ formats, dissectors: [...listDissectors()], exports });
  },

  async 'format.text'({ id }, { context }) {
    const text = await textOf(context, id);
    return text.ok ? succeed({ text: text.value }) : text;
  },

  async 'format.save'({ text, toCase, toLibrary }, call) {
    const format = readOwn(text);
    if (!format.ok) return format;
    const kept = await keep(call, [{ format: format.value, text }], { toCase, toLibrary });
    return kept.ok ? succeed({ id: format.value.id, title: format.value.title }) : kept;
  },

  async 'format.remove'({ id, from }, call) {
    if (from === 'library') {
      const removed = await removeFromLibrary(call.context, id);
      return removed.ok ? succeed({}) : removed;
    }
    const state = await operate(call, async ({ workspace }) => {
      const record = workspace.record('format', id);
      if (!record) return fail({ code: 'format-unknown', what: `The case has no format ${id} of its own.` });
      const diff = { added: [], updated: [], removed: [record] };
      return workspace.journal.append(`Remove the format ${id}`, diff);
    });
    return state.ok ? succeed({}) : state;
  },

  async 'format.export'({ ids, token }, { context }) {
    const granted = context.tokens.resolve(token);
    if (!granted) return fail(unknownToken);
    const texts: string[] = [];
    for (const id of ids) {
      const text = await textOf(context, id);
      if (!text.ok) return text;
      texts.push(text.value);
    }
    const path = resolve(granted.path);
    try {
      await writeFile(path, joinFormats(texts));
    } catch (error) {
      return fail(notWritten(path, error));
    }
    return succeed({ path, formats: texts.length });
  },

  async 'format.import'({ token, toCase, toLibrary }, call) {
    const granted = call.context.tokens.resolve(token);
    if (!granted) return fail(unknownToken);
    const path = granted.readFrom ?? granted.path;
    const found = await stat(path).catch(() => null);
    if (!found?.isFile() || found.size > MOST_BYTES) return fail(noFormats(granted.path));
    const texts = splitFormats(await readFile(path, 'utf8'));
    if (texts.length === 0) return fail(noFormats(granted.path));
    const read: Own[] = [];
    const problems: Problem[] = [];
    for (const text of texts) {
      const format = readOwn(text);
      if (format.ok) read.push({ format: format.value, text });
      else problems.push(format.problem);
    }
    const kept = await keep(call, read, { toCase, toLibrary });
    if (!kept.ok) return kept;
    return succeed({ taken: read.map(({ format: { id, title } }) => ({ id, title })), problems });
  },
};

interface Own {
  readonly format: Format;
  readonly text: string;
}

interface Where {
  readonly toCase: boolean;
  readonly toLibrary: boolean;
}

async function keep(call: Call, own: readonly Own[], { toCase, toLibrary }: Where): Promise<Outcome<null>> {
  if (!toCase && !toLibrary)
    return fail({ code: 'nowhere', what: 'The format is to be kept nowhere.', help: 'Choose a place.' });
  if (toLibrary) {
    for (const { format, text } of own) {
      const saved = await saveToLibrary(call.context, format, text);
      if (!saved.ok) return saved;
    }
  }
  if (!toCase || own.length === 0) return succeed(null);
  const state = await operate(call, async ({ workspace }) => {
    const diff: { added: CaseRecord[]; updated: [CaseRecord, CaseRecord][]; removed: CaseRecord[] } = {
      added: [],
      updated: [],
      removed: [],
    };
    for (const { format, text } of own) {
      const before = workspace.record('format', format.id);
      const at = call.context.now().toISOString();
      const after: CaseRecord = { kind: 'format', id: format.id, schema: 1, text, by: workspace.author, at };
      if (before === null) diff.added.push(after);
      else if (before.text !== text) diff.updated.push([before, after]);
    }
    if (diff.added.length + diff.updated.length === 0) return succeed(null);
    const [first] = own;
    const what = own.length === 1 && first ? `the format ${first.format.id}` : `${own.length} formats`;
    return workspace.journal.append(`Keep ${what}`, diff);
  });
  return state.ok ? succeed(null) : state;
}

function noFormats(where: string): Problem {
  return {
    code: 'no-formats',
    what: 'This file holds no formats.',
    where,
    help: 'Choose a text file that formats were exported to, or a format’s own YAML file.',
  };
}

function notWritten(where: string, error: unknown): Problem {
  return {
    code: 'not-written',
    what: 'The formats could not be written.',
    why: errorText(error),
    where,
    help: 'Choose another place.',
  };
}
