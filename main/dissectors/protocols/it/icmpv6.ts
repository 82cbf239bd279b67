/**
 * ICMPv6: RFC 4443 (errors with the packet they are about, echo), RFC 4861 (routers, neighbours, redirect), RFC 3810
 * (multicast listeners). One session sees the whole capture, so that two machines that claim one address are told.
 */
import { isNobodysMac, readIpv6 } from '../../addresses';
import { Claims } from '../../claims';
import type { Cursor } from '../../cursor';
import {
  type AssetFact,
  type Dissector,
  defineDissector,
  headOf,
  type Message,
  newMessage,
  type Session,
  sampleOf,
  wholeDatagram,
} from '../../dissector';
import { about, echoNumber, echoText, type Kind, kindOf, plainText } from '../../icmp/kinds';
import { type NeighbourOptions, readOptions } from '../../icmp/neighbour-options';
import { someOf } from '../../words';

const UNREACHABLE = [
  'no route',
  'communication prohibited',
  'beyond the scope of the source',
  'address unreachable',
  'port unreachable',
  'source address refused',
  'route rejected',
] as const;

const TYPE = {
  unreachable: 1,
  tooBig: 2,
  timeExceeded: 3,
  parameter: 4,
  echoRequest: 128,
  echoReply: 129,
  routerSolicitation: 133,
  routerAdvertisement: 134,
  neighbourSolicitation: 135,
  neighbourAdvertisement: 136,
  redirect: 137,
  listenerReport: 143,
} as const;

const KINDS = new Map<number, Kind>([
  [TYPE.unreachable, { action: 'unreachable', kind: 'exception', operation: 'report' }],
  [TYPE.tooBig, { action: 'packet_too_big', kind: 'exception', operation: 'report' }],
  [TYPE.timeExceeded, { action: 'time_exceeded', kind: 'exception', operation: 'report' }],
  [TYPE.parameter, { action: 'parameter_problem', kind: 'exception', operation: 'report' }],
  [TYPE.echoRequest, { action: 'echo_request', kind: 'request', operation: 'diagnose' }],
  [TYPE.echoReply, { action: 'echo_reply', kind: 'response', operation: 'diagnose' }],
  [130, { action: 'listener_query', kind: 'request', operation: 'identify' }],
  [131, { action: 'listener_report', kind: 'unsolicited', operation: 'report' }],
  [132, { action: 'listener_done', kind: 'unsolicited', operation: 'report' }],
  [TYPE.routerSolicitation, { action: 'router_solicitation', kind: 'request', operation: 'identify' }],
  [TYPE.routerAdvertisement, { action: 'router_advertisement', kind: 'unsolicited', operation: 'configure' }],
  [TYPE.neighbourSolicitation, { action: 'neighbour_solicitation', kind: 'request', operation: 'identify' }],
  [
    TYPE.neighbourAdvertisement,
    { action: 'neighbour_advertisement', kind: 'response', operation: 'identify' },
  ],
  [TYPE.redirect, { action: 'redirect', kind: 'unsolicited', operation: 'configure' }],
  [TYPE.listenerReport, { action: 'listener_report', kind: 'unsolicited', operation: 'report' }],
]);

const MOST_GROUPS = 8;

/** What a type says beside its kind. */
interface Told {
  readonly text: string;
  readonly kind?: Message['kind'];
  readonly facts?: readonly AssetFact[];
  /** Address and MAC of a machine that says they are its own. */
  readonly claim?: { readonly address: string; readonly mac: string };
}

/*
 *   0      1      2          4                          8
 *   +------+------+----------+--------------------------+---------------------------------
 *   | type | code | checksum | MTU, pointer or unused   | the packet …            errors 1–4
 *   |      |      |          | identifier, number       | data …                  echo 128, 129
 *   |      |      |          | hops, flags, lifetime    | times(8), options …     router 134
 *   |      |      |          | flags                    | target(16), options …   neighbour 135, 136
 */
class Icmpv6Session implements Session {
  private readonly claims = new Claims();

  message(cursor: Cursor): readonly Message[] {
    const type = cursor.u8();
    const code = cursor.u8();
    cursor.skip(2);
    const kind = kindOf(KINDS, type);
    const isEcho = type === TYPE.echoRequest || type === TYPE.echoReply;
    const transaction = isEcho ? echoNumber(cursor) : null;
    const { claim, facts, ...told } = tell(type, code, kind, cursor);
    const message = newMessage({
      ...kind,
      ...told,
      functionCode: type,
      exception: kind.kind === 'exception' ? code : null,
      transaction,
      // An address that was cut is another one.
      facts: cursor.isShort ? undefined : facts,
      text: `ICMPv6 ${told.text}`,
      malformed: cursor.isShort ? 'The message ends early' : null,
    });
    if (claim === undefined || isNobodysMac(claim.mac)) return [message];
    return [message, ...this.claims.conflict('ICMPv6', claim.address, claim.mac)];
  }
}

