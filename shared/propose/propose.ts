/** Proposes what lines are made of: pieces that nearly all of them have in the same order, and what they may mean. */
import { suggestKey, suggestMeanings } from './meanings';
import { type PieceKind, shapeOf } from './shapes';
import type { Means, Template } from './template';
import { cutLine, isSign, type Piece, type Pieces } from './tokens';

/** A piece belongs to the template when this share of the lines has it there. */
const LEAST_SHARE = 0.75;
const LEAST_PAIRS = 0.6;
const MOST_LINES = 200;
const MOST_KEYS = 60;

const NOTHING: Means = { to: 'nothing' };
const MESSAGE: Means = { to: 'field', field: 'message' };

/** `records` are sample records as text; those over several lines are judged by their first. */
export function propose(records: readonly string[]): Template {
  const lines = records
    .slice(0, MOST_LINES)
    .map((record) => record.split('\n')[0] ?? '')
    .filter((line) => line.trim() !== '');
  const indented = records.some((record) => /\n[ \t]/.test(record));
  const cut = lines.map(cutLine);
  const { slots: aligned, alive } = align(cut);
  const isWhole = alive.length > 0 && alive.every(({ pieces }) => pieces.length === aligned.length);
  const isTable = isWhole && alive.every((one) => one.after === alive[0]?.after);
  const after = isTable
    ? (alive[0]?.after ?? '')
    : commonSigns(alive.map((one) => behindPieces(one, aligned.length)));
  const { slots, signs } = withoutSigns(aligned);
  const textsFrom = (from: number) =>
    lines.map((line, index) => restText(line, cut[index], slots[from]?.place ?? aligned.length));
  const pairStart = slots.findIndex((_, index) => slots[index + 1]?.before.startsWith('='));
  const keyed = pairStart < 0 ? null : findPairs(textsFrom(pairStart));
  if (keyed !== null) {
    const known = suggestMeanings(slots, pairStart);
    return {
      slots: known,
      restFrom: pairStart,
      restMeans: NOTHING,
      after: signs + after,
      pairs: keyed,
      indented,
    };
  }
  const restFrom = isTable && (lines.length > 1 || slots.length < 4) ? null : restStart(slots);
  return {
    slots: suggestMeanings(slots, restFrom ?? slots.length),
    restFrom,
    restMeans: restFrom === null ? NOTHING : MESSAGE,
    after: signs + after,
    pairs: restFrom === null ? null : findPairs(textsFrom(restFrom)),
    indented,
  };
}

/** Text behind the first pieces of a line. */
function behindPieces({ pieces, after }: Pieces, count: number): string {
  const rest = pieces
    .slice(count)
    .map(({ before, text, kind }) => (kind === 'quoted' ? `${before}"` : before + text));
  return rest.join('') + after;
}

/** Blanks and signs that all of these begin with. */
function commonSigns(texts: readonly string[]): string {
  const [first = ''] = texts;
  let length = 0;
  while (length < first.length && isSign(first, length) && first[length] !== '"') {
    if (!texts.every((text) => text[length] === first[length])) break;
    length += 1;
  }
  return first.slice(0, length);
}

interface Aligned {
  readonly before: string;
  readonly kind: PieceKind;
  readonly example: string;
  readonly texts: readonly string[];
  /** Which piece of a line it is. */
  readonly place: number;
}

/** Pieces at the same place with the same signs before them, as far as enough lines agree. */
function align(cut: readonly Pieces[]): { slots: readonly Aligned[]; alive: readonly Pieces[] } {
  const least = cut.length * LEAST_SHARE;
  const slots: Aligned[] = [];
  let alive = cut;
  for (;;) {
    const at = slots.length;
    const groups = new Map<string, Pieces[]>();
    for (const one of alive) {
      const piece = one.pieces[at];
      if (piece === undefined) continue;
      const key = blanksAlike(piece.before);
      const group = groups.get(key);
      if (group) group.push(one);
      else groups.set(key, [one]);
    }
    const [first] = [...groups.values()].sort((a, b) => b.length - a.length);
    if (first === undefined || first.length < least) return { slots, alive };
    const pieces = first.map(({ pieces: all }) => all[at]).filter((piece) => piece !== undefined);
    const kind = commonKind(pieces);
    const [example] = pieces;
    if (kind === null || example === undefined) return { slots, alive };
    slots.push({
      before: example.before,
      kind,
      example: example.text,
      place: at,
      texts: pieces.map(({ text }) => text),
    });
    alive = first;
  }
}

