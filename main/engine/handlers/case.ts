/** Session, case, operations and window state. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fail, type Outcome, type Problem, succeed } from '../../../shared/problem';
import type { CaseState } from '../../../shared/protocol';
import { openCaseOf, writableCaseOf } from '../context';
import { closeCase, type OpenCase, openCase } from '../open-case';
import { operate } from '../operate';
import { readSample } from '../sample';
import type { Handlers } from './handlers';

type Names =
  | 'session.hello'
  | 'case.create'
  | 'case.open'
  | 'case.sample'
  | 'case.close'
  | 'operation.undo'
  | 'operation.redo'
  | 'workspace.load'
  | 'workspace.save'
  | 'host.grantPath';

export const caseHandlers: Pick<Handlers, Names> = {
  async 'session.hello'(_, { context }) {
    const recent = (await context.recent.list()).filter(({ folder }) => existsSync(folder));
    return succeed({
      version: context.version,
      logFile: context.log.file,
      host: context.settings.host === 'electron' ? 'electron' : 'browser',
      case: context.case?.state() ?? null,
      recent: recent.map((entry) => ({ ...entry, token: context.tokens.grant({ path: entry.folder }) })),
      engineMemoryBytes: process.memoryUsage.rss(),
    });
  },

  async 'case.create'({ name }, { context }) {
    const folder = freshFolder(context.settings.casesFolder, name);
    if (!folder.ok) return folder;
    return stateOf(
      await openCase(context, { folder: folder.value, mode: 'write', create: true, cache: true, name }),
    );
  },

  async 'case.open'({ token, passphrase }, { context, signal }) {
    const granted = context.tokens.resolve(token);
    if (!granted) return fail(unknownToken);
    return stateOf(
      await openCase(context, {
        folder: granted.readFrom ?? granted.path,
        mode: 'write',
        create: false,
        cache: true,
        passphrase,
        signal,
      }),
    );
  },

  /** Fills the open case when it is writable and empty (the command line made it); else makes one. */
  async 'case.sample'(_, { context }) {
    const sample = await readSample(context.settings.sampleFolder);
    if (!sample.ok) return sample;
    const { name, items } = sample.value;
    let open = context.case;
    if (!open || open.workspace.readOnly !== null || open.workspace.segments.length > 0) {
      const folder = freshFolder(context.settings.casesFolder, name);
      if (!folder.ok) return folder;
      const made = await openCase(context, {
        folder: folder.value,
        mode: 'write',
        create: true,
        cache: true,
        name,
      });
      if (!made.ok) return made;
      open = made.value;
    }
    const state = open.state();
    context.notify('facts.changed', { case: state });
    return succeed({ case: state, importId: open.imports.start(items, false) });
  },

  async 'case.close'(_, { context }) {
    await closeCase(context);
    return succeed({});
  },

  'operation.undo': (_, call) => operate(call, (open) => open.workspace.journal.undo()),
  'operation.redo': (_, call) => operate(call, (open) => open.workspace.journal.redo()),

  async 'workspace.load'(_, { context }) {
    const open = openCaseOf(context);
    return open.ok ? succeed({ state: await open.value.workspace.loadSettings() }) : open;
  },

  async 'workspace.save'({ state }, { context }) {
    const open = writableCaseOf(context);
    if (!open.ok) return open;
    await open.value.workspace.saveSettings(state);
    return succeed({});
  },

  'host.grantPath'({ path }, { context }) {
    if (context.settings.host !== 'browser') return fail(notThisHost);
    if (!existsSync(path)) return fail(noSuchPath(path));
    const token = context.tokens.grant({ path });
    return succeed({ token, name: context.tokens.resolve(token)?.name ?? path });
  },
};

function stateOf(open: Outcome<OpenCase>): Outcome<CaseState> {
  return open.ok ? succeed(open.value.state()) : open;
}

/** A new folder named after the case; letters, digits, spaces, dots, dashes and underscores stay. */
export function freshFolder(casesFolder: string | null, name: string): Outcome<string> {
  if (casesFolder === null) {
    return fail({
      code: 'no-cases-folder',
      what: 'This window cannot make a case.',
      help: 'Use the command line.',
    });
  }
  const safe = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{N} ._-]/gu, '_')
    .replace(/^[. ]+|[. ]+$/g, '')
    .slice(0, 100);
  const base = safe === '' || /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(safe) ? `case ${safe}`.trim() : safe;
  for (let number = 1; number < 10_000; number += 1) {
    const folder = join(casesFolder, number === 1 ? base : `${base} ${number}`);
    if (!existsSync(folder)) return succeed(folder);
  }
  return fail({ code: 'name-taken', what: 'There are too many cases of this name.', where: casesFolder });
}

export const unknownToken: Problem = {
  code: 'unknown-token',
  what: 'This file is no longer at hand.',
  help: 'Choose it again.',
};

const notThisHost: Problem = {
  code: 'not-this-host',
  what: 'Paths are chosen in a dialog here, not typed.',
};

function noSuchPath(path: string): Problem {
  return { code: 'path-missing', what: 'There is no such file or folder.', where: path };
}
