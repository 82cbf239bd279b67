/**
 * ICMP for IPv4: RFC 792 (errors with the packet they are about, echo, redirect), RFC 1256 (routers), RFC 1191 §4
 * (next-hop MTU), RFC 950 (address masks).
 */
import { readIpv4 } from '../../addresses';
import type { Cursor } from '../../cursor';
import {
  type Dissector,
  defineDissector,
  headOf,
  type Message,
  newMessage,
  sampleOf,
  wholeDatagram,
} from '../../dissector';
import { about, echoNumber, echoText, type Kind, kindOf, plainText } from '../../icmp/kinds';
import { someOf } from '../../words';

const REDIRECT = 5;
const ADVERTISEMENT = 9;
const TOO_BIG = 4;
const MAX_ROUTERS = 16;

const UNREACHABLE = [
  'network unreachable',
  'host unreachable',
  'protocol unreachable',
  'port unreachable',
  'fragmentation needed',
  'source route failed',
  'network unknown',
  'host unknown',
  'host isolated',
  'network prohibited',
  'host prohibited',
  'network unreachable for this service',
  'host unreachable for this service',
  'communication prohibited',
  'precedence violated',
  'precedence cut off',
] as const;

const KINDS = new Map<number, Kind>([
  [0, { action: 'echo_reply', kind: 'response', operation: 'diagnose' }],
  [3, { action: 'unreachable', kind: 'exception', operation: 'report' }],
  [4, { action: 'source_quench', kind: 'exception', operation: 'report' }],
  [REDIRECT, { action: 'redirect', kind: 'unsolicited', operation: 'configure' }],
  [8, { action: 'echo_request', kind: 'request', operation: 'diagnose' }],
  [ADVERTISEMENT, { action: 'router_advertisement', kind: 'unsolicited', operation: 'configure' }],
  [10, { action: 'router_solicitation', kind: 'request', operation: 'identify' }],
  [11, { action: 'time_exceeded', kind: 'exception', operation: 'report' }],
  [12, { action: 'parameter_problem', kind: 'exception', operation: 'report' }],
  [13, { action: 'timestamp_request', kind: 'request', operation: 'diagnose' }],
  [14, { action: 'timestamp_reply', kind: 'response', operation: 'diagnose' }],
  [15, { action: 'information_request', kind: 'request', operation: 'identify' }],
  [16, { action: 'information_reply', kind: 'response', operation: 'identify' }],
  [17, { action: 'mask_request', kind: 'request', operation: 'identify' }],
  [18, { action: 'mask_reply', kind: 'response', operation: 'identify' }],
]);

/** What an error says in words, before the packet it quotes. */
function errorText(type: number, code: number, head: Cursor): string {
  if (type === 3) {
    head.skip(2);
    const mtu = head.u16();
    const name = UNREACHABLE[code] ?? `unreachable, code ${code}`;
    return code === TOO_BIG && mtu > 0 ? `${name}, next hop takes ${mtu} bytes` : name;
  }
  if (type === 11) return code === 1 ? 'fragments did not arrive in time' : 'too many hops';
  if (type === 12) return `parameter problem at byte ${head.u8()}`;
  return 'source quench';
}

/*
 *   0      1      2          4                       8
 *   +------+------+----------+-----------------------+-------------------------------------------
 *   | type | code | checksum | identifier, number    | data …                       echo 8, 0
 *   |      |      |          | unused or next MTU    | IP header and 8 bytes …      errors 3, 4, 11, 12
 *   |      |      |          | gateway               | IP header and 8 bytes …      redirect 5
 *   |      |      |          | count, size, lifetime | router, preference …         advertisement 9
 */
function readIcmp(cursor: Cursor): readonly Message[] {
  const type = cursor.u8();
  const code = cursor.u8();
  cursor.skip(2);
  const head = cursor.part(4);
  const kind = kindOf(KINDS, type);
  const transaction = isEcho(type) ? echoNumber(head) : null;
  return [
    newMessage({
      ...kind,
      functionCode: type,
      exception: kind.kind === 'exception' ? code : null,
      transaction,
      facts: type === ADVERTISEMENT ? [{ of: 'sender', fact: 'type', value: 'router' }] : undefined,
      text: `ICMP ${textOf(type, code, kind, head, cursor)}`,
      malformed: cursor.isShort || head.isShort ? 'The message ends early' : null,
    }),
  ];
}

