/** Start-up order of the shell: scheme, single instance, sandbox, offline session, engine, window. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserWindow } from 'electron/main';
import { type Outcome, succeed } from '../../shared/problem';
import { userFolders } from '../host/folders';
import { readPageFiles } from '../process/page-files';
import type { PortLike } from '../process/pipe';
import type { Shell } from '../process/shell';
import { isOwnFrame, serveDialogs } from './dialogs';
import { CHANNELS, type Electron, SCHEME } from './electron';
import { type EngineProcess, keepEngine } from './engine-process';
import { setMenu } from './menu';
import { goOffline } from './offline';
import { answerPage } from './pages';
import { lockContents, openWindow } from './window';

/** What `npm start -- …` and the packed program take. */
export interface ShellArguments {
  readonly caseFolder: string | null;
  readonly sample: boolean;
}

export function readArguments(argv: readonly string[]): ShellArguments {
  const at = argv.indexOf('--case');
  return { caseFolder: at < 0 ? null : (argv[at + 1] ?? null), sample: argv.includes('--sample') };
}

/** `utilityProcess` and message channels in the shape `main/process` knows. */
export function electronShell(electron: Electron): Shell {
  return {
    fork: (path, execArgv) =>
      electron.utilityProcess.fork(path, [], {
        serviceName: 'Throughline engine',
        stdio: 'ignore',
        execArgv,
      }),
    channel() {
      const { port1, port2 } = new electron.MessageChannelMain();
      return { port1: port1 as PortLike, port2: port2 as PortLike };
    },
  };
}

/** Starts everything; returns once Electron is ready and the window is loading. */
export async function startShell(electron: Electron, argv: readonly string[] = process.argv): Promise<void> {
  const { app } = electron;
  electron.protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  app.enableSandbox();
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app.on('web-contents-created', (_event, contents) => lockContents(contents));
  await app.whenReady();

  const here = dirname(fileURLToPath(import.meta.url));
  const dist = join(here, '..');
  const files = readPageFiles(join(dist, 'renderer'));
  goOffline(electron.session.defaultSession);
  electron.protocol.handle(SCHEME, (request) => answerPage(files, request.url, request.method));
  setMenu(electron);

  const dataFolder = app.getPath('userData');
  const logFile = join(dataFolder, 'throughline.log');
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const log = (line: string): void =>
    appendFileSync(logFile, `${new Date().toISOString()} shell ${line}\n`, { mode: 0o600 });

  let window: BrowserWindow | null = null;
  const engine = keepEngine(
    electronShell(electron),
    {
      dataFolder,
      libraryFolder: userFolders().libraryFolder,
      casesFolder: join(app.getPath('documents'), 'Throughline'),
      sampleFolder: app.isPackaged
        ? join(process.resourcesPath, 'sample-data/water-utility')
        : join(dist, '../sample-data/water-utility'),
    },
    // The page makes its own new connection and tells the analyst; a dead port cannot carry a notice.
    () => window && connectWindow(electron, window, engine),
    log,
  );
  electron.ipcMain.on(CHANNELS.connect, (event) => {
    if (window && event.sender === window.webContents && isOwnFrame(event))
      connectWindow(electron, window, engine);
  });
  serveDialogs(electron, () => window, engine);

  const opened = await openWanted(engine, readArguments(argv));
  if (!opened.ok) log(opened.problem.what);
  window = openWindow(electron, join(dist, 'preload/preload.cjs'));
  window.on('closed', () => {
    window = null;
  });
  app.on('second-instance', () => window?.focus());
  app.on('window-all-closed', () => {
    void engine.stop().then(() => app.quit());
  });
}

/** The case that was named, else the sample where it was asked for, else nothing. */
export async function openWanted(
  engine: EngineProcess,
  { caseFolder, sample }: ShellArguments,
): Promise<Outcome<unknown>> {
  if (caseFolder !== null) {
    return engine.control('case.openFolder', {
      folder: caseFolder,
      mode: 'write',
      create: false,
      cache: true,
    });
  }
  return sample ? engine.sample() : succeed(null);
}

/** A fresh port pair: one end to the engine, the other to the page. */
export function connectWindow(electron: Electron, window: BrowserWindow, engine: EngineProcess): void {
  const { port1, port2 } = new electron.MessageChannelMain();
  engine.connect(port1 as PortLike);
  window.webContents.postMessage(CHANNELS.port, null, [port2]);
}
