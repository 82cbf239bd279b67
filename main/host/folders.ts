/** Where this computer's user keeps the program's own files and cases: the platform's customs, nothing configurable. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Folders {
  /** Recent cases, the log before a case is open, the browser window's own profile. */
  readonly dataFolder: string;
  /** The analyst's formats: the same in every window and for the command line. */
  readonly libraryFolder: string;
  /** New cases made in the window. */
  readonly casesFolder: string;
  /** The sample investigation; null where it is not beside the program. */
  readonly sampleFolder: string | null;
  /** The built window. */
  readonly pageFolder: string;
}

/** Folders of the running program, whose bundle lies in `dist/main`. Nothing is created. */
export function userFolders(environment: NodeJS.ProcessEnv = process.env): Folders {
  const program = environment.THROUGHLINE_PROGRAMS ?? dirname(fileURLToPath(import.meta.url));
  const documents = join(homedir(), 'Documents');
  const sample = join(program, '../../sample-data/water-utility');
  return {
    dataFolder: dataFolder(environment),
    libraryFolder: join(dataFolder(environment), 'formats'),
    casesFolder: join(existsSync(documents) ? documents : homedir(), 'Throughline'),
    sampleFolder: existsSync(sample) ? sample : null,
    pageFolder: join(program, '../renderer'),
  };
}

/** `THROUGHLINE_DATA` overrules, so that tests leave no trace. */
function dataFolder(environment: NodeJS.ProcessEnv): string {
  if (environment.THROUGHLINE_DATA) return environment.THROUGHLINE_DATA;
  if (process.platform === 'win32' && environment.LOCALAPPDATA)
    return join(environment.LOCALAPPDATA, 'Throughline');
  if (process.platform === 'darwin') return join(homedir(), 'Library/Application Support/Throughline');
  return join(environment.XDG_DATA_HOME || join(homedir(), '.local/share'), 'throughline');
}
