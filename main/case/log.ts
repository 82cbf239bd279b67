/** The log file: what the engine did and what went wrong, in lines a person can read and send. */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { escapeControls } from '../process/escape';

export interface Log {
  readonly file: string;
  info(text: string): void;
  warn(text: string): void;
  error(text: string, cause?: unknown): void;
}

const MAX_BYTES = 5_000_000;

/**
 * Appends to a file, keeping one older file of 5 MB beside it. A log that cannot be written is silent: it must never
 * stop the work it tells of. Evidence's words are escaped, so that a log is safe to print.
 */
export function openLog(file: string, now: () => Date): Log {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  } catch {
    // Told by the caller who needs the folder for more than a log.
  }
  const write = (level: string, text: string): void => {
    try {
      const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      if (bytes > MAX_BYTES) renameSync(file, `${file}.1`);
      const line = `${now().toISOString()} ${level} [${process.pid}] ${escapeControls(text)}\n`;
      appendFileSync(file, line, { mode: 0o600 });
    } catch {
      // See above.
    }
  };
  return {
    file,
    info: (text) => write('info ', text),
    warn: (text) => write('warn ', text),
    error: (text, cause) => write('error', cause === undefined ? text : `${text}: ${causeText(cause)}`),
  };
}

/** Before any case is open, and in a command that keeps no files. */
export const noLog: Log = { file: '', info() {}, warn() {}, error() {} };

function causeText(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
