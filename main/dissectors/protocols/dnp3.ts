/**
 * DNP3 over TCP and UDP: IEEE 1815-2012 §9 (data link), §8 (transport function), §4 (application), §13 (IP). One
 * message per application fragment, put together from its link frames; frames without user data are link messages.
 */
import { Cursor } from '../cursor';
import {
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type OtOperation,
  type Session,
  type Side,
} from '../dissector';
import { type Detail, type ObjectHeader, readHeader } from '../dnp3/objects';
import { samples } from '../dnp3/samples';
import { Fragments, type Link, type LostFragment } from '../dnp3/transport';
import { OpenRequests } from '../open-requests';
import { someOf } from '../words';

const HEADER_BYTES = 10;
const MAX_PENDING = 64;
const MAX_HEADERS = 256;
const SHOWN_HEADERS = 6;
const SHOWN_DETAILS = 4;

/** §4.4: function codes; whether the request carries object data. */
const FUNCTIONS: Readonly<Record<number, readonly [string, OtOperation, boolean?]>> = {
  0: ['confirm', 'report'],
  1: ['read', 'read'],
  2: ['write', 'write', true],
  3: ['select', 'control', true],
  4: ['operate', 'control', true],
  5: ['direct_operate', 'control', true],
  6: ['direct_operate_no_ack', 'control', true],
  7: ['immediate_freeze', 'control'],
  8: ['immediate_freeze_no_ack', 'control'],
  9: ['freeze_clear', 'control'],
  10: ['freeze_clear_no_ack', 'control'],
  11: ['freeze_at_time', 'control', true],
  12: ['freeze_at_time_no_ack', 'control', true],
  13: ['cold_restart', 'control'],
  14: ['warm_restart', 'control'],
  15: ['initialize_data', 'configure'],
  16: ['initialize_application', 'program'],
  17: ['start_application', 'control'],
  18: ['stop_application', 'control'],
  19: ['save_configuration', 'configure'],
  20: ['enable_unsolicited', 'configure'],
  21: ['disable_unsolicited', 'configure'],
  22: ['assign_class', 'configure'],
  23: ['delay_measurement', 'diagnose'],
  24: ['record_current_time', 'configure'],
  25: ['open_file', 'program', true],
  26: ['close_file', 'program', true],
  27: ['delete_file', 'program', true],
  28: ['get_file_information', 'program', true],
  29: ['authenticate_file', 'program', true],
  30: ['abort_file', 'program', true],
  31: ['activate_configuration', 'configure', true],
  32: ['authenticate_request', 'connect', true],
  33: ['authenticate_request_no_ack', 'connect', true],
  129: ['response', 'report', true],
  130: ['unsolicited_response', 'report', true],
  131: ['authenticate_response', 'connect', true],
};
const RESPONSE = 129;
const UNSOLICITED = 130;
/** §9.2.4.1: link functions without user data, of the primary and the secondary station. */
const PRIMARY: Readonly<Record<number, string>> = {
  0: 'reset_link',
  2: 'test_link',
  9: 'request_link_status',
};
const SECONDARY: Readonly<Record<number, string>> = {
  0: 'link_ack',
  1: 'link_nack',
  11: 'link_status',
  15: 'link_not_supported',
};
/** Internal indications (§4.2.2.5), low byte first. */
const INDICATIONS = [
  'broadcast',
  'class 1 events',
  'class 2 events',
  'class 3 events',
  'need time',
  'local control',
  'device trouble',
  'device restart',
  'function not supported',
  'object unknown',
  'parameter error',
  'event buffer overflow',
  'already executing',
  'configuration corrupt',
] as const;
/** Function not supported, object unknown, parameter error, already executing. */
const REFUSALS = 0x1700;

const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xa6bc : crc >>> 1;
  return crc;
});

/** §9.2.5.2: whether the two bytes after `size` bytes at `from` are their check. */
function checks(bytes: Uint8Array, from: number, size: number): boolean {
  let crc = 0;
  for (let at = from; at < from + size; at++)
    crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
  crc = ~crc & 0xffff;
  return bytes[from + size] === (crc & 0xff) && bytes[from + size + 1] === crc >>> 8;
}

/*
 *   0    1    2        3         4             6        8     10            26
 *   +----+----+--------+---------+-------------+--------+-----+-------------+-----+----
 *   | 05 | 64 | length | control | destination | source | CRC | ≤ 16 bytes  | CRC | …
 *   +----+----+--------+---------+-------------+--------+-----+-------------+-----+----
 */
function unitLength(bytes: Uint8Array, from: number, to: number): number {
  if (from < to && bytes[from] !== 0x05) return -1;
  if (from + 1 < to && bytes[from + 1] !== 0x64) return -1;
  if (from + 3 > to) return 0;
  const user = (bytes[from + 2] ?? 0) - 5;
  return user < 0 ? -1 : HEADER_BYTES + user + 2 * Math.ceil(user / 16);
}

