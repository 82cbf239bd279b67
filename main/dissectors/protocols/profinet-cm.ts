/** PROFINET connection management: IEC 61158-6-10 §5 over connectionless RPC (C706), and the endpoint mapper beside it. */
import type { Cursor } from '../cursor';
import {
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type OtOperation,
  type Session,
  wholeDatagram,
} from '../dissector';
import { readBlocks, recordVerb, statusWords } from '../profinet/blocks';
import {
  Fragments,
  PACKET_KINDS,
  RPC_HEADER_BYTES,
  type RpcHeader,
  readRpcHeader,
  u32of,
} from '../profinet/rpc';
import { samples } from '../profinet/samples';
import { someOf } from '../words';

const MAX_PENDING = 64;
const MOST_WORDS = 8;
const REQUEST = 0;
const RESPONSE = 2;
const FAULT = 3;
const REJECT = 6;
const MAPPER = 'e1af8308-5d1f-11c9-91a4-08002b14a0fa';
const PROFINET = /^dea0000[1-4]-6c97-11d1-8271-00a02442df7d$/;

const OPERATIONS: ReadonlyArray<readonly [string, OtOperation]> = [
  ['connect', 'connect'],
  ['release', 'connect'],
  ['read', 'read'],
  ['write', 'write'],
  ['control', 'control'],
  ['read_implicit', 'read'],
];
const MAPPER_OPERATIONS: Readonly<Record<number, string>> = {
  2: 'endpoint_lookup',
  3: 'endpoint_map',
  4: 'endpoint_lookup_free',
};

/** The interface's id, in either byte order, proves PROFINET; the mapper is taken on its port. */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  if (from + RPC_HEADER_BYTES > to || bytes[from] !== 4 || (bytes[from + 1] ?? 0) > 10) return 'no';
  const isLittle = (bytes[from + 4] ?? 0) >> 4 === 1;
  const at = (place: number): number => bytes[from + 24 + (isLittle ? 3 - place : place)] ?? 0;
  if (at(0) === 0xde && at(1) === 0xa0 && at(2) === 0 && at(3) >= 1 && at(3) <= 4) return 'yes';
  return at(0) === 0xe1 && at(1) === 0xaf && at(2) === 0x83 && at(3) === 0x08 ? 'maybe' : 'no';
}

interface Asked {
  readonly object: string | null;
  readonly index: number | null;
}

class ProfinetSession implements Session {
  private readonly fragments = new Fragments();
  private readonly asked = new Map<string, Asked>();
  private hasRequests = false;

  message(cursor: Cursor): readonly Message[] {
    const { header, body } = readRpcHeader(cursor);
    const isShort = cursor.isShort;
    if (header.kind !== REQUEST && header.kind !== RESPONSE) return [transport(header, body, isShort)];
    const whole = this.fragments.add(header, body);
    if (whole === null) return [];
    if (!PROFINET.test(header.interfaceId)) return [mapper(header, whole, isShort)];
    return [this.call(header, whole, isShort)];
  }

