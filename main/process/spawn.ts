/**
 * Starts our child processes. Where Node may fork, it forks; in an Electron utility process the shell is asked to
 * (only the shell may), and the new process comes back as a message port.
 */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FromEngine, isToEngine } from './envelope';
import { type Child, childPipe, latePipe, type Pipe, portPipe } from './pipe';

export type ChildEntry = 'engine' | 'importer' | 'sandbox' | 'casefile';

export interface Spawner {
  /** `words` are the child's arguments, where it is forked. */
  spawn(entry: ChildEntry, ...words: readonly string[]): Child;
}

/**
 * Where the built program of that name lies: beside the running bundle, or where `THROUGHLINE_PROGRAMS` says (tests
 * run from source and point it at a build).
 */
export function entryPath(entry: string): string {
  const folder = process.env.THROUGHLINE_PROGRAMS ?? dirname(fileURLToPath(import.meta.url));
  const path = join(folder, `${entry}.mjs`);
  if (!existsSync(path)) throw new Error(`the program ${entry}.mjs is not built: run npm run build`);
  return path;
}

/**
 * Heaps of processes that read what others made. An importer holds what is under way of one file (see `flow-table.ts`
 * for the most there is of that); of a case file only JSON lies in the heap, blocks of bytes outside of it.
 */
const HEAP_MB: Readonly<Partial<Record<string, number>>> = { importer: 1000, casefile: 320 };

/** Tells an engine, on its command line, that an import is what it is started for. */
export const COMING_IMPORT = '--coming-import';

/**
 * Node's options for a child. Where its heap has a limit, Node collects garbage before it is several times what is in
 * use; the default on a big machine is 4 GB.
 */
export function nodeOptions(entry: string): string[] {
  const limit = HEAP_MB[entry];
  return limit === undefined ? [] : [`--max-old-space-size=${limit}`];
}

/** Children by `child_process.fork`: command line and loopback host, and their engine. */
export const forkedChildren: Spawner & {
  prepare(entry: ChildEntry, ...words: readonly string[]): void;
  dropPrepared(): void;
} = {
  spawn(entry, ...words) {
    const ready = prepared.get(entry);
    prepared.delete(entry);
    return ready?.isAlive() ? ready.child : forkChild(entry, words);
  },
  /** Starts a child ahead of the one call of `spawn` that will take it. */
  prepare(entry, ...words) {
    const child = forkChild(entry, words);
    let isAlive = true;
    child.onClose(() => {
      isAlive = false;
    });
    prepared.set(entry, { child, isAlive: () => isAlive });
  },
  /** Ends what was started ahead and not taken. */
  dropPrepared() {
    for (const { child } of prepared.values()) child.kill();
    prepared.clear();
  },
};

const prepared = new Map<ChildEntry, { readonly child: Child; isAlive(): boolean }>();

function forkChild(entry: ChildEntry, words: readonly string[]): Child {
  const child = fork(entryPath(entry), words, {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // The parent's --inspect or loader flags are not the child's business.
    execArgv: nodeOptions(entry),
    env: childEnvironment(),
    // Its own process group: Ctrl-C in a terminal is for the command line, which ends its children in order.
    detached: process.platform !== 'win32',
  });
  return childPipe(child);
}

/** Ours without the certificates of others: a child speaks to nobody outside, and Node reads them all as it starts. */
function childEnvironment(): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _certificates, ...others } = process.env;
  return others;
}

/** Children asked for from the Electron shell over the engine's own parent port. */
export function shellSpawner(parent: Pipe): Spawner {
  let last = 0;
  const started = new Map<number, { pid: number | undefined; late: ReturnType<typeof latePipe> }>();
  parent.onMessage((value, ports) => {
    if (!isToEngine(value)) return;
    if (value.kind === 'spawned') {
      const child = started.get(value.child);
      const port = ports[0];
      if (child) child.pid = value.pid;
      if (child && port) child.late.connect(portPipe(port));
    }
    if (value.kind === 'child-exit') {
      started.get(value.child)?.late.end({ code: value.code, signal: null });
      started.delete(value.child);
    }
  });
  const tell = (message: FromEngine): void => parent.send(message);
  return {
    spawn(entry) {
      last += 1;
      const id = last;
      const child = { pid: undefined, late: latePipe() };
      started.set(id, child);
      tell({ kind: 'spawn', child: id, entry });
      return {
        get pid() {
          return child.pid;
        },
        send: child.late.send,
        onMessage: child.late.onMessage,
        onClose: child.late.onClose,
        close: child.late.close,
        kill: () => tell({ kind: 'kill', child: id }),
        lastWords: () => '',
      };
    },
  };
}
