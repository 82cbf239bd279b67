/**
 * ARP: RFC 826 (who has an address), RFC 5227 (probes and announcements), RFC 903 (reverse). One session sees the
 * whole capture, so that two machines that claim one address are told.
 */
import { isNobodysMac, readIpv4, readMac } from '../../addresses';
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

const NOBODY = '0.0.0.0';
const IPV4 = 0x0800;
const REQUEST = 1;
const REPLY = 2;
/** Operations beyond the two of RFC 826: RFC 903, RFC 2390. */
const OPERATIONS = new Map<number, string>([
  [3, 'reverse_request'],
  [4, 'reverse_reply'],
  [8, 'inverse_request'],
  [9, 'inverse_reply'],
]);

interface Told {
  readonly action: string;
  readonly kind: Message['kind'];
  readonly text: string;
}

/** What an ARP message between these four says. */
function meaning(operation: number, from: Claim, to: Claim): Told {
  const { ip, mac } = from;
  if (ip === to.ip && ip !== NOBODY)
    return { action: 'announcement', kind: 'unsolicited', text: `ARP ${ip} is at ${mac}, told unasked` };
  if (operation === REPLY)
    return { action: 'is_at', kind: 'response', text: `ARP ${ip} is at ${mac}, told to ${to.ip}` };
  if (ip === NOBODY)
    return { action: 'probe', kind: 'request', text: `ARP ${mac} asks whether anyone has ${to.ip}` };
  return { action: 'who_has', kind: 'request', text: `ARP who has ${to.ip}? Tell ${ip} at ${mac}` };
}

interface Claim {
  readonly ip: string;
  readonly mac: string;
}

/*
 *   0      2          4    5    6     8          14          18         24          28
 *   +------+----------+----+----+-----+----------+-----------+----------+-----------+
 *   | hw   | protocol | 6  | 4  | op  | from MAC | from IPv4 | to MAC   | to IPv4   |  padding …
 */
class ArpSession implements Session {
  private readonly claims = new Claims();

  message(cursor: Cursor): readonly Message[] {
    const hardware = cursor.u16();
    const isIpv4OverMac = cursor.u16() === IPV4 && cursor.u16() === 0x0604;
    const operation = cursor.u16();
    if (!isIpv4OverMac) return [other(hardware, operation, cursor)];
    const from = { mac: readMac(cursor), ip: readIpv4(cursor) };
    const to = { mac: readMac(cursor), ip: readIpv4(cursor) };
    if (cursor.isShort) return [other(hardware, operation, cursor)];
    if (operation !== REQUEST && operation !== REPLY) return [reverse(operation, from, to)];
    const told = meaning(operation, from, to);
    const isClaim = from.ip !== NOBODY && !isNobodysMac(from.mac);
    const facts: readonly AssetFact[] | undefined = isClaim
      ? [{ of: { ip: from.ip }, fact: 'mac', value: from.mac }]
      : undefined;
    const message = newMessage({ ...told, operation: 'identify', functionCode: operation, facts });
    return isClaim ? [message, ...this.claims.conflict('ARP', from.ip, from.mac)] : [message];
  }
}

function reverse(operation: number, from: Claim, to: Claim): Message {
  const isReply = operation === 4 || operation === 9;
  const text = isReply
    ? `ARP ${to.mac} has ${to.ip}, says ${from.ip}`
    : `ARP ${from.mac} asks which address ${to.mac} has`;
  return newMessage({
    kind: isReply ? 'response' : 'request',
    action: OPERATIONS.get(operation) ?? `operation_${operation}`,
    operation: 'identify',
    functionCode: operation,
    text,
  });
}

/** Not IPv4 over MAC addresses, or cut. */
function other(hardware: number, operation: number, { isShort }: Cursor): Message {
  const name = operation === REQUEST ? 'who_has' : operation === REPLY ? 'is_at' : null;
  return newMessage({
    kind: operation === REQUEST ? 'request' : 'response',
    action: name ?? OPERATIONS.get(operation) ?? `operation_${operation}`,
    operation: 'identify',
    functionCode: operation,
    text: `ARP operation ${operation} on hardware of type ${hardware}`,
    malformed: isShort ? 'The message ends early' : null,
  });
}

const HEAD = '0001 0800 06 04';
const ONE = '020000000001 0a140101';
const ASKED = '000000000000 0a140105';

export const arp: Dissector = defineDissector({
  id: 'arp',
  title: 'ARP',
  reference: 'RFC 826; RFC 5227; RFC 903',
  dataset: 'pcap.arp',
  domain: 'network',
  over: 'network',
  ports: [0x0806, 0x8035],
  maxUnitBytes: 1518,
  looksLike: headOf(8),
  unitLength: wholeDatagram,
  begin: () => new ArpSession(),
  samples: [
    {
      kind: 'normal',
      title: 'asked, answered, and claimed by another machine',
      units: [
        {
          from: 'client',
          hex: `${HEAD} 0001 ${ONE} ${ASKED} 0000`,
          messages: [
            {
              kind: 'request',
              action: 'who_has',
              functionCode: 1,
              text: 'ARP who has 10.20.1.5? Tell 10.20.1.1 at 02:00:00:00:00:01',
            },
          ],
        },
        {
          from: 'client',
          hex: `${HEAD} 0002 020000000005 0a140105 ${ONE}`,
          messages: [
            {
              kind: 'response',
              action: 'is_at',
              facts: [{ of: { ip: '10.20.1.5' }, fact: 'mac', value: '02:00:00:00:00:05' }],
              text: 'ARP 10.20.1.5 is at 02:00:00:00:00:05, told to 10.20.1.1',
            },
          ],
        },
        {
          from: 'client',
          hex: `${HEAD} 0002 020000000066 0a140105 ffffffffffff 0a140105`,
          messages: [
            { kind: 'unsolicited', action: 'announcement' },
            {
              action: 'address_conflict',
              operation: 'report',
              text: 'ARP 10.20.1.5 was at 02:00:00:00:00:05 before, now 02:00:00:00:00:66 claims it',
            },
          ],
        },
      ],
    },
    sampleOf(
      'normal',
      'a machine looks whether its address is free',
      'client',
      `${HEAD} 0001 020000000009 00000000 ${ASKED}`,
      { action: 'probe', facts: undefined, text: 'ARP 02:00:00:00:00:09 asks whether anyone has 10.20.1.5' },
    ),
    sampleOf(
      'normal',
      'a machine without address asks for one',
      'client',
      `${HEAD} 0003 020000000009 00000000 020000000009 00000000`,
      { kind: 'request', action: 'reverse_request' },
    ),
    sampleOf('normal', 'addresses of eight bytes', 'client', '0018 0800 08 04 0001 0000', {
      action: 'who_has',
      text: 'ARP operation 1 on hardware of type 24',
    }),
    sampleOf('truncated', 'ends before the address that is asked for', 'client', `${HEAD} 0001 ${ONE} 0000`, {
      malformed: 'The message ends early',
    }),
    sampleOf('foreign', 'no header', 'client', '0001 0800'),
  ],
});
