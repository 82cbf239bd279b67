/**
 * One packet as tshark explains it, where tshark is installed. It is given that packet alone in a file of the case's
 * cache (it takes no socket for its input), fixed arguments, no shell, no name look-ups, no settings of the user, and
 * is ended when it takes too long, too much memory or says too much.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import type { Result } from '../../shared/protocol';

const MOST_MS = 15_000;
const MOST_MEMORY_KB = 768 * 1024;
const MOST_BYTES = 512 * 1024;
const LOOK_EVERY_MS = 150;

const FILE = 'packet.pcapng';
/** Prints every packet's whole tree, resolves no names. */
const ARGUMENTS: readonly string[] = ['-n', '-V', '-r', FILE];
const PLACES: readonly string[] =
  process.platform === 'win32'
    ? ['C:\\Program Files\\Wireshark']
    : process.platform === 'darwin'
      ? ['/Applications/Wireshark.app/Contents/MacOS']
      : [];

let known: Promise<string | null> | null = null;

/** Where tshark lies, or null. Nothing is run to find out; looked up once. */
export function findTshark(): Promise<string | null> {
  known ??= lookUp([...(process.env.PATH ?? '').split(delimiter), ...PLACES]);
  return known;
}

export async function lookUp(folders: readonly string[]): Promise<string | null> {
  const name = process.platform === 'win32' ? 'tshark.exe' : 'tshark';
  for (const folder of folders) {
    // A relative place would be another program in another folder.
    if (!/^(?:\/|[A-Za-z]:\\)/.test(folder)) continue;
    const path = join(folder, name);
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return null;
}

export interface ExplainPlace {
  /** `null`: not installed. */
  readonly program: string | null;
  /** A folder of the case in which the program may believe its settings to be. */
  readonly scratch: string;
}

/** `packet` is a pcapng file of that packet. */
export async function explain(
  packet: Uint8Array,
  { program, scratch }: ExplainPlace,
  signal?: AbortSignal,
): Promise<Outcome<Result<'event.explain'>>> {
  if (program === null) return fail(absent);
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  const home = await mkdtemp(join(scratch, 'explain-'));
  try {
    await writeFile(join(home, FILE), packet, { mode: 0o600 });
    const said = await run(program, home, signal);
    return said.ok ? succeed({ lines: treeOf(said.value) }) : said;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Depth is four blanks a step; the blank lines between layers are left out. */
export function treeOf(text: string): { depth: number; text: string }[] {
  return text.split('\n').flatMap((line) => {
    const plain = line.trimEnd();
    const start = plain.length - plain.trimStart().length;
    if (plain === '') return [];
    // Bytes it cannot name are dumped from the edge of the line on; they belong to the layer before.
    const depth = /^[0-9a-f]{4,8} {2}[0-9a-f]{2} /.test(plain) ? 1 : Math.floor(start / 4);
    return [{ depth, text: plain.slice(start) }];
  });
}

function run(program: string, home: string, signal: AbortSignal | undefined): Promise<Outcome<string>> {
  return new Promise((settle) => {
    const child = spawn(program, [...ARGUMENTS], {
      cwd: home,
      shell: false,
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { HOME: home, WIRESHARK_CONFIG_DIR: home, LC_ALL: 'C.UTF-8', PATH: process.env.PATH ?? '' },
    });
    const parts: Buffer[] = [];
    let size = 0;
    let stopped: Problem | null = null;
    const stop = (problem: Problem): void => {
      stopped ??= problem;
      child.kill('SIGKILL');
      // What it may have started holds the pipe open; nobody waits for that.
      child.stdout.destroy();
      end(fail(stopped));
    };
    const cancel = (): void => stop({ code: 'cancelled', what: 'The request was given up.' });
    const clock = setTimeout(() => stop(tooMuch(`it took longer than ${MOST_MS / 1000} s`)), MOST_MS);
    const memory = setInterval(() => {
      void memoryOf(child).then((kb) => {
        if (kb > MOST_MEMORY_KB) stop(tooMuch(`it took more than ${MOST_MEMORY_KB / 1024} MB of memory`));
      });
    }, LOOK_EVERY_MS);
    signal?.addEventListener('abort', cancel, { once: true });
    const end = (outcome: Outcome<string>): void => {
      clearTimeout(clock);
      clearInterval(memory);
      signal?.removeEventListener('abort', cancel);
      settle(outcome);
    };
    if (signal?.aborted) cancel();
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MOST_BYTES) stop(tooMuch('it said more than can be shown'));
      else parts.push(chunk);
    });
    child.on('error', (error) => end(fail({ ...failed, why: error.message })));
    child.on('close', (code) => {
      const text = Buffer.concat(parts).toString('utf8');
      if (stopped) end(fail(stopped));
      else if (code !== 0 && text === '') end(fail({ ...failed, why: `it ended with ${code}` }));
      else end(succeed(text));
    });
  });
}

/** Resident memory in KiB where the system tells it in a file; else 0, and the clock is the bound. */
async function memoryOf({ pid }: ChildProcess): Promise<number> {
  if (process.platform !== 'linux' || pid === undefined) return 0;
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
}

const absent: Problem = {
  code: 'no-tshark',
  what: 'tshark is not installed on this computer.',
  help: 'It comes with Wireshark.',
};
const failed: Problem = { code: 'tshark-failed', what: 'tshark could not explain this packet.' };

function tooMuch(why: string): Problem {
  return { code: 'tshark-stopped', what: 'tshark was stopped.', why };
}
