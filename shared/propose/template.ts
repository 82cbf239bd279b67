/**
 * A line's template: pieces in order, each with what stands before it and what it means. It is found in lines the way
 * the format made of it finds them: every character decides alone how the match goes on.
 */
import { lengthAt, type PieceKind, shapeOf } from './shapes';
import { quotedEnd } from './tokens';

export type Means =
  | { readonly to: 'nothing' }
  | { readonly to: 'time' }
  /** The same text in every line. */
  | { readonly to: 'fixed' }
  | { readonly to: 'field'; readonly field: string }
  | { readonly to: 'own'; readonly name: string };

export interface Slot {
  readonly before: string;
  readonly kind: PieceKind;
  readonly means: Means;
  /** As the first sample line has it. */
  readonly example: string;
}

export interface Template {
  readonly slots: readonly Slot[];
  /** Pieces from this one on are taken together to the end of the line; null where the line is pieces throughout. */
  readonly restFrom: number | null;
  readonly restMeans: Means;
  /** What stands behind the last piece: to the end of the line, or before a rest that takes no piece. */
  readonly after: string;
  /** Keys of key=value pairs in the rest and what they mean; null where it has none. */
  readonly pairs: ReadonlyArray<{
    readonly key: string;
    readonly example: string;
    readonly means: Means;
  }> | null;
  /** Lines that begin with a blank belong to the record before. */
  readonly indented: boolean;
}

/** The slots in force, the rest as the last of them. */
export function slotsOf(template: Template): readonly Slot[] {
  const { slots, restFrom, restMeans } = template;
  if (restFrom === null) return slots;
  const first = slots[restFrom];
  const rest: Slot = {
    before: first?.before ?? template.after,
    kind: 'rest',
    means: restMeans,
    example: '',
  };
  return [...slots.slice(0, restFrom), rest];
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Where each slot in force lies in a line; null where the line is not of this template. */
export function matchLine(template: Template, line: string): readonly Span[] | null {
  const slots = slotsOf(template);
  const spans: Span[] = [];
  let at = 0;
  for (const [index, slot] of slots.entries()) {
    const from = passLiteral(line, at, slot.before);
    if (from === null) return null;
    const span = pieceAt(slot, line, from, behind(template, slots, index));
    if (span === null) return null;
    spans.push(span);
    at = slot.kind === 'quoted' ? span.to + 1 : span.to;
  }
  if (template.restFrom !== null) return spans;
  const end = passLiteral(line, at, template.after);
  return end === line.length ? spans : null;
}

/** What stands behind a slot, up to the value that follows. */
export function behind(template: Template, slots: readonly Slot[], index: number): string {
  const next = slots[index + 1];
  if (next === undefined) return template.restFrom === null ? template.after : '';
  return next.kind === 'quoted' ? `${next.before}"` : next.before;
}

/** The place behind a literal; runs of blanks stand for any run of them. */
function passLiteral(line: string, from: number, literal: string): number | null {
  let at = from;
  for (const part of literal.match(/[ \t]+|[^ \t]+/g) ?? []) {
    if (part.trim() === '') {
      const start = at;
      while (line[at] === ' ' || line[at] === '\t') at += 1;
      if (at === start) return null;
    } else if (line.startsWith(part, at)) at += part.length;
    else return null;
  }
  return at;
}

function pieceAt(slot: Slot, line: string, from: number, next: string): Span | null {
  if (slot.means.to === 'fixed')
    return line.startsWith(slot.example, from) ? { from, to: from + slot.example.length } : null;
  const shape = shapeOf(slot.kind);
  if (shape) {
    const length = lengthAt(shape, line, from);
    return length > 0 ? { from, to: from + length } : null;
  }
  switch (slot.kind) {
    case 'rest':
      return { from, to: line.length };
    case 'quoted': {
      const end = line[from] === '"' ? quotedEnd(line, from) : -1;
      return end < 0 ? null : { from: from + 1, to: end };
    }
    case 'inside':
      return run(line, from, insideStops(slot), false, true);
    default:
      return run(line, from, wordStops(next), true, false);
  }
}

function run(
  line: string,
  from: number,
  stops: string,
  endsAtBlank: boolean,
  mayBeEmpty: boolean,
): Span | null {
  let to = from;
  while (to < line.length && !stops.includes(line[to] ?? '') && !(endsAtBlank && /\s/.test(line[to] ?? '')))
    to += 1;
  return to > from || mayBeEmpty ? { from, to } : null;
}

/** Signs that end a text in brackets: the closing one. */
export function insideStops({ before }: Pick<Slot, 'before'>): string {
  return before.endsWith('(') ? ')' : ']';
}

/** The sign that ends a word: the first of what follows, where that is no blank. */
export function wordStops(next: string): string {
  const first = next[0] ?? '';
  return first.trim();
}