/** Signs that stand alone and are the same in every line lead to the next piece; `signs` are those behind the last. */
function withoutSigns(aligned: readonly Aligned[]): { slots: readonly Aligned[]; signs: string } {
  const slots: Aligned[] = [];
  let signs = '';
  for (const slot of aligned) {
    const isSign = slot.kind === 'word' && !/[\p{L}\p{N}]/u.test(slot.example);
    if (isSign && slot.texts.every((text) => text === slot.example)) signs += slot.before + slot.example;
    else {
      slots.push({ ...slot, before: signs + slot.before });
      signs = '';
    }
  }
  return { slots, signs };
}

function blanksAlike(before: string): string {
  return before.replace(/[ \t]+/g, ' ');
}

/** What all of them are; a word where they differ and each could be one. */
function commonKind(pieces: readonly Piece[]): PieceKind | null {
  const kinds = new Map<PieceKind, number>();
  for (const { kind } of pieces) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const [most] = [...kinds].sort((a, b) => b[1] - a[1]);
  if (most === undefined) return null;
  const [kind, count] = most;
  const isTime = shapeOf(kind)?.form !== undefined;
  // A line without a time where nearly all have one is another line, not another kind of piece.
  if (count === pieces.length || (isTime && count >= pieces.length * LEAST_SHARE)) return kind;
  return pieces.every(({ text, kind: own }) => own !== 'quoted' && own !== 'inside' && !/\s/.test(text))
    ? 'word'
    : null;
}

/**
 * Where free text begins when lines are of different lengths: behind the last sign that is no blank, else behind the
 * time and one word in capitals (a level).
 */
function restStart(slots: readonly Aligned[]): number {
  let start = 0;
  for (const [index, slot] of slots.entries()) {
    const isTime = shapeOf(slot.kind)?.form !== undefined || slot.kind === 'clock';
    const level = index === start && slot.texts.every((text) => /^[A-Z]{4,8}$/.test(text));
    const isPort = slot.before === ':' && slots[index - 1]?.kind === 'ip';
    const isPlain = !isPort && (slot.kind === 'word' || slot.kind === 'number');
    if (isTime || level || !isPlain) start = index + 1;
    else if (slot.before.trim() !== '' && index > 0) start = Math.max(start, index);
  }
  return Math.min(start, slots.length);
}

function restText(line: string, cut: Pieces | undefined, restFrom: number): string {
  return line.slice(cut?.pieces[restFrom]?.from ?? line.length);
}

const PAIR = /(?:^|[\s,;])([A-Za-z_][\w.-]{0,60})=("(?:[^"\\]|\\.)*"|[^\s,;"]*)/g;

/** Keys of pairs, most frequent first, where most lines have two or more. */
function findPairs(texts: readonly string[]): Template['pairs'] {
  const keys = new Map<string, { count: number; example: string }>();
  let paired = 0;
  for (const text of texts) {
    let found = 0;
    for (const [, key = '', value = ''] of text.matchAll(PAIR)) {
      found += 1;
      const known = keys.get(key);
      const example = value.replace(/^"|"$/g, '');
      if (known) known.count += 1;
      else if (keys.size < MOST_KEYS) keys.set(key, { count: 1, example });
    }
    if (found >= 2) paired += 1;
  }
  if (texts.length === 0 || paired < texts.length * LEAST_PAIRS) return null;
  const taken = new Set<string>();
  return [...keys]
    .sort((a, b) => b[1].count - a[1].count)
    .map(([key, { example }]) => ({ key, example, means: suggestKey(key, taken) }));
}
