/** Cuts a line into pieces: times, addresses, numbers, quoted texts and words, and what stands between them. */
import { HALF_SHAPES, lengthAt, type PieceKind, PLAIN_SHAPES, TIME_SHAPES } from './shapes';

export interface Piece {
  /** Blanks and signs before it, as written. */
  readonly before: string;
  readonly kind: PieceKind;
  /** The value itself, without quotes or brackets. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

export interface Pieces {
  readonly pieces: readonly Piece[];
  /** What stands behind the last one. */
  readonly after: string;
}

/** Signs that end a word. A colon does where a blank or the end follows. */
const SIGNS = new Set([...' \t,;|"[](){}<>=']);
const CLOSING: Readonly<Record<string, string>> = { '[': ']', '(': ')' };

/** More pieces than anyone names. */
const MOST_PIECES = 60;

export function cutLine(line: string): Pieces {
  const pieces: Piece[] = [];
  let before = '';
  let at = 0;
  const take = (kind: PieceKind, from: number, to: number, end = to, sign = ''): void => {
    pieces.push({ before: before + sign, kind, text: line.slice(from, to), from, to });
    before = '';
    at = end;
  };
  while (at < line.length && pieces.length < MOST_PIECES) {
    const character = line[at] ?? '';
    const closing = CLOSING[character];
    const close = closing === undefined ? -1 : line.indexOf(closing, at + 1);
    if (character === '"' && quotedEnd(line, at) > 0) {
      const end = quotedEnd(line, at);
      take('quoted', at + 1, end, end + 1);
      continue;
    }
    if (close > at + 1 && !isOnePiece(line.slice(at + 1, close))) {
      take('inside', at + 1, close, close, character);
      continue;
    }
    // No word begins with a colon: behind an address it leads to its port.
    if (isSign(line, at) || character === ':') {
      before += character;
      at += 1;
      continue;
    }
    const known = [...TIME_SHAPES, ...HALF_SHAPES, ...PLAIN_SHAPES]
      .map((shape) => ({ kind: shape.id, length: lengthAt(shape, line, at) }))
      .find(({ length }) => length > 0);
    if (known) take(known.kind, at, at + known.length);
    else take('word', at, wordEnd(line, at));
  }
  return { pieces, after: before + line.slice(at) };
}

export function isSign(line: string, at: number): boolean {
  const character = line[at] ?? '';
  if (SIGNS.has(character)) return true;
  return character === ':' && (line[at + 1] === undefined || /\s/.test(line[at + 1] ?? ''));
}

function wordEnd(line: string, from: number): number {
  let at = from;
  while (at < line.length && !isSign(line, at)) at += 1;
  return at;
}

/** Place of the closing quote, or -1; a backslash keeps a quote from closing. */
export function quotedEnd(line: string, from: number): number {
  for (let at = from + 1; at < line.length; at += 1) {
    if (line[at] === '\\') at += 1;
    else if (line[at] === '"') return at;
  }
  return -1;
}

/** A time, an address or one word: brackets around it are signs only. */
function isOnePiece(text: string): boolean {
  if (TIME_SHAPES.some((shape) => lengthAt(shape, text, 0) === text.length)) return true;
  return text !== '' && !/[\s[(]/.test(text);
}
