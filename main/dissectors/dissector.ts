/**
 * The contract of a dissector: bytes of one conversation in, messages out. Pure: no clock, no file, no store. A
 * protocol is one file in `protocols/`; its samples are run by `dissectors.test.ts`.
 */
import type { OT_MESSAGES, OT_OPERATIONS } from '../../shared/fields';
import { Cursor } from './cursor';

/** Longest line of a message; what goes on is cut. */
const MAX_TEXT = 600;

export type OtMessage = (typeof OT_MESSAGES)[number];
export type OtOperation = (typeof OT_OPERATIONS)[number];

/** Who sent the bytes: the one that opened the conversation, or the one it was opened to. */
export type Side = 'client' | 'server';

/** A run of values on the wire: `values[i]` (and `texts[i]`) lies at `address + i × stride`. */
export interface PointRun {
  readonly object: string | null;
  /** Given when each value has a name of its own, in place of `object`; the same array for the same names. */
  readonly objects: readonly string[] | undefined;
  /** Null when the request that named the address was not captured. */
  readonly address: number | null;
  readonly stride: number;
  /** NaN where a value is no number. */
  readonly values: ArrayLike<number>;
  /** Given when values are text, or integers beyond 2^53. */
  readonly texts: readonly (string | null)[] | undefined;
  /** Per value, the source's own words where it is not plainly good; null: good or not said. */
  readonly qualities: readonly (string | null)[] | undefined;
  /** Per value, µs since 1970-01-01 UTC as the source stamped it; NaN: not stamped, the packet's time counts. */
  readonly timesUs: ArrayLike<number> | undefined;
  /** Of all values alike, in place of `qualities` and `timesUs`. */
  readonly quality: string | null | undefined;
  readonly timeUs: number | undefined;
}

/** A run of values with what is not said left empty; see `PointRun`. All runs have one shape, which is felt. */
export function newRun(
  object: string | null,
  address: number | null,
  stride: number,
  values: ArrayLike<number>,
  texts?: readonly (string | null)[],
  qualities?: readonly (string | null)[],
  timesUs?: ArrayLike<number>,
): PointRun {
  return {
    object,
    objects: undefined,
    address,
    stride,
    values,
    texts,
    qualities,
    timesUs,
    quality: undefined,
    timeUs: undefined,
  };
}

/** A run of values each of which has a name of its own, with one quality and time; see `PointRun`. */
export function newNamedRun(
  objects: readonly string[],
  values: ArrayLike<number>,
  quality: string | null,
  timeUs: number,
): PointRun {
  return {
    object: null,
    objects,
    address: null,
    stride: 0,
    values,
    texts: undefined,
    qualities: undefined,
    timesUs: undefined,
    quality,
    timeUs,
  };
}

export const ASSET_FACTS = [
  'name',
  'ip',
  'mac',
  'vendor',
  'type',
  'model',
  'firmware',
  'serial',
  'location',
] as const;
export type AssetFactKind = (typeof ASSET_FACTS)[number];

/** Something a message tells of a machine: of who sent it, of who it goes to, or of an address it names. */
export interface AssetFact {
  readonly of: 'sender' | 'receiver' | { readonly ip: string } | { readonly mac: string };
  readonly fact: AssetFactKind;
  readonly value: string;
}

/** One request, response, exception or unsolicited report. Null: the wire (or the captured request) does not say. */
export interface Message {
  readonly kind: OtMessage;
  /** Function name in snake case. */
  readonly action: string;
  readonly operation: OtOperation | null;
  readonly functionCode: number | null;
  readonly unit: number | null;
  readonly object: string | null;
  readonly address: number | null;
  readonly quantity: number | null;
  /** Protocol's own error code; the outcome is then failure. */
  readonly exception: number | null;
  readonly transaction: number | null;
  readonly points: readonly PointRun[];
  /** Name of a block, file or program that is moved or run. */
  readonly file: string | null;
  /** One human line. */
  readonly text: string;
  /** What does not hold inside the message; null when all was read. */
  readonly malformed: string | null;
  /** A response whose request was not captured. */
  readonly isUnpaired: boolean;
  /** Who acts, where the protocol names a user; never a password. */
  readonly user?: string | null | undefined;
  /** Name of a host the message tells or asks for. */
  readonly host?: string | null | undefined;
  /** What it tells of machines; empty values are passed over. */
  readonly facts?: readonly AssetFact[] | undefined;
  /** What the sender's clock showed when it sent this, µs since 1970-01-01 UTC; told beside the packet's own time. */
  readonly clockUs?: number | undefined;
}

/** A message with what the wire does not say left empty. Field by field: all then have one shape, which is felt. */
export function newMessage(told: Partial<Message> & Pick<Message, 'kind' | 'action' | 'text'>): Message {
  const text = told.text.length > MAX_TEXT ? `${told.text.slice(0, MAX_TEXT)}…` : told.text;
  return {
    kind: told.kind,
    action: told.action,
    operation: told.operation ?? null,
    functionCode: told.functionCode ?? null,
    unit: told.unit ?? null,
    object: told.object ?? null,
    address: told.address ?? null,
    quantity: told.quantity ?? null,
    exception: told.exception ?? null,
    transaction: told.transaction ?? null,
    points: told.points ?? NO_POINTS,
    file: told.file ?? null,
    text: told.malformed ? `${text} – malformed` : text,
    malformed: told.malformed ?? null,
    isUnpaired: told.isUnpaired ?? false,
    facts: told.facts,
    user: told.user,
    host: told.host,
    clockUs: told.clockUs,
  };
}

