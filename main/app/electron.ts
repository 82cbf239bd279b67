/** The parts of Electron the shell uses, handed in as one value so that a test can hand in a fake. */
import type * as electron from 'electron/main';

export type Electron = Pick<
  typeof electron,
  | 'app'
  | 'BrowserWindow'
  | 'dialog'
  | 'Menu'
  | 'MessageChannelMain'
  | 'ipcMain'
  | 'protocol'
  | 'session'
  | 'utilityProcess'
>;

/** Scheme and origin of the window; nothing else is ever loaded into it. */
export const SCHEME = 'app';
export const ORIGIN = 'app://workbench';

/** Channel names between preload and shell. */
export const CHANNELS = {
  connect: 'engine-connect',
  port: 'engine-port',
  grant: 'grant-paths',
  pickFiles: 'pick-files',
  pickFolder: 'pick-folder',
  pickCase: 'pick-case',
  pickCaseFile: 'pick-case-file',
  pickSave: 'pick-save',
} as const;
