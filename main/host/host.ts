/** The loopback host: the built window from a frozen list, the engine behind a WebSocket, addresses good once. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fail, type Outcome, succeed } from '../../shared/problem';
import { type EngineClient, startEngine } from '../process/engine-client';
import { readPageFiles } from '../process/page-files';
import { openAdmission } from './admission';
import { type EngineHold, type EngineSettings, holdEngineAlive } from './engine-hold';
import { relay } from './relay';
import { openServer } from './server';

export interface HostOptions {
  /** `dist/renderer`; read once, at the start. */
  readonly pageFolder: string;
  readonly settings: Omit<EngineSettings, 'host'>;
  /** 0 lets the system choose. */
  readonly port: number;
  /** One line for whoever watches: the engine died, a case could not be opened again. */
  readonly log: (line: string) => void;
  /** Tests hand in an engine of their own. */
  readonly start?: () => EngineClient;
}

export interface Host {
  /** `http://127.0.0.1:port`, which alone lets nobody in. */
  readonly origin: string;
  readonly engine: EngineHold;
  /** An address for one window: good for its first use, within half a minute. */
  newAddress(): string;
  /** Closes windows' sockets, the case and the engine. */
  close(): Promise<void>;
}

export async function startHost(options: HostOptions): Promise<Outcome<Host>> {
  if (!existsSync(join(options.pageFolder, 'index.html'))) {
    return fail({
      code: 'page-missing',
      what: 'The window is not built.',
      where: options.pageFolder,
      help: 'Run npm run build.',
    });
  }
  const files = readPageFiles(options.pageFolder);
  const admission = openAdmission();
  const engine = holdEngineAlive(
    options.start ?? startEngine,
    { host: 'browser', ...options.settings },
    options.log,
  );
  const server = await openServer({
    files,
    port: options.port,
    onSocket: (socket) => relay(socket, admission, engine),
  });
  if (!server.ok) {
    await engine.stop();
    return server;
  }
  const { origin } = server.value;
  return succeed({
    origin,
    engine,
    newAddress: () => `${origin}/#${admission.issue()}`,
    async close() {
      await server.value.close();
      await engine.stop();
    },
  });
}
