/** Paths come from the system's own dialogs and drops; the page gets a token for each, never a path to name. */
import type { BrowserWindow, IpcMainInvokeEvent } from 'electron/main';
import { CHANNELS, type Electron, ORIGIN } from './electron';
import type { EngineProcess } from './engine-process';

/** True when the sender is the top frame of our own page: the only one that may ask for anything. */
export function isOwnFrame(event: Pick<IpcMainInvokeEvent, 'senderFrame' | 'sender'>): boolean {
  const frame = event.senderFrame;
  return (
    frame !== null &&
    frame.parent === null &&
    (frame.url === `${ORIGIN}/` || frame.url.startsWith(`${ORIGIN}/#`))
  );
}

/** Answers the preload's requests for tokens. */
export function serveDialogs(
  electron: Electron,
  window: () => BrowserWindow | null,
  engine: EngineProcess,
): void {
  const grant = async (paths: readonly string[]): Promise<unknown> => {
    if (paths.length === 0) return [];
    const outcome = await engine.control('path.grant', { paths: [...paths] });
    return outcome.ok ? outcome.value.grants.map(({ token, name }) => ({ token, name })) : [];
  };
  const pick = async (
    properties: Array<'openFile' | 'openDirectory' | 'multiSelections'>,
    title: string,
  ): Promise<unknown> => {
    const parent = window();
    const options = { title, properties };
    const choice = parent
      ? await electron.dialog.showOpenDialog(parent, options)
      : await electron.dialog.showOpenDialog(options);
    return grant(choice.canceled ? [] : choice.filePaths);
  };
  const handle = (channel: string, answer: (argument: unknown) => Promise<unknown>): void => {
    electron.ipcMain.handle(channel, (event, argument: unknown) => {
      if (!isOwnFrame(event)) throw new Error('refused');
      return answer(argument);
    });
  };
  handle(CHANNELS.grant, (argument) => {
    const paths = Array.isArray(argument)
      ? argument.filter((path): path is string => typeof path === 'string' && path.length > 0)
      : [];
    return grant(paths.slice(0, 10_000));
  });
  handle(CHANNELS.pickFiles, () => pick(['openFile', 'multiSelections'], 'Import evidence'));
  handle(CHANNELS.pickFolder, () =>
    pick(['openDirectory', 'multiSelections'], 'Import a folder of evidence'),
  );
  handle(CHANNELS.pickCase, () => pick(['openDirectory'], 'Open a case'));
  handle(CHANNELS.pickCaseFile, () => pick(['openFile'], 'Open a case file'));
  handle(CHANNELS.pickSave, async (name) => {
    const parent = window();
    const options = { title: 'Save as', defaultPath: typeof name === 'string' ? plainName(name) : 'case' };
    const choice = parent
      ? await electron.dialog.showSaveDialog(parent, options)
      : await electron.dialog.showSaveDialog(options);
    return grant(choice.canceled || choice.filePath === '' ? [] : [choice.filePath]);
  });
}

/** A page may propose a name, never a place. */
function plainName(name: string): string {
  return name.replace(/[\p{Cc}/\\:]/gu, '_').slice(0, 200);
}
