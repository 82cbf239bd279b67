/** The only bridge into the page: one message port to the engine, and tokens for files the analyst chose. */
import { contextBridge, ipcRenderer, webUtils } from 'electron/renderer';
import { CHANNELS } from './electron';

// A port cannot cross the bridge; it is handed over as a window message, which only our own page can hear.
ipcRenderer.on(CHANNELS.port, (event) => {
  window.postMessage({ kind: 'throughline-port' }, location.origin, [...event.ports]);
});

contextBridge.exposeInMainWorld('throughline', {
  host: 'electron',
  connect: () => ipcRenderer.send(CHANNELS.connect),
  /** Tokens of dropped or chosen File objects, in order; a file without a path gives none. */
  grantFiles: (files: readonly File[]) =>
    ipcRenderer.invoke(
      CHANNELS.grant,
      files.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== ''),
    ),
  pickFiles: () => ipcRenderer.invoke(CHANNELS.pickFiles),
  pickFolder: () => ipcRenderer.invoke(CHANNELS.pickFolder),
  pickCase: () => ipcRenderer.invoke(CHANNELS.pickCase),
  pickCaseFile: () => ipcRenderer.invoke(CHANNELS.pickCaseFile),
  /** One token to write to, in a list, or an empty list; the dialog has asked before a file is replaced. */
  pickSave: (name: string) => ipcRenderer.invoke(CHANNELS.pickSave, name),
});
