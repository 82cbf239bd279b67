/** Where words go: results to stdout and nothing else there, all else to stderr, always without live controls. */
import { once } from 'node:events';
import { describeProblem, type Problem } from '../../shared/problem';
import { escapeControls, escapeJson } from '../process/escape';

/** Writes to stdout, waiting for a slow reader. The text must be safe already. */
export async function say(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

export async function sayJson(value: unknown): Promise<void> {
  await say(`${escapeJson(JSON.stringify(value, null, 2))}\n`);
}

export function warn(text: string): void {
  process.stderr.write(`${escapeControls(text)}\n`);
}

export function warnProblem(problem: Problem): void {
  warn(describeProblem(problem));
}

/** A line that is written over itself, only on a terminal. */
export function progressLine(): { show(text: string): void; clear(): void } {
  if (!process.stderr.isTTY) return { show() {}, clear() {} };
  const erase = '\r\u001b[2K';
  return {
    show(text) {
      const width = Math.max(20, (process.stderr.columns ?? 80) - 1);
      process.stderr.write(`${erase}${escapeControls(text).slice(0, width)}`);
    },
    clear() {
      process.stderr.write(erase);
    },
  };
}

/** Rows of text in columns; numbers to the right. Cells are made safe and cut at `maxWidth`. */
export function formatTable(
  header: readonly string[],
  rows: ReadonlyArray<readonly string[]>,
  options: { readonly right?: readonly boolean[]; readonly maxWidth?: number } = {},
): string {
  const { right = [], maxWidth = 60 } = options;
  const safe = [header, ...rows].map((row) => row.map((cell) => cut(escapeControls(cell), maxWidth)));
  const widths = header.map((_, index) => Math.max(0, ...safe.map((row) => lengthOf(row[index] ?? ''))));
  const lines = safe.map((row) =>
    row
      .map((cell, index) => {
        const padding = ' '.repeat(Math.max(0, (widths[index] ?? 0) - lengthOf(cell)));
        return right[index] ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => '─'.repeat(width)).join('  '));
  return `${lines.join('\n')}\n`;
}

function cut(text: string, width: number): string {
  const points = [...text];
  return points.length <= width ? text : `${points.slice(0, width - 1).join('')}…`;
}

function lengthOf(text: string): number {
  return [...text].length;
}