function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const length = unitLength(bytes, from, to);
  if (length < 0) return 'no';
  if (from + HEADER_BYTES > to) return 'more';
  return checks(bytes, from, 8) ? 'yes' : 'no';
}

interface Request {
  readonly action: string;
  readonly operation: OtOperation;
}

class Dnp3Session implements Session {
  private readonly requests = new OpenRequests<Request, number>(MAX_PENDING);
  private readonly fragments = new Fragments();

  message(cursor: Cursor, from: Side): readonly Message[] {
    const messages: Message[] = [];
    this.tellLost(messages);
    while (cursor.left >= HEADER_BYTES) {
      const length = unitLength(cursor.bytes, cursor.at, cursor.end);
      if (length <= 0 || length > cursor.left) break;
      const message = this.frame(cursor.part(length), from);
      this.tellLost(messages);
      if (message !== null) messages.push(message);
    }
    return messages;
  }

  gap(from: Side): void {
    this.fragments.gap(from);
  }

  private tellLost(messages: Message[]): void {
    for (const lost of this.fragments.takeLost()) messages.push(lostMessage(lost));
  }

  private frame(cursor: Cursor, from: Side): Message | null {
    const { bytes, at } = cursor;
    cursor.skip(2);
    const user = cursor.u8() - 5;
    const control = cursor.u8();
    const isMaster = (control & 0x80) !== 0;
    const link: Link = { destination: cursor.u16le(), source: cursor.u16le(), isMaster };
    cursor.skip(2);
    let isWhole = checks(bytes, at, 8);
    if (user <= 0) return linkMessage(control, link, isWhole);
    const data = new Uint8Array(user);
    for (let done = 0; done < user; done += 16) {
      const size = Math.min(16, user - done);
      isWhole = isWhole && checks(bytes, cursor.at, size);
      // By byte: a view of so few costs more than they do.
      for (let index = 0; index < size; index++) data[done + index] = bytes[cursor.at + index] ?? 0;
      cursor.skip(size + 2);
    }
    const fragment = this.fragments.add(data, link, from, isWhole);
    return fragment === null
      ? null
      : this.application(new Cursor(fragment, 0, fragment.length), link, this.fragments.isWhole);
  }

  /*
   *   0         1          2                      4
   *   +---------+----------+----------------------+---------------
   *   | control | function | [indications, 2]     | objects …
   *   +---------+----------+----------------------+---------------
   *     FIR FIN CON UNS, sequence of 4 bits
   */
  private application(cursor: Cursor, link: Link, isWhole: boolean): Message {
    const control = cursor.u8();
    const code = cursor.u8();
    const sequence = control & 15;
    const isResponse = code >= RESPONSE;
    const indications = isResponse ? cursor.u16le() : 0;
    const [name, operation, hasData] = FUNCTIONS[code] ?? [`function_${code}`, 'diagnose'];
    const request =
      code === RESPONSE ? this.requests.answer(keyOf(link.destination, link.source, sequence)) : null;
    if (!isResponse && code !== 0)
      this.requests.ask(keyOf(link.source, link.destination, sequence), { action: name, operation });
    const headers = readHeaders(cursor, hasData === true);
    const first = headers[0];
    const refused = headers.reduce((worst, { status }) => Math.max(worst, status ?? 0), 0);
    const isRefused = isResponse && ((indications & REFUSALS) !== 0 || refused !== 0);
    const action = request?.action ?? name;
    const outstation = isResponse ? link.source : link.destination;
    const runs = headers.flatMap(({ runs }) => runs);
    const malformed = malformedOf(cursor, headers, isWhole);
    return newMessage({
      kind:
        code === UNSOLICITED ? 'unsolicited' : isRefused ? 'exception' : isResponse ? 'response' : 'request',
      action,
      operation: request?.operation ?? operation,
      functionCode: code,
      unit: outstation,
      object: first ? objectName(first) : null,
      address: first?.first ?? runs[0]?.address ?? null,
      quantity: first?.count ?? null,
      exception: isRefused ? refused || indications & REFUSALS : null,
      transaction: sequence,
      points: runs,
      file: headers.find(({ file }) => file !== null)?.file ?? null,
      text: describe(action, code, headers, link, indications),
      malformed,
      isUnpaired: code === RESPONSE && request === null,
    });
  }
}

/** A request and its answer have these three in common (§4.2.2.4.2). */
function keyOf(master: number, outstation: number, sequence: number): number {
  return (master * 65536 + outstation) * 16 + sequence;
}

/** What it asks or answers cannot be told, so that no outcome follows from it. */
function lostMessage({ link, code, segments, bytes }: LostFragment): Message {
  const name = code === null ? '' : ` (${(FUNCTIONS[code]?.[0] ?? `function_${code}`).replaceAll('_', ' ')})`;
  const size = `${segments === 1 ? '1 segment' : `${segments} segments`}, ${bytes} bytes`;
  return newMessage({
    kind: link.isMaster ? 'request' : 'unsolicited',
    action: 'incomplete_fragment',
    unit: link.isMaster ? link.destination : link.source,
    text: `fragment${name} could not be put together, of it came ${size} (${endsOf(link, link.isMaster)})`,
    malformed:
      code === null ? 'The beginning of the fragment is missing' : 'The rest of the fragment is missing',
  });
}

