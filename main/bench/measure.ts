/** Side-by-side timing: ours and the peer interleaved in one run, so that a noisy machine hits both alike. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Run {
  readonly seconds: number;
  /** Highest resident set of the process and its children, bytes; 0 where /proc is missing. */
  readonly peakBytes: number;
  /** The same of the largest of them: the importer, where one works. */
  readonly largestBytes: number;
  readonly stdout: string;
}

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Median and spread of at least one number. */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const median =
    sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
  return { median, least: sorted[0] ?? 0, most: sorted.at(-1) ?? 0 };
}

/** Of a process and its children: each by itself. */
function residentBytes(pid: number): readonly number[] {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const own = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return [
      own,
      ...(children === '' ? [] : children.split(' ')).flatMap((child) => residentBytes(Number(child))),
    ];
  } catch {
    return [];
  }
}

/** Runs a command to its end; a failure throws with what it printed. */
export async function run(
  command: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Run> {
  const started = performance.now();
  const child = spawn(command, [...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let stdout = '';
  let stderr = '';
  let peakBytes = 0;
  let largestBytes = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    if (stdout.length < 1_000_000) stdout += chunk.toString('latin1');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    if (stderr.length < 10_000) stderr += chunk.toString('latin1');
  });
  const poll = setInterval(() => {
    const resident = child.pid === undefined ? [] : residentBytes(child.pid);
    peakBytes = Math.max(
      peakBytes,
      resident.reduce((sum, bytes) => sum + bytes, 0),
    );
    largestBytes = Math.max(largestBytes, ...resident);
  }, 50);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearInterval(poll);
  if (code !== 0 && code !== 1)
    throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${stderr.slice(-2000)}`);
  return { seconds: (performance.now() - started) / 1000, peakBytes, largestBytes, stdout };
}

/** What a part measured against one bound. */
export interface Verdict {
  readonly part: string;
  readonly text: string;
  readonly held: boolean;
}

export interface Comparison {
  readonly ours: Spread;
  readonly peer: Spread;
  /** ours ÷ peer per pair: median and spread of the ratio. */
  readonly ratio: Spread;
  readonly oursPeakBytes: number;
}

/** `rounds` pairs, ours and peer taking turns in going first. */
export async function compare(
  rounds: number,
  ours: () => Promise<Run>,
  peer: () => Promise<Run>,
): Promise<Comparison> {
  const mine: number[] = [];
  const theirs: number[] = [];
  let oursPeakBytes = 0;
  for (let round = 0; round < rounds; round += 1) {
    const first = round % 2 === 0 ? ours : peer;
    const second = round % 2 === 0 ? peer : ours;
    const a = await first();
    const b = await second();
    const own = first === ours ? a : b;
    mine.push(own.seconds);
    theirs.push((first === ours ? b : a).seconds);
    oursPeakBytes = Math.max(oursPeakBytes, own.peakBytes);
  }
  return {
    ours: spread(mine),
    peer: spread(theirs),
    ratio: spread(mine.map((seconds, index) => seconds / (theirs[index] ?? 1))),
    oursPeakBytes,
  };
}
