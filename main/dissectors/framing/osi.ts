/**
 * What lies between ISO transport and an OSI application: session (ISO 8327-1 §8.3), presentation (ISO 8823-1 §8.4)
 * and association control (ISO 8650-1 §9). Only normal mode and basic encoding, as MMS uses them.
 */
import type { Cursor } from '../cursor';
import { bodyOf, readElement, readElements, readInteger } from './ber';

const SPDU = { finish: 9, disconnect: 10, refuse: 12, connect: 13, accept: 14, abort: 25 } as const;
const USER_DATA = 0xc1;
const EXTENDED_USER_DATA = 0xc2;
const PARAMETER_GROUPS_OF_USER_DATA: readonly number[] = [USER_DATA, EXTENDED_USER_DATA];

/** Step of an association that carries no application data. */
export type OsiStep = 'refuse' | 'abort' | 'release' | 'associate_refused';

export interface OsiUnit {
  readonly step: OsiStep | null;
  /** The application's own data units; several where the presentation carries several. */
  readonly data: readonly Cursor[];
  /** Whether a step is the answer to one. */
  readonly isAnswer: boolean;
}

const NOTHING: OsiUnit = { step: null, data: [], isAnswer: false };

/** Whether a session data unit begins there: connect, accept, or the give-tokens and data pair. */
export function beginsSession(bytes: Uint8Array, at: number): boolean {
  const first = bytes[at];
  if (first === SPDU.connect || first === SPDU.accept) return (bytes[at + 2] ?? 0) === 5 || isLong(bytes, at);
  return (
    first === 1 && bytes[at + 1] === 0 && bytes[at + 2] === 1 && bytes[at + 3] === 0 && bytes[at + 4] === 0x61
  );
}

/** A length beyond 254 is written in three bytes (§8.2.3); then the first parameter comes later. */
function isLong(bytes: Uint8Array, at: number): boolean {
  return bytes[at + 1] === 255 && (bytes[at + 4] ?? 0) === 5;
}

function parameterLength(cursor: Cursor): number {
  const first = cursor.u8();
  return first === 255 ? cursor.u16() : first;
}

/*
 *   session     kind, length, parameters …, c1 user data │ 01 00 01 00 user data
 *   presentation  31 { a0 mode, a2 { …, 61 user data } } │ 61 { 30 { 02 context, a0 data } … }
 *   association   60 request, 61 response { …, be { 28 { 02 context, a0 data } } }, 62/63 release, 64 abort
 */
export function readOsi(cursor: Cursor): OsiUnit {
  const kind = cursor.u8();
  if (kind === 1) {
    cursor.skip(parameterLength(cursor));
    if (cursor.left === 0) return NOTHING;
    cursor.skip(1);
    cursor.skip(parameterLength(cursor));
    return readPresentation(cursor);
  }
  const parameters = cursor.part(parameterLength(cursor));
  if (parameters.left === 0 && cursor.isShort) return NOTHING;
  let user: Cursor | null = null;
  while (parameters.left >= 2) {
    const code = parameters.u8();
    const value = parameters.part(parameterLength(parameters));
    if (PARAMETER_GROUPS_OF_USER_DATA.includes(code)) user = value;
  }
  if (kind === SPDU.refuse) return { step: 'refuse', data: [], isAnswer: true };
  if (kind === SPDU.abort) return { step: 'abort', data: [], isAnswer: false };
  if (kind === SPDU.finish) return { step: 'release', data: [], isAnswer: false };
  if (kind === SPDU.disconnect) return { step: 'release', data: [], isAnswer: true };
  if ((kind === SPDU.connect || kind === SPDU.accept) && user !== null) return readPresentation(user);
  return NOTHING;
}

function readPresentation(cursor: Cursor): OsiUnit {
  const outer = readElement(cursor);
  if (outer.tag === 0x31) {
    const normal = bodyOf(readElements(outer.body), 0xa2);
    return fromLists(bodyOf(readElements(normal), 0x61));
  }
  return outer.tag === 0x61 ? fromLists(outer.body) : NOTHING;
}

/** PDV lists (ISO 8823-1 §8.4.2.5): each names its context and holds one value. */
function fromLists(body: Cursor): OsiUnit {
  const data: Cursor[] = [];
  for (const list of readElements(body)) {
    const value = bodyOf(readElements(list.body), 0xa0);
    if (value.left < 2) continue;
    const unit = fromAssociation(value);
    if (unit === null) data.push(value);
    else if (unit.step !== null) return unit;
    else data.push(...unit.data);
  }
  return { step: null, data, isAnswer: false };
}

function fromAssociation(value: Cursor): OsiUnit | null {
  const tag = value.peek();
  if (tag < 0x60 || tag > 0x64) return null;
  if (tag === 0x62 || tag === 0x63) return { step: 'release', data: [], isAnswer: tag === 0x63 };
  if (tag === 0x64) return { step: 'abort', data: [], isAnswer: false };
  const fields = readElements(readElement(value).body);
  const external = readElements(bodyOf(fields, 0xbe));
  const data = external
    .map(({ body }) => bodyOf(readElements(body), 0xa0))
    .filter((inner) => inner.left >= 2);
  const result = readInteger(bodyOf(readElements(bodyOf(fields, 0xa2)), 2));
  if (tag === 0x61 && result > 0 && data.length === 0)
    return { step: 'associate_refused', data: [], isAnswer: true };
  return { step: null, data, isAnswer: tag === 0x61 };
}
