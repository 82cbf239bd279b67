/** The host's own calls: configuration, real paths, opening folders, analyst SQL. Never reachable from a page. */
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import { fail, type Outcome, succeed } from '../../shared/problem';
import { errorText } from '../case/durable';
import { noLog, openLog } from '../case/log';
import type { Sample } from '../formats/format';
import { type ControlName, type ControlResult, controls } from '../process/control';
import { makeKeys, makeWorkspace, verifyFile } from './case-file-jobs';
import { type EngineContext, openCaseOf } from './context';
import { catalogue } from './formats';
import { closeCase, openCase } from './open-case';
import type { Queries } from './queries';
import { openRecent } from './recent';

interface ControlCall {
  readonly context: EngineContext;
  readonly queries: Queries;
  readonly signal: AbortSignal;
  readonly stop: () => void;
}

type ControlHandlers = {
  readonly [N in ControlName]: (
    params: z.output<(typeof controls)[N]['params']>,
    call: ControlCall,
  ) => Outcome<ControlResult<N>> | Promise<Outcome<ControlResult<N>>>;
};

const handlers: ControlHandlers = {
  'engine.configure'(settings, { context }) {
    context.settings = settings;
    context.recent = openRecent(settings.dataFolder);
    context.hostLog =
      settings.dataFolder === null
        ? noLog
        : openLog(join(settings.dataFolder, 'throughline.log'), context.now);
    if (!context.case) context.log = context.hostLog;
    return succeed({ version: context.version });
  },

  'path.grant'({ paths }, { context }) {
    return succeed({
      grants: paths.map((path) => {
        const token = context.tokens.grant({ path });
        return { token, name: context.tokens.resolve(token)?.name ?? path, path };
      }),
    });
  },

  async 'case.openFolder'({ folder, mode, create, cache, name, passphrase }, { context, signal }) {
    const open = await openCase(context, {
      folder: resolve(folder),
      mode,
      create,
      cache,
      passphrase,
      signal,
      ...(name === undefined ? {} : { name }),
    });
    return open.ok ? succeed(open.value.state()) : open;
  },

  'file.verify': (asked, { context, signal }) => verifyFile(context, asked, signal),

  async 'file.unpack'({ folder }, { context }) {
    const open = openCaseOf(context);
    if (!open.ok) return open;
    const made = await makeWorkspace(open.value, folder, open.value.workspace.name);
    return made.ok ? succeed({ folder: made.value }) : made;
  },

  'file.makeKeys': ({ path }, { context }) => makeKeys(context, path),

  async 'catalogue.list'(_, { context }) {
    const { formats, originOf } = await catalogue(context);
    const { listDissectors } = await import('../dissectors');
    return succeed({
      formats: formats.map(({ id, title, reference, read, samples }) => ({
        id,
        title,
        reference,
        reader: read.kind,
        origin: originOf(id),
        sample: samples[0] ? sampleText(samples[0]) : '',
      })),
      dissectors: listDissectors().map(({ id, title, reference, sample }) => ({
        id,
        title,
        reference,
        sample,
      })),
    });
  },

  'query.open': (params, { queries, signal }) => queries.open(params, signal),
  'query.next': ({ queryId }, { queries }) => queries.next(queryId),
  'query.saveParquet': ({ queryId, path }, { queries }) => queries.saveParquet(queryId, path),
  'query.close'({ queryId }, { queries }) {
    queries.close(queryId);
    return succeed({});
  },

  async 'engine.stop'(_, { context, stop }) {
    await closeCase(context);
    stop();
    return succeed({});
  },
};

/** A sample as one text: its lines, its JSON, or its cells as JSON. */
function sampleText(sample: Sample): string {
  if (sample.line !== undefined) return sample.line;
  if (sample.lines !== undefined) return sample.lines.join('\n');
  const given = sample.json ?? sample.record ?? sample.records;
  return typeof given === 'string' ? given : JSON.stringify(given);
}

/** Checks and runs one control call; whatever is thrown becomes a Problem. */
export async function runControl(
  name: string,
  params: unknown,
  call: ControlCall,
): Promise<Outcome<unknown>> {
  if (!isControlName(name))
    return fail({ code: 'unknown-control', what: 'The engine does not know this call.', where: name });
  const parsed = controls[name].params.safeParse(params);
  if (!parsed.success) {
    return fail({
      code: 'bad-params',
      what: 'The host asked in a form the engine does not understand.',
      why: parsed.error.message,
      where: name,
    });
  }
  try {
    // Parsed by the schema of this very name.
    const handler = handlers[name] as (params: unknown, call: ControlCall) => Promise<Outcome<unknown>>;
    return await handler(parsed.data, call);
  } catch (error) {
    call.context.log.error(`the control call ${name} failed`, error);
    return fail({ code: 'internal', what: 'Something went wrong in Throughline.', why: errorText(error) });
  }
}

function isControlName(name: string): name is ControlName {
  return Object.hasOwn(controls, name);
}
