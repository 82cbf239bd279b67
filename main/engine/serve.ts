/** The engine at work: builds its context, opens the door to pages and the host's own entrance. */
import type { Message } from '../../shared/protocol';
import { errorText } from '../case/durable';
import { noLog } from '../case/log';
import { type FromEngine, isToEngine, noticeMessage, type ToEngine } from '../process/envelope';
import { isUtilityProcess, openParentPort } from '../process/parent-port';
import { portPipe } from '../process/pipe';
import { forkedChildren, shellSpawner } from '../process/spawn';
import { VERSION } from '../process/version';
import { type EngineContext, oneAtATime } from './context';
import { runControl } from './controls';
import { type DoorClient, openDoor } from './door';
import { dispatch } from './handlers/handlers';
import { createLooker } from './looker';
import { closeCase } from './open-case';
import { createQueries } from './queries';
import { openRecent } from './recent';
import { createTokens } from './tokens';

/** How long the leave may take once the host is gone. */
const LEAVE_MS = 3000;
const MEMORY_NOTICE_MS = 5000;

const host = openParentPort();
const tell = (message: FromEngine): void => host.send(message);
const pages = new Map<number, DoorClient>();
const controlsUnderWay = new Map<number, AbortController>();

const spawner = isUtilityProcess() ? shellSpawner(host) : forkedChildren;

const context: EngineContext = {
  version: VERSION,
  tokens: createTokens(),
  spawner,
  looker: createLooker(spawner),
  now: () => new Date(),
  settings: { host: 'browser', dataFolder: null, casesFolder: null, sampleFolder: null },
  recent: openRecent(null),
  case: null,
  log: noLog,
  hostLog: noLog,
  exclusive: oneAtATime(),
  notify(name, value) {
    for (const page of pages.values()) page.notify(noticeMessage(name, value));
  },
};
const queries = createQueries(context);

host.onMessage((value, ports) => {
  if (!isToEngine(value)) return;
  if (value.kind === 'port') {
    const port = ports[0];
    if (port) connectPort(value.client, portPipe(port));
  } else receive(value);
});
host.onClose(() => void leave());

process.on('uncaughtException', (error) => {
  context.log.error('the engine stops', error);
  process.stderr.write(`${errorText(error)}\n`);
  process.exit(1);
});

setInterval(() => {
  context.notify('engine.memory', { bytes: process.memoryUsage.rss() });
}, MEMORY_NOTICE_MS).unref();

tell({ kind: 'ready' });

function receive(value: ToEngine): void {
  if (value.kind === 'page') pageOf(value.client).receive(value.message);
  else if (value.kind === 'credit') pageOf(value.client).credit(value.bytes);
  else if (value.kind === 'gone') forget(value.client);
  else if (value.kind === 'control') void control(value.id, value.name, value.params);
  else if (value.kind === 'abort') controlsUnderWay.get(value.id)?.abort();
}

/** The door of a page whose messages the host carries. */
function pageOf(client: number): DoorClient {
  const known = pages.get(client);
  if (known) return known;
  return openPage(client, (message, bytes) => tell({ kind: 'page', client, message, bytes }));
}

/** The door of a page that has its own port into this process (Electron). */
function connectPort(client: number, pipe: ReturnType<typeof portPipe>): void {
  // A port takes what it is given; the page's own pace bounds it, for it asks for pages only.
  const page = openPage(client, (message, bytes) => {
    pipe.send(message);
    if (bytes > 0) setImmediate(() => page.credit(bytes));
  });
  pipe.onMessage((message) => page.receive(message));
  pipe.onClose(() => forget(client));
}

function openPage(client: number, send: (message: Message, bytes: number) => void): DoorClient {
  const page = openDoor(
    {
      dispatch: (name, params, call) => dispatch(name, params, { ...call, context }),
      log: () => context.log,
      checkResults: process.env.THROUGHLINE_CHECK_RESULTS === '1',
    },
    client,
    send,
  );
  pages.set(client, page);
  return page;
}

function forget(client: number): void {
  pages.get(client)?.close();
  pages.delete(client);
}

async function control(id: number, name: string, params: unknown): Promise<void> {
  const abort = new AbortController();
  controlsUnderWay.set(id, abort);
  let stopping = false;
  const stop = (): void => {
    stopping = true;
  };
  const outcome = await runControl(name, params, { context, queries, signal: abort.signal, stop });
  controlsUnderWay.delete(id);
  if (outcome.ok) tell({ kind: 'control-result', id, ok: true, value: outcome.value });
  else tell({ kind: 'control-failed', id, problem: outcome.problem });
  if (stopping) void leave();
}

/** Closes the case and ends the process, whatever hangs. */
async function leave(): Promise<void> {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), LEAVE_MS).unref();
  queries.closeAll();
  context.looker.close();
  await closeCase(context).catch(() => undefined);
  process.exit(0);
}
