/** Blocks of PROFINET connection management (IEC 61158-6-10 §5.2): what is connected, read, written and told to do. */
import { readMac } from '../addresses';
import type { Cursor } from '../cursor';
import type { AssetFact, OtOperation } from '../dissector';

const MAX_BLOCKS = 64;

export interface Blocks {
  /** Which records, as an engineer writes them: `slot 2.1 record 0xaff0 (I&M0)`. */
  readonly object: string | null;
  readonly index: number | null;
  readonly quantity: number | null;
  readonly host: string | null;
  readonly words: readonly string[];
  /** What the sender says of itself. */
  readonly facts: readonly AssetFact[];
  /** First refusal of a record that was written. */
  readonly refused: number;
  readonly isShort: boolean;
}

interface Found {
  object: string | null;
  index: number | null;
  quantity: number | null;
  host: string | null;
  words: string[];
  facts: AssetFact[];
  /** Slot of the record that is read or written. */
  slot: number;
  refused: number;
  /** Where the blocks begin: records are padded to words from there. */
  readonly origin: number;
}

const RECORDS: Readonly<Record<number, string>> = {
  32769: 'real identification of the subslot',
  32778: 'diagnosis of the subslot',
  32779: 'diagnosis of the subslot',
  32780: 'diagnosis of the subslot',
  32816: 'isochronous mode',
  32808: 'inputs',
  32809: 'outputs',
  45040: 'I&M0',
  45041: 'I&M1',
  45042: 'I&M2',
  45043: 'I&M3',
  45044: 'I&M4',
  57344: 'expected identification',
  57345: 'real identification',
  57346: 'module difference',
  57356: 'diagnosis of the relation',
  57408: 'several records',
  61440: 'real identification',
  61452: 'diagnosis',
  63488: 'diagnosis of the device',
  63504: 'diagnosis of the device',
  63520: 'relations',
  63521: 'application processes',
  63536: 'log',
  63552: 'I&M0 of the parts',
  63553: 'ports: real data',
  63554: 'ports: expected data',
  63568: 'ports: statistics',
};

/** What reading or writing a record is: identification, diagnosis, or plain data of the user. */
export function recordVerb(index: number | null, isWrite: boolean): OtOperation {
  if (isWrite) return index !== null && index < 0x8000 ? 'write' : 'configure';
  const name = RECORDS[index ?? 0] ?? '';
  if (name.startsWith('I&M') || name.includes('identification')) return 'identify';
  return name.startsWith('diagnosis') || name === 'log' ? 'diagnose' : 'read';
}

const CONTROLS = [
  'parameters end',
  'application ready',
  'release',
  'done',
  'ready for companion',
  'ready for RT class 3',
  'parameters begin',
] as const;

/*
 *   0      2        4       6
 *   +------+--------+-------+--------
 *   | type | length | 1 │ 0 | body …      length counts the version; a response's type has its highest bit set
 *   +------+--------+-------+--------
 */
export function readBlocks(cursor: Cursor): Blocks {
  const origin = cursor.at;
  const found: Found = {
    object: null,
    index: null,
    quantity: null,
    host: null,
    words: [],
    facts: [],
    slot: -1,
    refused: 0,
    origin,
  };
  for (let seen = 0; seen < MAX_BLOCKS && cursor.left >= 6 && !cursor.isShort; seen++) {
    const type = cursor.u16();
    const size = cursor.u16();
    if (size < 2) break;
    cursor.skip(2);
    const body = cursor.part(size - 2);
    readBlock(type, body, cursor, found);
    if (body.isShort) cursor.isShort = true;
  }
  return { ...found, isShort: cursor.isShort };
}

function readBlock(type: number, body: Cursor, rest: Cursor, found: Found): void {
  const kind = type & 0x7fff;
  const isResponse = type >= 0x8000;
  if (kind === 0x0101) relation(body, isResponse, found);
  else if (kind === 0x0102) ioRelation(body, isResponse, found);
  else if (type === 0x0104) found.words.push('expected submodules');
  else if (type === 0x8104) found.words.push('modules differ');
  else if (kind === 8 || kind === 9) record(kind, body, rest, isResponse, found);
  else if (kind >= 0x0110 && kind <= 0x0118) control(body, found);
  else if (type === 0x0020) maintenance0(body, found);
  else if (type === 0x0021) maintenance1(body, found);
  else if (type === 0x0022) found.words.push(`installed ${body.text(16)}`);
  else if (type === 0x0023) found.words.push(`descriptor ${body.text(54) || 'empty'}`);
}

/** Who connects: kind of relation, key, address, name of the station (§5.2.3). */
function relation(body: Cursor, isResponse: boolean, found: Found): void {
  const type = body.u16();
  body.skip(16);
  const key = body.u16();
  // An address that was cut is another one.
  const mac = body.left < 6 ? '' : readMac(body);
  if (isResponse) {
    tell(found, 'mac', mac);
    found.words.push(`device ${mac}, key ${key}`);
    return;
  }
  body.skip(16 + 4 + 2 + 2);
  const station = body.text(body.u16());
  if (station !== '') found.host = station;
  tell(found, 'name', station);
  tell(found, 'mac', mac);
  const role = type === 6 ? 'supervisor' : type === 1 ? 'controller' : `relation of type ${type}`;
  found.words.push(`${role} ${station} ${mac}, key ${key}`);
}

