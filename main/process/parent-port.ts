/** The pipe from a child process of ours to whoever started it, under `child_process.fork` and under Electron alike. */
import { latePipe, type Pipe, type PortLike, portPipe } from './pipe';

/**
 * @throws when the process was started by hand: engine, importer and sandbox are never run alone.
 */
export function openParentPort(): Pipe {
  const electronPort = utilityParentPort();
  if (electronPort) return portPipe(electronPort);
  if (!process.send) throw new Error('this program is started by Throughline, not by hand');
  return {
    send(value, flushed) {
      if (!process.connected) return;
      process.send?.(value, undefined, undefined, () => flushed?.());
    },
    onMessage(listener) {
      process.on('message', (value) => listener(value, []));
    },
    onClose(listener) {
      process.once('disconnect', () => listener({ code: null, signal: null }));
    },
    close() {
      if (process.connected) process.disconnect();
    },
  };
}

/**
 * The pipe of an importer or sandbox to the engine it works for. Under Electron the shell started the process and
 * sends the engine's port as its first message; elsewhere the engine is the parent.
 */
export function openWorkPort(): Pipe {
  const shell = utilityParentPort();
  if (!shell) return openParentPort();
  const late = latePipe();
  shell.on('message', (event) => {
    const port = event.ports[0];
    if (port) late.connect(portPipe(port));
  });
  return late;
}

/** True in an Electron utility process, where further processes must be asked for from the shell. */
export function isUtilityProcess(): boolean {
  return utilityParentPort() !== null;
}

/**
 * Ends this process the moment its parent is gone. Importer and sandbox call it: they hold nothing worth a tidy
 * leave, and a native query under way would make an ordinary exit wait.
 */
export function dieWithParent(pipe: Pipe): void {
  pipe.onClose(() => process.kill(process.pid, 'SIGKILL'));
}

/** Files made from here on are the user's alone, whatever the shell's mask was. */
export function keepFilesPrivate(): void {
  process.umask(0o077);
}

function utilityParentPort(): PortLike | null {
  const port: unknown = Reflect.get(process, 'parentPort');
  return isPortLike(port) ? port : null;
}

function isPortLike(value: unknown): value is PortLike {
  return typeof value === 'object' && value !== null && 'postMessage' in value && 'on' in value;
}