function endsOf({ source, destination }: Link, isMaster: boolean): string {
  return isMaster ? `master ${source} → outstation ${destination}` : `outstation ${source} → ${destination}`;
}

function linkMessage(control: number, link: Link, isWhole: boolean): Message {
  const code = control & 15;
  const isPrimary = (control & 0x40) !== 0;
  const action = (isPrimary ? PRIMARY : SECONDARY)[code] ?? `link_function_${code}`;
  return newMessage({
    kind: isPrimary ? 'request' : 'response',
    action,
    operation: 'connect',
    unit: isPrimary ? link.destination : link.source,
    text: `${action.replaceAll('_', ' ')} (link ${link.source} → ${link.destination})`,
    malformed: isWhole ? null : 'A link check does not hold',
  });
}

function readHeaders(cursor: Cursor, hasData: boolean): readonly ObjectHeader[] {
  const headers: ObjectHeader[] = [];
  let baseUs = Number.NaN;
  while (cursor.left >= 3 && headers.length < MAX_HEADERS) {
    const header = readHeader(cursor, hasData, baseUs);
    headers.push(header);
    if (header.group === 51) baseUs = (header.runs[0]?.values[0] ?? Number.NaN) * 1000;
    if (!header.isRead) break;
  }
  return headers;
}

function malformedOf(cursor: Cursor, headers: readonly ObjectHeader[], isWhole: boolean): string | null {
  if (!isWhole) return 'A link check does not hold';
  if (cursor.isShort) return 'The fragment is shorter than its objects need';
  const open = headers.find(({ isRead }) => !isRead);
  return open && cursor.left === 0 ? 'An object ends early' : null;
}

function objectName({ group, variation }: ObjectHeader): string {
  return `g${group}v${variation}`;
}

/** Results of several objects stand with each; that of a single one stands behind all. */
function headerText(header: ObjectHeader, hasResults: boolean): string {
  const { group, variation, first, last, count, details } = header;
  if (details.length > 0) {
    const [bad, good] = [details.filter(isRefusal), details.filter((detail) => !isRefusal(detail))];
    const words = [...bad, ...good].map(({ text, result }) =>
      hasResults && result !== null ? `${text}: ${result}` : text,
    );
    return someOf(words, SHOWN_DETAILS);
  }
  if (group === 60) return `class ${variation - 1} data`;
  const name = `g${group}v${variation}`;
  if (first !== null && last !== null)
    return first === last ? `${name} index ${first}` : `${name} index ${first}–${last}`;
  const only = count === 1 ? header.runs[0]?.address : undefined;
  if (only !== undefined) return `${name} index ${only}`;
  return count === null ? `${name} all` : `${name} ×${count}`;
}

function isRefusal({ status }: Detail): boolean {
  return status !== null && status > 0;
}

function describe(
  action: string,
  code: number,
  headers: readonly ObjectHeader[],
  link: Link,
  indications: number,
): string {
  const results =
    code >= RESPONSE ? headers.flatMap(({ details }) => details.filter(({ status }) => status !== null)) : [];
  const refused = results.filter(isRefusal);
  const hasResults = refused.length > 0 && results.length > 1;
  const words = action.replaceAll('_', ' ');
  const told = headers.slice(0, SHOWN_HEADERS).map((header) => headerText(header, hasResults));
  // `open file` names what it is about.
  if (words.includes('file')) told[0] = told[0]?.replace(/^file /, '') ?? '';
  const objects = told.join('; ');
  const more = headers.length > SHOWN_HEADERS ? `; ${headers.length - SHOWN_HEADERS} more` : '';
  const notes = INDICATIONS.filter((_, bit) => (indications & (1 << bit)) !== 0).join(', ');
  const verdict = hasResults
    ? ` – ${refused.length} of ${results.length} refused`
    : refused.map(({ result }) => ` refused: ${result}`).join('');
  return `${words}${objects === '' ? '' : ` ${objects}${more}`}${verdict}${notes === '' ? '' : ` [${notes}]`} (${endsOf(link, code < RESPONSE)}${code === RESPONSE ? ', response' : ''})`;
}

export const dnp3: ReturnType<typeof defineDissector> = defineDissector({
  id: 'dnp3',
  title: 'DNP3',
  reference: 'IEEE 1815-2012 §4, §8, §9, §13 and Annex A',
  dataset: 'pcap.dnp3',
  over: 'both',
  ports: [20000],
  roams: true,
  maxUnitBytes: 292,
  looksLike,
  unitLength,
  begin: () => new Dnp3Session(),
  samples,
});