const NO_POINTS: readonly PointRun[] = [];

/** One conversation as a dissector follows it; keeps what later messages need (open requests, partial units). */
export interface Session {
  /** Takes one whole data unit; `cursor` spans exactly it. */
  message(cursor: Cursor, from: Side): readonly Message[];
  /** Bytes of that side are missing before its next unit: what is told by its turn alone cannot be told now. */
  gap?(from: Side): void;
}

/** `yes` is proof enough without a port; `maybe` needs a port of the protocol; `more` cannot tell yet. */
export type Likeness = 'yes' | 'maybe' | 'more' | 'no';

/** A message by the fields that matter in a sample. */
export type Expected = Omit<Partial<Message>, 'points'> & { readonly points?: readonly Partial<PointRun>[] };

export interface SampleUnit {
  readonly from: Side;
  readonly hex: string;
  /** Each expected message; lengths must agree. */
  readonly messages: readonly Expected[];
}

export interface Sample {
  readonly kind: 'normal' | 'truncated' | 'foreign';
  /** What the bytes mean, in words. */
  readonly title: string;
  readonly units: readonly SampleUnit[];
  /** A password or the like among the bytes; a test holds that no message shows it. */
  readonly secret?: string;
}

export interface Dissector {
  readonly id: string;
  readonly title: string;
  /** The standard or description it follows. */
  readonly reference: string;
  /** `event_dataset` of its events. */
  readonly dataset: string;
  /**
   * `both`: TCP and UDP alike; `link`: right in a frame, by EtherType; `network`: beneath conversations, by number of
   * the IP protocol or EtherType: one session sees all of a capture, and who sends is its client.
   */
  readonly over: 'tcp' | 'udp' | 'both' | 'link' | 'network';
  /** Its registered ports, or EtherTypes, or numbers of IP protocols. */
  readonly ports: readonly number[];
  /** Set when its bytes prove it without a port: it is tried on the first bytes of unknown conversations too. */
  readonly roams?: boolean | undefined;
  /** Domain of its events; `ot` unless said. */
  readonly domain?: 'ot' | 'network' | undefined;
  /** Longest data unit; a stream that claims more is not of this protocol. */
  readonly maxUnitBytes: number;
  /** Looks at the first bytes of a direction, at least one. */
  looksLike(bytes: Uint8Array, from: number, to: number): Likeness;
  /** Length of the data unit that begins at `from`: 0 when it cannot be told yet, -1 when none begins here. */
  unitLength(bytes: Uint8Array, from: number, to: number): number;
  begin(): Session;
  readonly samples: readonly Sample[];
}

export function otherSide(side: Side): Side {
  return side === 'client' ? 'server' : 'client';
}

/**
 * Checks a definition at load, so that a mistake shows before any evidence is read. Field by field: all then have one
 * shape, which is felt.
 */
export function defineDissector(dissector: Dissector): Dissector {
  if (!/^[a-z][a-z0-9-]*$/.test(dissector.id))
    throw new Error(`dissector id "${dissector.id}" is not kebab-case`);
  const kinds = new Set(dissector.samples.map(({ kind }) => kind));
  for (const kind of ['normal', 'truncated', 'foreign'] as const) {
    if (!kinds.has(kind)) throw new Error(`dissector "${dissector.id}" has no ${kind} sample`);
  }
  return {
    id: dissector.id,
    title: dissector.title,
    reference: dissector.reference,
    dataset: dissector.dataset,
    over: dissector.over,
    ports: dissector.ports,
    roams: dissector.roams,
    domain: dissector.domain,
    maxUnitBytes: dissector.maxUnitBytes,
    looksLike: dissector.looksLike,
    unitLength: dissector.unitLength,
    begin: dissector.begin,
    samples: dissector.samples,
  };
}

export function bytesOfHex(hex: string): Uint8Array {
  const digits = hex.replace(/\s+/g, '');
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) =>
    Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16),
  );
}

/** What a dissector makes of a sample: per unit, its messages, or why none could be cut out of the bytes. */
export function runSample(
  dissector: Dissector,
  sample: Sample,
): ReadonlyArray<readonly Message[] | Likeness> {
  const session = dissector.begin();
  return sample.units.map(({ hex, from }) => {
    const bytes = bytesOfHex(hex);
    const likeness = dissector.looksLike(bytes, 0, bytes.length);
    if (likeness === 'no') return 'no';
    const length = dissector.unitLength(bytes, 0, bytes.length);
    if (length < 0) return 'no';
    if (length === 0 || length > bytes.length) return 'more';
    return session.message(new Cursor(bytes, 0, length), from);
  });
}

/** A sample of one data unit. */
export function sampleOf(
  kind: Sample['kind'],
  title: string,
  from: Side,
  hex: string,
  ...messages: readonly Expected[]
): Sample {
  return { kind, title, units: [{ from, hex, messages }] };
}

/** Length of a data unit of protocols that travel in datagrams or frames: all of it. */
export function wholeDatagram(_bytes: Uint8Array, from: number, to: number): number {
  return to - from;
}

/** Likeness of what travels under a number of its own: room for its head is all it takes. */
export function headOf(headBytes: number): Dissector['looksLike'] {
  return (_bytes, from, to) => (from + headBytes <= to ? 'maybe' : 'no');
}
