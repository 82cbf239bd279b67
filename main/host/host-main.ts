/** Entry of the loopback host as a program: `npm start` runs it where there is no Electron. */
import { parseArgs } from 'node:util';
import { type ServeOptions, serve } from './serve';

const USAGE = 2;

process.umask(0o077);
const options = readOptions();
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
process.exitCode = options === null ? USAGE : await serve(options, stop.signal);
// The terminal's own reader would keep the process.
process.stdin.destroy();

function readOptions(): ServeOptions | null {
  try {
    const { values } = parseArgs({
      options: {
        case: { type: 'string' },
        sample: { type: 'boolean', default: false },
        /** Taken and ignored: this is the browser's host already. */
        browser: { type: 'boolean', default: false },
        port: { type: 'string', default: '0' },
        'no-open': { type: 'boolean', default: false },
      },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('--port takes 0 to 65535');
    return { caseFolder: values.case ?? null, sample: values.sample, port, open: !values['no-open'] };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return null;
  }
}