function tell(type: number, code: number, kind: Kind, cursor: Cursor): Told {
  switch (type) {
    case TYPE.unreachable:
      cursor.skip(4);
      return { text: about(UNREACHABLE[code] ?? `unreachable, code ${code}`, cursor) };
    case TYPE.tooBig:
      return { text: about(`packet too big, next hop takes ${cursor.u32()} bytes`, cursor) };
    case TYPE.timeExceeded:
      cursor.skip(4);
      return { text: about(code === 1 ? 'fragments did not arrive in time' : 'too many hops', cursor) };
    case TYPE.parameter:
      return { text: about(`parameter problem at byte ${cursor.u32()}`, cursor) };
    case TYPE.echoRequest:
    case TYPE.echoReply:
      return { text: echoText(type === TYPE.echoRequest, cursor.part(4), cursor.left) };
    case TYPE.routerSolicitation: {
      cursor.skip(4);
      return { text: 'which routers are there?', facts: macOfSender(readOptions(cursor)) };
    }
    case TYPE.routerAdvertisement:
      return advertised(cursor);
    case TYPE.neighbourSolicitation: {
      cursor.skip(4);
      const target = readIpv6(cursor);
      return { text: `who has ${target}?`, facts: macOfSender(readOptions(cursor)) };
    }
    case TYPE.neighbourAdvertisement:
      return neighbour(cursor);
    case TYPE.redirect:
      return redirected(cursor);
    case TYPE.listenerReport:
      return groups(cursor);
    case 130:
    case 131:
    case 132: {
      cursor.skip(4);
      const group = readIpv6(cursor);
      const name = type === 130 ? 'who listens to' : type === 131 ? 'listens to' : 'stops listening to';
      return { text: `${name} ${group === '::' ? 'anything' : group}` };
    }
    default:
      return { text: plainText(kind, code) };
  }
}

function macOfSender({ sourceMac }: NeighbourOptions): readonly AssetFact[] {
  return sourceMac === null || isNobodysMac(sourceMac)
    ? []
    : [{ of: 'sender', fact: 'mac', value: sourceMac }];
}

/** RFC 4861 §4.2. */
function advertised(cursor: Cursor): Told {
  cursor.skip(2);
  const lifetime = cursor.u16();
  cursor.skip(8);
  const options = readOptions(cursor);
  const parts = [lifetime === 0 ? 'no default router' : `router for ${lifetime} s`, ...options.parts];
  return {
    text: `router advertisement: ${parts.join(', ')}`,
    facts: [{ of: 'sender', fact: 'type', value: 'router' }, ...macOfSender(options)],
  };
}

/** RFC 4861 §4.4: first bit router, second asked for, third overrides what was known. */
function neighbour(cursor: Cursor): Told {
  const flags = cursor.u32();
  const isRouter = flags >= 0x80000000;
  const isAsked = ((flags >>> 30) & 1) === 1;
  const target = readIpv6(cursor);
  const { targetMac } = readOptions(cursor);
  const facts: AssetFact[] = isRouter ? [{ of: { ip: target }, fact: 'type', value: 'router' }] : [];
  if (targetMac !== null && !isNobodysMac(targetMac))
    facts.push({ of: { ip: target }, fact: 'mac', value: targetMac });
  const where = targetMac === null ? 'here' : `at ${targetMac}`;
  return {
    text: `${target} is ${where}${isAsked ? '' : ', told unasked'}`,
    kind: isAsked ? 'response' : 'unsolicited',
    facts,
    ...(targetMac === null || cursor.isShort ? {} : { claim: { address: target, mac: targetMac } }),
  };
}

/** RFC 4861 §4.5. */
function redirected(cursor: Cursor): Told {
  cursor.skip(4);
  const [target, destination] = [readIpv6(cursor), readIpv6(cursor)];
  const { redirected: packet } = readOptions(cursor);
  const what = target === destination ? 'it is on this link' : `use ${target}`;
  return { text: `redirect for ${destination}: ${what}${packet === null ? '' : ` (${packet})`}` };
}

