/** Test support: the command line as it is built, run in a folder that goes when the file's tests are over. */
import { type StdioOptions, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { buildPrograms, type Programs } from './programs-for-tests';

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdio?: StdioOptions;
}

export interface CommandLine {
  /** Where it runs: names of files are relative to it. */
  readonly folder: string;
  cli(...words: readonly string[]): Ran;
  cliWith(surroundings: Surroundings, ...words: readonly string[]): Ran;
  /** Folder of the programs, once they are built. */
  programs(): string;
}

/** Asks for it at the top of a test file: it is built before what the file itself does first. `isReal`: imports are. */
export function commandLine(name: string, isReal: boolean): CommandLine {
  const folder = mkdtempSync(join(tmpdir(), `throughline-${name}-`));
  let built: Programs | undefined;
  beforeAll(async () => {
    built = await buildPrograms(isReal);
  }, 120_000);
  afterAll(() => {
    built?.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  const programs = (): string => {
    if (built === undefined) throw new Error('the programs are not built yet');
    return built.folder;
  };
  const cliWith: CommandLine['cliWith'] = ({ env = {}, stdio = 'pipe' }, ...words) => {
    const ran = spawnSync(process.execPath, [join(programs(), 'cli.mjs'), ...words], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 120_000,
      killSignal: 'SIGKILL',
      maxBuffer: 64 << 20,
      env: { ...process.env, ...env },
      stdio,
    });
    return { code: ran.status, out: ran.stdout, err: ran.stderr };
  };
  return { folder, programs, cliWith, cli: (...words) => cliWith({}, ...words) };
}
