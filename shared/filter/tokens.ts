/** Cuts filter text into tokens. Quoted text may hold anything; `\"` `\\` `\n` `\r` `\t` are written with a backslash. */
import { fail, type Outcome, succeed } from '../problem';

export type Token =
  | { readonly kind: 'open' | 'close' | 'minus'; readonly at: number }
  | { readonly kind: 'clause'; readonly at: number; readonly end: number; readonly pieces: readonly Piece[] };

/** Part of a clause: as typed, or what was between quotes. */
export interface Piece {
  readonly text: string;
  readonly quoted: boolean;
}

const ESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function isSpace(sign: string): boolean {
  return /\s/.test(sign);
}

export function tokenize(text: string): Outcome<readonly Token[]> {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const sign = text.charAt(at);
    if (isSpace(sign)) at += 1;
    else if (sign === '(' || sign === ')') {
      tokens.push({ kind: sign === '(' ? 'open' : 'close', at });
      at += 1;
    } else if (sign === '-') {
      tokens.push({ kind: 'minus', at });
      at += 1;
    } else {
      const clause = readClause(text, at);
      if (!clause.ok) return clause;
      tokens.push({ kind: 'clause', at, ...clause.value });
      at = clause.value.end;
    }
  }
  return succeed(tokens);
}

/** A clause runs to the next space or parenthesis outside quotes. */
function readClause(text: string, start: number): Outcome<{ end: number; pieces: readonly Piece[] }> {
  const pieces: Piece[] = [];
  let at = start;
  let plain = '';
  const flush = (): void => {
    if (plain !== '') pieces.push({ text: plain, quoted: false });
    plain = '';
  };
  while (at < text.length) {
    const sign = text.charAt(at);
    if (isSpace(sign) || sign === '(' || sign === ')') break;
    if (sign !== '"') {
      plain += sign;
      at += 1;
      continue;
    }
    const quoted = readQuoted(text, at);
    if (quoted === null) {
      return fail({
        code: 'filter-text',
        what: 'A quotation mark is not closed.',
        where: text.slice(at, at + 40),
        help: 'Close it, or write \\" for a quotation mark inside the words.',
      });
    }
    flush();
    pieces.push({ text: quoted.text, quoted: true });
    at = quoted.end;
  }
  flush();
  return succeed({ end: at, pieces });
}

function readQuoted(text: string, start: number): { text: string; end: number } | null {
  let inner = '';
  for (let at = start + 1; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (sign === '"') return { text: inner, end: at + 1 };
    if (sign !== '\\' || at + 1 >= text.length) inner += sign;
    else {
      at += 1;
      inner += ESCAPED[text.charAt(at)] ?? text.charAt(at);
    }
  }
  return null;
}
