/**
 * The XML of one part of a workbook, token by token: what opens, what closes, what text stands between. A part that
 * defines types or entities of its own is refused, as is a token longer than any program writes.
 */
import { incompleteTail } from '../../encoding';
import { textOf } from '../../readers/xml/element';
import { tagName, tokenAt } from '../../readers/xml/tokens';
import { makeTranscoder, type Transcoder } from '../../transcode';
import { damagedMember, MemberError } from '../container';

const LONGEST_TOKEN = 8 << 20;
const GREATER = 62;
const SLASH = 47;

export interface XmlTaker {
  /** `tag` is the whole tag as it is written, `<` to `>`; an element without content is closed at once. */
  open(name: string, tag: () => string): void;
  close(name: string): void;
  text(text: string): void;
}

/** Reads a part to its end. @throws MemberError */
export async function readXmlPart(
  part: string,
  bytes: AsyncIterable<Uint8Array>,
  taker: XmlTaker,
): Promise<void> {
  for await (const _ of xmlSteps(part, bytes, taker));
}

/** The same, with a stop after every stretch of bytes, so that what came of it can be handed on. */
export async function* xmlSteps(
  part: string,
  bytes: AsyncIterable<Uint8Array>,
  taker: XmlTaker,
): AsyncGenerator<void, void, undefined> {
  let held: Uint8Array = new Uint8Array(0);
  let transcoder: Transcoder | null | undefined;
  for await (const raw of bytes) {
    if (transcoder === undefined) transcoder = wideTranscoder(raw);
    const chunk = transcoder ? transcoder.push(raw) : raw;
    const window = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const done = take(part, window, taker, false);
    held = Uint8Array.prototype.slice.call(window, done);
    if (held.length > LONGEST_TOKEN) {
      throw damagedMember(part, `It has a tag or text of more than ${LONGEST_TOKEN >> 20} MiB.`);
    }
    yield;
  }
  if (take(part, held, taker, true) < held.length) throw damagedMember(part, 'It ends within a tag.');
  yield;
}

function wideTranscoder(first: Uint8Array): Transcoder | null {
  if (first[0] === 0xff && first[1] === 0xfe) return makeTranscoder('utf-16le');
  return first[0] === 0xfe && first[1] === 0xff ? makeTranscoder('utf-16be') : null;
}

/** Gives up to where the bytes are dealt with. */
function take(part: string, bytes: Uint8Array, taker: XmlTaker, atEnd: boolean): number {
  let at = 0;
  while (at < bytes.length) {
    const token = tokenAt(bytes, at, bytes.length);
    if (token === null) return at;
    const from = at;
    const { kind, to } = token;
    if (kind === 'text') {
      // More of it may come, or the rest of a character or reference.
      if (to === bytes.length && !atEnd) return at;
      const end = atEnd ? to - incompleteTail(bytes.subarray(from, to)) : to;
      taker.text(textOf(bytes, from, end));
    } else if (kind === 'open' || kind === 'empty') {
      const name = nameOf(bytes, from, to);
      taker.open(name, () => Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8'));
      if (kind === 'empty') taker.close(name);
    } else if (kind === 'close') taker.close(nameOf(bytes, from + 1, to));
    else if (bytes[from + 1] === 33 && bytes[from + 2] !== 45) throw ownTypes(part);
    at = to;
  }
  return at;
}

/** Most tags of a sheet have a name of one letter. */
function nameOf(bytes: Uint8Array, from: number, to: number): string {
  const next = bytes[from + 2] ?? 0;
  if (next <= 32 || next === GREATER || next === SLASH) return String.fromCharCode(bytes[from + 1] ?? 0);
  return tagName(bytes, from, to);
}

/** Value of an attribute as it is written; null where the tag has none. Names are our own, never from evidence. */
export function attributeOf(tag: string, name: string): string | null {
  for (let at = tag.indexOf(name); at >= 0; at = tag.indexOf(name, at + 1)) {
    const before = tag.charCodeAt(at - 1);
    let place = at + name.length;
    while (tag.charCodeAt(place) <= 32) place++;
    if (before > 32 || tag[place] !== '=') continue;
    place++;
    while (tag.charCodeAt(place) <= 32) place++;
    const quote = tag[place];
    if (quote !== '"' && quote !== "'") continue;
    const end = tag.indexOf(quote, place + 1);
    return end < 0 ? null : tag.slice(place + 1, end);
  }
  return null;
}

function ownTypes(part: string): MemberError {
  return new MemberError({
    code: 'xml-with-types',
    what: 'A part of the workbook that defines its own entities or types is not read.',
    why: 'No spreadsheet program writes such a definition.',
    where: part,
    help: 'Save it again with a spreadsheet program you trust, or export its sheets as CSV.',
  });
}
