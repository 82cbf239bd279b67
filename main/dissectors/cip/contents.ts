/**
 * What the data of CIP services say: identities (CIP Volume 1 §5-2), connections being opened (§3-5.4), attributes
 * written, the wall clock of Logix controllers, PCCC inside (see `pccc.ts`).
 */
import type { Cursor } from '../cursor';
import { type AssetFact, newRun, type OtOperation, type PointRun } from '../dissector';
import { type Path, pathText, readPath } from './cip';
import { numberHex, vendorName } from './names';
import { type PcccOpen, pcccReply, pcccRequest } from './pccc';

export interface Content {
  /** Behind what the service is and of what; empty when nothing more. */
  readonly detail: string;
  readonly points: readonly PointRun[];
  readonly facts?: readonly AssetFact[];
  readonly clockUs?: number;
  /** Where the content makes the service another act. */
  readonly action?: string;
  readonly operation?: OtOperation;
  readonly object?: string | null;
  readonly address?: number | null;
  readonly quantity?: number | null;
  readonly exception?: number | null;
  /** What the reply needs to know of the request. */
  readonly pccc?: PcccOpen;
}

const NOTHING: Content = { detail: '', points: [] };
const IDENTITY = 1;
const MANAGER = 6;
const WALL_CLOCK = 0x8b;
const CLOCK_ATTRIBUTE = 6;
const MOST_SHOWN = 24;
const MOST_ATTRIBUTES = 16;

const said = (detail: string): Content => ({ ...NOTHING, detail });

export function requestContent(action: string, path: Path, data: Cursor): Content {
  if (action === 'execute_pccc') return pcccRequest(data);
  if (action === 'forward_open') return said(opened(data, false));
  if (action === 'large_forward_open') return said(opened(data, true));
  if (action === 'forward_close') {
    data.skip(2);
    return said(connection(data));
  }
  if (action === 'set_attribute_single' && data.left > 0) return written(path, data);
  if (action === 'set_attribute_list' && path.classId === WALL_CLOCK) return clockWritten(data);
  if (action === 'get_attribute_list') return said(attributesAsked(data));
  if (action === 'reset' && path.classId === IDENTITY)
    return said(data.left > 0 && data.u8() === 1 ? 'to factory settings' : 'power cycle');
  return NOTHING;
}

export function replyContent(action: string, path: Path, data: Cursor, open: PcccOpen | null): Content {
  if (action === 'execute_pccc' || open !== null) return pcccReply(data, open);
  if (path.classId === IDENTITY && action === 'get_attributes_all') return identity(data);
  if (path.classId === IDENTITY && action === 'get_attribute_single')
    return identityAttribute(path.attribute ?? 0, data);
  if (action === 'get_attribute_list') return attributes(path, data);
  const isOpening = action === 'forward_open' || action === 'large_forward_open';
  if (isOpening && path.classId === MANAGER && data.left >= 16) {
    const [there, back] = [data.u32le(), data.u32le()];
    return said(`as ${numberHex(there, 8)} and ${numberHex(back, 8)}, ${connection(data)}`);
  }
  if (action === 'get_attribute_single' && data.left > 0) return said(`= ${shown(data)}`);
  return NOTHING;
}

/** Serial number of a connection, and whose it is. */
function connection(data: Cursor): string {
  const serial = data.u16le();
  const vendor = data.u16le();
  return `connection ${numberHex(serial, 4)} of ${vendorName(vendor)} ${numberHex(data.u32le(), 8)}`;
}

const TRANSPORTS = ['cyclic', 'on change', 'by the application'] as const;

/*
 *   0          2          6          10     12     14       18          19        22     26     28     32     34        35
 *   +----------+----------+----------+------+------+--------+-----------+---------+------+------+------+------+---------+-------
 *   | timeouts | id there | id back  | no.  | maker| serial | multiplier| reserved| every| size | every| size | trigger | path …
 *   sizes of a large forward open have four bytes
 */
function opened(data: Cursor, isLarge: boolean): string {
  data.skip(10);
  const whose = connection(data);
  data.skip(4);
  const size = (): number => (isLarge ? data.u32le() & 0xffff : data.u16le() & 0x1ff);
  const there = data.u32le();
  const bytesThere = size();
  const back = data.u32le();
  const bytesBack = size();
  const trigger = data.u8();
  const path = readPath(data.part(data.u8() * 2));
  if (data.isShort) return '';
  const points = path.points.length > 0 ? ` points ${path.points.join(', ')}` : '';
  const kind = TRANSPORTS[(trigger >> 4) & 7] ?? `trigger ${(trigger >> 4) & 7}`;
  const to = pathText(path);
  return `${to === '' ? '' : `to ${to}${points}, `}class ${trigger & 15}, ${kind}, ${bytesThere} bytes every ${there / 1000} ms, back ${bytesBack} bytes every ${back / 1000} ms, ${whose}`;
}

