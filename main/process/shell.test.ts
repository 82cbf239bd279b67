import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { latePipe, type PortLike, portPipe } from './pipe';
import { startUtilityEngine, type UtilityLike } from './shell';
import { shellSpawner } from './spawn';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-shell-'));
  for (const name of ['engine', 'importer', 'sandbox']) writeFileSync(join(folder, `${name}.mjs`), '');
  process.env.THROUGHLINE_PROGRAMS = folder;
});
afterAll(() => {
  delete process.env.THROUGHLINE_PROGRAMS;
  rmSync(folder, { recursive: true, force: true });
});

/** Messages wait for the first listener, as those of Electron's ports do. */
class Mailbox {
  private readonly listeners: ((event: { data: unknown; ports: PortLike[] }) => void)[] = [];
  private readonly waiting: { data: unknown; ports: PortLike[] }[] = [];

  put(data: unknown, ports: PortLike[] = []): void {
    if (this.listeners.length === 0) this.waiting.push({ data, ports });
    for (const listener of this.listeners) listener({ data, ports });
  }

  on(event: string, listener: (event: { data: unknown; ports: PortLike[] }) => void): void {
    if (event !== 'message') return;
    this.listeners.push(listener);
    for (const message of this.waiting.splice(0)) listener(message);
  }
}

/** Two ends of a message channel, as Electron's `MessageChannelMain` gives them. */
function channel(): { port1: PortLike; port2: PortLike } {
  const boxes = [new Mailbox(), new Mailbox()] as const;
  const port = (mine: Mailbox, other: Mailbox): PortLike => ({
    postMessage: (data, ports) => other.put(data, ports),
    on: (event: string, listener: (...words: never[]) => void) => mine.on(event, listener as () => void),
  });
  return { port1: port(boxes[0], boxes[1]), port2: port(boxes[1], boxes[0]) };
}

interface FakeUtility {
  readonly path: string;
  readonly utility: UtilityLike;
  /** What the process sees as its parent port. */
  readonly parent: PortLike;
  exit(code: number): void;
  killed: boolean;
}

function fakeShell(): { forked: FakeUtility[]; fork(path: string): UtilityLike; channel: typeof channel } {
  const forked: FakeUtility[] = [];
  return {
    forked,
    channel,
    fork(path) {
      const outside = new EventEmitter();
      const inside = new Mailbox();
      const fake: FakeUtility = {
        path,
        killed: false,
        exit: (code) => void outside.emit('exit', code),
        parent: {
          postMessage: (value) => void outside.emit('message', value),
          on: (event: string, listener: (...words: never[]) => void) =>
            inside.on(event, listener as () => void),
        },
        utility: {
          pid: 100 + forked.length,
          postMessage: (data, ports) => inside.put(data, ports),
          on: (event: string, listener: (...words: never[]) => void) =>
            outside.on(event, listener as () => void),
          kill() {
            fake.killed = true;
            return true;
          },
        },
      };
      forked.push(fake);
      return fake.utility;
    },
  };
}

test('an engine in a shell gets its importer from the shell and talks to it straight', () => {
  const shell = fakeShell();
  const held = startUtilityEngine(shell);
  const [engine] = shell.forked;
  if (!engine) throw new Error('no engine was forked');
  expect([held.pid, engine.path]).toEqual([100, join(folder, 'engine.mjs')]);

  const child = shellSpawner(portPipe(engine.parent)).spawn('importer');
  const heard: unknown[] = [];
  child.onMessage((value) => heard.push(value));
  const ends: unknown[] = [];
  child.onClose((exit) => ends.push(exit));
  child.send('said before the port came');
  const importer = shell.forked[1];
  if (!importer) throw new Error('no importer was forked');
  expect([importer.path, child.pid]).toEqual([join(folder, 'importer.mjs'), 101]);

  // The importer's side: its first message brings the port.
  const inside = latePipe();
  const said: unknown[] = [];
  inside.onMessage((value) => said.push(value));
  importer.parent.on('message', ({ ports }) => ports[0] && inside.connect(portPipe(ports[0])));
  inside.send('and an answer');
  expect([said, heard]).toEqual([['said before the port came'], ['and an answer']]);

  child.kill();
  expect(importer.killed).toBe(true);
  importer.exit(9);
  expect(ends).toEqual([{ code: 9, signal: null }]);
});

test('when the engine is gone the shell ends what it started for it', () => {
  const shell = fakeShell();
  const held = startUtilityEngine(shell);
  const exits: unknown[] = [];
  held.onClose((exit) => exits.push(exit));
  const engine = shell.forked[0];
  if (!engine) throw new Error('no engine was forked');
  shellSpawner(portPipe(engine.parent)).spawn('sandbox');
  engine.exit(139);
  expect(exits).toEqual([{ code: 139, signal: null }]);
  expect(shell.forked[1]?.killed).toBe(true);
});