  /*
   *   request   longest answer, size, array (longest, offset, size), blocks …
   *   response  status, size, array (longest, offset, size), blocks …
   */
  private call(header: RpcHeader, body: Cursor, isShort: boolean): Message {
    const { isLittle, operation: code, sequence, activity } = header;
    const isResponse = header.kind === RESPONSE;
    const first = u32of(body, isLittle);
    body.skip(16);
    const status = isResponse ? first : 0;
    const blocks = readBlocks(body);
    const key = `${activity} ${sequence}`;
    const request = isResponse ? this.asked.get(key) : undefined;
    this.asked.delete(key);
    const object = blocks.object ?? request?.object ?? null;
    const index = blocks.index ?? request?.index ?? null;
    if (!isResponse) {
      this.hasRequests = true;
      this.asked.set(key, { object, index });
      for (const oldest of this.asked.keys()) {
        if (this.asked.size <= MAX_PENDING) break;
        this.asked.delete(oldest);
      }
    }
    const [action, plain] = OPERATIONS[code] ?? [`operation_${code}`, 'diagnose'];
    const isRecord = code === 2 || code === 3 || code === 5;
    const refused = status === 0 ? blocks.refused : status;
    const kind = !isResponse ? 'request' : refused === 0 ? 'response' : 'exception';
    const words = blocks.words.length === 0 && object !== null ? [object] : blocks.words;
    const said = words.filter((word) => word !== action);
    const told = someOf(said, MOST_WORDS);
    return newMessage({
      kind,
      action,
      operation: isRecord ? recordVerb(index, code === 3) : plain,
      functionCode: code,
      object,
      address: index,
      quantity: blocks.quantity,
      exception: isResponse && refused !== 0 ? refused : null,
      transaction: sequence,
      host: blocks.host,
      facts: status === 0 ? blocks.facts : undefined,
      text: `PROFINET ${action.replaceAll('_', ' ')}${told === '' ? '' : ` ${told}`}${isResponse && refused !== 0 ? ` refused: ${statusWords(refused)}` : ''} (${kind})`,
      malformed: isShort || blocks.isShort || body.isShort ? 'A block ends early' : null,
      // The first answer comes from another port, and so lies in another conversation than its request.
      isUnpaired: isResponse && request === undefined && this.hasRequests,
    });
  }
}

function transport(header: RpcHeader, body: Cursor, isShort: boolean): Message {
  const { kind, isLittle, sequence } = header;
  const name = PACKET_KINDS[kind] ?? `kind_${kind}`;
  const isRefusal = kind === FAULT || kind === REJECT;
  const status = isRefusal ? u32of(body, isLittle) : 0;
  const verdict = isRefusal ? ` 0x${status.toString(16)}` : '';
  return newMessage({
    kind: isRefusal ? 'exception' : 'unsolicited',
    action: `rpc_${name}`,
    operation: 'connect',
    exception: isRefusal ? status : null,
    transaction: sequence,
    text: `RPC ${name.replaceAll('_', ' ')}${verdict}`,
    malformed: isShort || body.isShort ? 'The packet ends early' : null,
  });
}

/** The mapper's answer names the device in a text of its own (C706 appendix O, `annotation`). */
function mapper(header: RpcHeader, body: Cursor, isShort: boolean): Message {
  const isResponse = header.kind === RESPONSE;
  const action = MAPPER_OPERATIONS[header.operation] ?? `endpoint_operation_${header.operation}`;
  const text = isResponse ? annotation(body) : '';
  const kind = isResponse ? 'response' : 'request';
  const isMapper = header.interfaceId === MAPPER;
  return newMessage({
    kind,
    action: isMapper ? action : `operation_${header.operation}`,
    operation: 'identify',
    transaction: header.sequence,
    text: `RPC ${isMapper ? action.replaceAll('_', ' ') : `call of ${header.interfaceId}`}${text === '' ? '' : `: ${text}`} (${kind})`,
    malformed: isShort ? 'The packet ends early' : null,
  });
}

/** The longest text of letters, digits and blanks, at least eight of them. */
function annotation(body: Cursor): string {
  const texts = body.text(body.left).match(/[\w][\w .+/-]{7,63}/g) ?? [];
  return texts.reduce((longest, text) => (text.length > longest.length ? text : longest), '').trim();
}

export const profinetCm: Dissector = defineDissector({
  id: 'profinet-cm',
  title: 'PROFINET connection management',
  reference: 'IEC 61158-6-10:2019 §5; The Open Group C706 §12.5',
  dataset: 'pcap.profinet-cm',
  over: 'udp',
  ports: [34964],
  roams: true,
  maxUnitBytes: 65535,
  looksLike,
  unitLength: wholeDatagram,
  begin: () => new ProfinetSession(),
  samples,
});