/** The rest as a number when it is short, else in hex. */
function shown(data: Cursor): string {
  if (data.left === 1) return String(data.u8());
  if (data.left === 2) return String(data.u16le());
  if (data.left === 4) return String(data.u32le());
  const more = data.left > MOST_SHOWN ? '…' : '';
  return `${data.hex(Math.min(MOST_SHOWN, data.left))}${more}`;
}

function written(path: Path, data: Cursor): Content {
  const isNumber = data.left === 1 || data.left === 2 || data.left === 4;
  const text = shown(data);
  const values = [isNumber ? Number(text) : Number.NaN];
  const run = newRun(pathText(path), null, 1, values, isNumber ? undefined : [text]);
  return { detail: `= ${text}`, points: [run] };
}

function attributesAsked(data: Cursor): string {
  const count = Math.min(data.u16le(), MOST_ATTRIBUTES, data.left >> 1);
  const numbers = Array.from({ length: count }, () => data.u16le());
  return numbers.length === 0 ? '' : `attributes ${numbers.join(', ')}`;
}

/** Microseconds since 1970, eight bytes. */
function readClock(data: Cursor): number {
  const low = data.u32le();
  return data.u32le() * 4294967296 + low;
}

const LATEST_US = 4_102_444_800_000_000;

function clockText(us: number): string {
  return us < LATEST_US ? new Date(us / 1000).toISOString() : 'no time';
}

function clockWritten(data: Cursor): Content {
  const isClock = data.u16le() > 0 && data.u16le() === CLOCK_ATTRIBUTE && data.left >= 8;
  return isClock
    ? { ...said(`clock set to ${clockText(readClock(data))}`), operation: 'configure' }
    : NOTHING;
}

/*
 *   0       2           4        6
 *   +-------+-----------+--------+-------
 *   | count | attribute | status | value …   further; lengths of values are their attributes' own
 */
function attributes(path: Path, data: Cursor): Content {
  const count = Math.min(data.u16le(), MOST_ATTRIBUTES);
  const parts: string[] = [];
  const facts: AssetFact[] = [];
  for (let place = 0; place < count && data.left >= 4; place++) {
    const number = data.u16le();
    if (data.u16le() !== 0) continue;
    if (path.classId === WALL_CLOCK && number === CLOCK_ATTRIBUTE && data.left >= 8) {
      const us = readClock(data);
      return { ...said(`clock ${clockText(us)}`), ...(us < LATEST_US ? { clockUs: us } : {}) };
    }
    if (path.classId !== IDENTITY || number > 7) break;
    const one = identityAttribute(number, data);
    parts.push(one.detail);
    facts.push(...(one.facts ?? []));
  }
  return { detail: parts.filter(Boolean).join(', '), points: [], facts };
}

/** Extended state of a device: bits 4–7 of its status (§5-2.2.1.5). */
const STATES = new Map<number, string>([
  [1, 'firmware update'],
  [2, 'an I/O connection failed'],
  [3, 'no I/O connection'],
  [4, 'configuration lost'],
  [5, 'major fault'],
  [6, 'run'],
  [7, 'idle or program'],
]);
const FAULTS: readonly (readonly [bit: number, name: string])[] = [
  [8, 'minor fault'],
  [9, 'minor fault that stays'],
  [10, 'major fault'],
  [11, 'major fault that stays'],
];

function stateText(status: number): string {
  const parts = [STATES.get((status >> 4) & 15), (status & 1) === 1 ? 'owned' : undefined];
  for (const [bit, name] of FAULTS) if (((status >> bit) & 1) === 1) parts.push(name);
  return parts.filter(Boolean).join(', ') || 'ready';
}

/** One of the first seven attributes of the Identity object (§5-2.2). */
function identityAttribute(number: number, data: Cursor): Content {
  const told = (detail: string, ...facts: readonly AssetFact[]): Content => ({ detail, points: [], facts });
  if (data.left === 0) return NOTHING;
  switch (number) {
    case 1: {
      const vendor = vendorName(data.u16le());
      return told(vendor, { of: 'sender', fact: 'vendor', value: vendor });
    }
    case 2:
      return told(`type ${data.u16le()}`);
    case 3:
      return told(`product ${data.u16le()}`);
    case 4: {
      const revision = `${data.u8()}.${data.u8()}`;
      return told(`revision ${revision}`, { of: 'sender', fact: 'firmware', value: revision });
    }
    case 5:
      return told(`state ${stateText(data.u16le())}`);
    case 6: {
      const serial = data.u32le().toString(16).padStart(8, '0');
      return told(`serial ${serial}`, { of: 'sender', fact: 'serial', value: serial });
    }
    case 7: {
      const name = data.text(Math.min(data.u8(), data.left));
      return told(`name ${name}`, { of: 'sender', fact: 'model', value: name });
    }
    default:
      return NOTHING;
  }
}

function identity(data: Cursor): Content {
  const all = [1, 2, 3, 4, 5, 6, 7].map((number) => identityAttribute(number, data));
  return {
    detail: all
      .map(({ detail }) => detail)
      .filter(Boolean)
      .join(', '),
    points: [],
    facts: all.flatMap(({ facts }) => facts ?? []),
  };
}
