/** The engine behind the shell: started as a utility process, configured, and started again when it is lost. */
import type { Outcome, Problem } from '../../shared/problem';
import type { ControlName, ControlParams, ControlResult } from '../process/control';
import { describeExit, type EngineClient, engineLost, holdEngine } from '../process/engine-client';
import { pageCaller } from '../process/page-caller';
import type { PortLike } from '../process/pipe';
import { type Shell, startUtilityEngine } from '../process/shell';

export interface EngineFolders {
  readonly dataFolder: string;
  readonly libraryFolder?: string;
  readonly casesFolder: string;
  readonly sampleFolder: string;
}

export interface EngineProcess {
  control<N extends ControlName>(name: N, params: ControlParams<N>): Promise<Outcome<ControlResult<N>>>;
  /** Makes the sample investigation and opens it, as the start page's button does. */
  sample(): Promise<Outcome<unknown>>;
  /** Hands one window's port to the engine that is running now. */
  connect(port: PortLike): void;
  stop(): Promise<void>;
}

/** Deaths in a row after which the engine is left down, so that a broken disk does not spin the machine. */
const PATIENCE = 5;

/**
 * @param onLost is told after each restart, when the case is open again, and connects its windows anew.
 * @param log takes one line for the log file.
 */
export function keepEngine(
  shell: Shell,
  folders: EngineFolders,
  onLost: (problem: Problem) => void,
  log: (line: string) => void,
): EngineProcess {
  let clients = 1_000_000;
  let deaths = 0;
  let stopping = false;
  let folder: string | null = null;
  let current = launch();

  function launch(): { client: EngineClient; sendPort(client: number, port: PortLike): void } {
    const child = startUtilityEngine(shell);
    const client = holdEngine(child);
    void client.control('engine.configure', { host: 'electron', ...folders });
    // The shell listens as a page would, so that it knows which case to open again.
    pageCaller(client.connect()).on('facts.changed', (value) => {
      folder = value.case.folder;
      deaths = 0;
    });
    client.onExit((exit, lastWords) => {
      if (stopping) return;
      log(describeExit(exit, lastWords));
      deaths += 1;
      if (deaths > PATIENCE) return;
      current = launch();
      void reopen().then(() => onLost(engineLost(lastWords)));
    });
    return { client, sendPort: child.sendPort };
  }

  async function reopen(): Promise<void> {
    if (folder === null) return;
    const outcome = await current.client.control('case.openFolder', {
      folder,
      mode: 'write',
      create: false,
      cache: true,
    });
    if (!outcome.ok) log(outcome.problem.what);
  }

  return {
    async control(name, params) {
      const outcome = await current.client.control(name, params);
      if (name === 'case.openFolder' && outcome.ok && 'folder' in params) folder = String(params.folder);
      return outcome;
    },
    async sample() {
      const page = pageCaller(current.client.connect());
      const outcome = await page.call('case.sample', {});
      page.close();
      return outcome;
    },
    connect(port) {
      clients += 1;
      current.sendPort(clients, port);
    },
    async stop() {
      stopping = true;
      await current.client.stop();
    },
  };
}