function textOf(type: number, code: number, kind: Kind, head: Cursor, cursor: Cursor): string {
  if (isEcho(type)) return echoText(type === 8, head, cursor.left);
  if (kind.kind === 'exception') return about(errorText(type, code, head), cursor);
  if (type === REDIRECT) {
    const what = code === 1 || code === 3 ? 'host' : 'network';
    return about(`redirect for the ${what} to gateway ${readIpv4(head)}`, cursor);
  }
  if (type === ADVERTISEMENT) return advertised(head, cursor);
  if (type === 17 || type === 18) return type === 17 ? 'which mask?' : `mask ${readIpv4(cursor)}`;
  return plainText(kind, code);
}

function isEcho(type: number): boolean {
  return type === 8 || type === 0;
}

function advertised(head: Cursor, cursor: Cursor): string {
  const count = head.u8();
  const words = head.u8();
  const lifetime = head.u16();
  const routers: string[] = [];
  while (routers.length < count) {
    const router = readIpv4(cursor);
    cursor.skip(Math.max(0, words - 1) * 4);
    if (cursor.isShort) break;
    routers.push(router);
  }
  return `router advertisement: ${someOf(routers, MAX_ROUTERS) || 'none'}, for ${lifetime} s`;
}

const QUOTED = '4500 0030 0001 0000 40 11 0000 0a140101 0a140105';

export const icmp: Dissector = defineDissector({
  id: 'icmp',
  title: 'ICMP',
  reference: 'RFC 792; RFC 950; RFC 1191; RFC 1256',
  dataset: 'pcap.icmp',
  domain: 'network',
  over: 'network',
  ports: [1],
  maxUnitBytes: 65535,
  looksLike: headOf(4),
  unitLength: wholeDatagram,
  begin: () => ({ message: readIcmp }),
  samples: [
    sampleOf('normal', 'a machine is asked for an echo', 'client', '08 00 0000 0001 0007 61626364', {
      kind: 'request',
      action: 'echo_request',
      operation: 'diagnose',
      transaction: 7,
      text: 'ICMP echo request 1, number 7, 4 bytes',
    }),
    sampleOf('normal', 'it answers', 'client', '00 00 0000 0001 0007 61626364', {
      kind: 'response',
      action: 'echo_reply',
      transaction: 7,
    }),
    sampleOf(
      'normal',
      'nobody listens on the port',
      'client',
      `03 03 0000 00000000 ${QUOTED} c350 01f6 001c 0000`,
      {
        kind: 'exception',
        action: 'unreachable',
        exception: 3,
        text: 'ICMP port unreachable: UDP 10.20.1.1:50000 → 10.20.1.5:502',
      },
    ),
    sampleOf('normal', 'a packet is too large', 'client', `03 04 0000 0000 05dc ${QUOTED} c350 01f6`, {
      exception: 4,
      text: 'ICMP fragmentation needed, next hop takes 1500 bytes: UDP 10.20.1.1:50000 → 10.20.1.5:502',
    }),
    sampleOf(
      'normal',
      'a router sends a machine elsewhere',
      'client',
      `05 01 0000 0a140163 ${QUOTED} c350 01f6`,
      {
        kind: 'unsolicited',
        action: 'redirect',
        operation: 'configure',
        text: 'ICMP redirect for the host to gateway 10.20.1.99: UDP 10.20.1.1:50000 → 10.20.1.5:502',
      },
    ),
    sampleOf('normal', 'a router tells of itself', 'client', '09 00 0000 01 02 0708 0a140101 00000000', {
      action: 'router_advertisement',
      facts: [{ of: 'sender', fact: 'type', value: 'router' }],
      text: 'ICMP router advertisement: 10.20.1.1, for 1800 s',
    }),
    sampleOf(
      'normal',
      'a router tells of more than are listed',
      'client',
      `09 00 0000 12 02 0708 ${'0a140101 00000000'.repeat(18)}`,
      { text: `ICMP router advertisement: ${Array(16).fill('10.20.1.1').join(', ')} and 2 more, for 1800 s` },
    ),
    sampleOf(
      'truncated',
      'a router tells of three and names one',
      'client',
      '09 00 0000 03 02 0708 0a140101 00000000',
      {
        text: 'ICMP router advertisement: 10.20.1.1, for 1800 s – malformed',
        malformed: 'The message ends early',
      },
    ),
    sampleOf('truncated', 'an echo without its number', 'client', '08 00 0000 0001', {
      malformed: 'The message ends early',
    }),
    sampleOf('foreign', 'no header', 'client', '08 00'),
  ],
});