function ioRelation(body: Cursor, isResponse: boolean, found: Found): void {
  const direction = body.u16();
  body.skip(2);
  const name = direction === 1 ? 'inputs' : direction === 2 ? 'outputs' : `data of type ${direction}`;
  if (isResponse) {
    found.words.push(`${name} by frame 0x${body.u16().toString(16)}`);
    return;
  }
  body.skip(6);
  const bytes = body.u16();
  const frame = body.u16();
  const cycleUs = Math.round(body.u16() * body.u16() * 31.25);
  const by = frame === 0xffff ? '' : ` by frame 0x${frame.toString(16)}`;
  found.words.push(`${name}${by}, ${bytes} bytes every ${cycleUs / 1000} ms`);
}

/** Header of a record that is read or written, the record behind it (§5.2.2.4); several lie one after the other. */
function record(kind: number, body: Cursor, rest: Cursor, isResponse: boolean, found: Found): void {
  body.skip(2 + 16 + 4);
  const slot = body.u16();
  const subslot = body.u16();
  found.slot = slot;
  body.skip(2);
  const index = body.u16();
  const bytes = body.u32();
  const name = RECORDS[index];
  const title = `slot ${slot}.${subslot} record 0x${index.toString(16)}${name === undefined ? '' : ` (${name})`}`;
  const isContainer = index === 0xe040;
  if (found.object === null || found.index === 0xe040) {
    found.object = title;
    found.index = index;
    found.quantity = bytes;
  }
  if (!isContainer && found.words.length < 8) found.words.push(title);
  if (isResponse && kind === 8) {
    body.skip(4);
    const status = body.u32();
    if (found.refused === 0) found.refused = status;
  }
  // What is written follows its header; a block of identification that was read is read on.
  const isData = kind === 8 && !isResponse && !isContainer;
  if (isData) {
    rest.skip(Math.min(bytes, rest.left));
    while (rest.left > 0 && (rest.at - found.origin) % 4 !== 0) rest.skip(1);
  }
}

function control(body: Cursor, found: Found): void {
  body.skip(2 + 16 + 2 + 2);
  const command = body.u16();
  const names = CONTROLS.filter((_, bit) => (command & (1 << bit)) !== 0);
  found.words.push(names.length === 0 ? `command 0x${command.toString(16)}` : names.join(' and '));
  found.object = names[0] ?? found.object;
}

/** Who made it, order number, serial number, revisions (PROFIBUS profile guidelines part 1 §3.3). */
function maintenance0(body: Cursor, found: Found): void {
  const vendor = body.u16();
  const order = body.text(20);
  const serial = body.text(16);
  const hardware = body.u16();
  const prefix = body.text(1);
  const software = `${prefix}${body.u8()}.${body.u8()}.${body.u8()}`;
  if (found.slot === 0) {
    // 42 is Siemens; the list of all belongs to PROFIBUS International.
    if (vendor === 42) tell(found, 'vendor', 'Siemens');
    tell(found, 'model', order);
    tell(found, 'serial', serial);
    tell(found, 'firmware', software);
  }
  found.words.push(
    `vendor id 0x${vendor.toString(16).padStart(4, '0')}, order ${order}, serial ${serial}, hardware ${hardware}, firmware ${software}`,
  );
}

function maintenance1(body: Cursor, found: Found): void {
  const purpose = body.text(32);
  const location = body.text(22);
  if (found.slot === 0) tell(found, 'location', location);
  found.words.push(`function ${purpose || 'not named'}, location ${location || 'not named'}`);
}

function tell(found: Found, fact: AssetFact['fact'], value: string): void {
  found.facts.push({ of: 'sender', fact, value });
}

const REASONS: Readonly<Record<number, string>> = {
  160: 'read error',
  161: 'write error',
  168: 'version conflict',
  169: 'feature not supported',
  176: 'invalid index',
  177: 'invalid length',
  178: 'invalid slot or subslot',
  179: 'type conflict',
  180: 'invalid area',
  181: 'state conflict',
  182: 'access denied',
  183: 'invalid range',
  184: 'invalid parameter',
  185: 'invalid type',
  192: 'read constrain conflict',
  193: 'write constrain conflict',
  194: 'resource busy',
  195: 'resource unavailable',
};

/** Words of a PNIO status: of record services the reason by name, else by its codes (§5.2.6). */
export function statusWords(status: number): string {
  const [decode, one, two] = [(status >>> 16) & 255, (status >>> 8) & 255, status & 255];
  if (decode === 0x80) return REASONS[one] ?? `error ${one}.${two}`;
  if (decode === 0x81 && one === 64) return 'connection not known';
  if (decode === 0x81 && one === 65 && two === 0) return 'connection not known';
  return `error 0x${(status >>> 0).toString(16).padStart(8, '0')}`;
}