/** RFC 3810 §5.2. */
function groups(cursor: Cursor): Told {
  cursor.skip(2);
  const count = cursor.u16();
  const said: string[] = [];
  while (said.length < count) {
    const kind = cursor.u8();
    const words = cursor.u8();
    const sources = cursor.u16();
    const group = readIpv6(cursor);
    cursor.skip(sources * 16 + words * 4);
    if (cursor.isShort) break;
    // "Include nobody" is how a listener leaves.
    said.push(sources === 0 && (kind === 1 || kind === 3) ? `leaves ${group}` : `listens to ${group}`);
  }
  return { text: someOf(said, MOST_GROUPS) || 'listens to nothing' };
}

const ONE = 'fe80000000000000 0000000000000001';
const TWO = 'fe80000000000000 0000000000000002';

export const icmpv6: Dissector = defineDissector({
  id: 'icmpv6',
  title: 'ICMPv6',
  reference: 'RFC 4443; RFC 4861 §4; RFC 8106 §5; RFC 3810 §5',
  dataset: 'pcap.icmpv6',
  domain: 'network',
  over: 'network',
  ports: [58],
  maxUnitBytes: 65535,
  looksLike: headOf(4),
  unitLength: wholeDatagram,
  begin: () => new Icmpv6Session(),
  samples: [
    sampleOf('normal', 'a machine is asked for an echo', 'client', '80 00 0000 0001 0007 61626364', {
      kind: 'request',
      action: 'echo_request',
      transaction: 7,
      text: 'ICMPv6 echo request 1, number 7, 4 bytes',
    }),
    sampleOf(
      'normal',
      'nobody listens on the port',
      'client',
      `01 04 0000 00000000 60000000 0008 11 40 ${ONE} ${TWO} c350 01f6`,
      {
        kind: 'exception',
        exception: 4,
        text: 'ICMPv6 port unreachable: UDP [fe80::1]:50000 → [fe80::2]:502',
      },
    ),
    {
      kind: 'normal',
      title: 'asked, answered, and claimed by another machine',
      units: [
        {
          from: 'client',
          hex: `87 00 0000 00000000 ${TWO} 01 01 020000000001`,
          messages: [
            {
              kind: 'request',
              text: 'ICMPv6 who has fe80::2?',
              facts: [{ of: 'sender', fact: 'mac', value: '02:00:00:00:00:01' }],
            },
          ],
        },
        {
          from: 'client',
          hex: `88 00 0000 60000000 ${TWO} 02 01 020000000002`,
          messages: [{ kind: 'response', text: 'ICMPv6 fe80::2 is at 02:00:00:00:00:02' }],
        },
        {
          from: 'client',
          hex: `88 00 0000 20000000 ${TWO} 02 01 020000000066`,
          messages: [
            { kind: 'unsolicited', text: 'ICMPv6 fe80::2 is at 02:00:00:00:00:66, told unasked' },
            { action: 'address_conflict' },
          ],
        },
      ],
    },
    sampleOf(
      'normal',
      'a router hands out a prefix and a name server',
      'client',
      `86 00 0000 40 00 0708 00000000 00000000 01 01 020000000001 03 04 40 c0 00000e10 00000e10 00000000
       20010db800000000 0000000000000000 05 01 0000 000005dc 19 03 0000 00000e10 20010db800000000 0000000000000053
       1f 02 0000 00000e10 05 706c616e74 00 00`,
      {
        action: 'router_advertisement',
        operation: 'configure',
        text: 'ICMPv6 router advertisement: router for 1800 s, prefix 2001:db8::/64, MTU 1500, DNS 2001:db8::53, search plant',
      },
    ),
    sampleOf('normal', 'a router sends a machine elsewhere', 'client', `89 00 0000 00000000 ${ONE} ${TWO}`, {
      action: 'redirect',
      text: 'ICMPv6 redirect for fe80::2: use fe80::1',
    }),
    sampleOf(
      'normal',
      'a machine joins a group',
      'client',
      '8f 00 0000 0000 0001 04 00 0000 ff02000000000000 0000000000000fb0',
      { action: 'listener_report', text: 'ICMPv6 listens to ff02::fb0' },
    ),
    sampleOf(
      'normal',
      'a machine joins more groups than are listed',
      'client',
      `8f 00 0000 0000 0009 ${'04 00 0000 ff02000000000000 0000000000000fb0'.repeat(9)}`,
      { text: `ICMPv6 ${Array(8).fill('listens to ff02::fb0').join(', ')} and 1 more` },
    ),
    sampleOf('truncated', 'a router that is cut within its address', 'client', '88 00 0000 80000000 fe80', {
      facts: undefined,
      malformed: 'The message ends early',
    }),
    sampleOf('truncated', 'a solicitation without its target', 'client', '87 00 0000 00000000 fe80', {
      malformed: 'The message ends early',
    }),
    sampleOf('foreign', 'no header', 'client', '80 00'),
  ],
});
