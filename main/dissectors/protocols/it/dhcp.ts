/** DHCP for IPv4: RFC 2131 §2 (message) and RFC 2132 (options): which address and name a MAC had when. */
import { readIpv4, readMac } from '../../addresses';
import type { Cursor } from '../../cursor';
import {
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  sampleOf,
  wholeDatagram,
} from '../../dissector';

const KINDS = [
  'bootp',
  'discover',
  'offer',
  'request',
  'decline',
  'ack',
  'nak',
  'release',
  'inform',
] as const;

/*
 *   0    1       2      3      4     8      10      12          16        20     24      28           44           236     240
 *   +----+-------+------+------+-----+------+-------+-----------+---------+------+-------+------------+------------+-------+----------
 *   | op | htype | hlen | hops | xid | secs | flags | client IP | your IP | next | relay | client MAC | names      | magic | options …
 */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const op = bytes[from] ?? 0;
  return from + 236 <= to && (op === 1 || op === 2) ? 'maybe' : 'no';
}

function readDhcp(cursor: Cursor): readonly Message[] {
  const op = cursor.u8();
  cursor.skip(3);
  const transaction = cursor.u32();
  cursor.skip(4);
  const [client, yours] = [readIpv4(cursor), readIpv4(cursor)];
  cursor.skip(8);
  const mac = readMac(cursor);
  cursor.skip(202);
  let kind = 0;
  let name = '';
  let asked = '';
  let vendor = '';
  let lease = 0;
  if (cursor.left >= 4 && cursor.u32() === 0x63825363) {
    for (let seen = 0; seen < 128 && cursor.left > 0; seen++) {
      const option = cursor.u8();
      if (option === 255) break;
      if (option === 0) continue;
      const size = cursor.u8();
      const value = cursor.part(size);
      if (option === 53) kind = value.u8();
      else if (option === 12) name = value.text(Math.min(size, value.left));
      else if (option === 50) asked = readIpv4(value);
      else if (option === 51) lease = value.u32();
      else if (option === 60) vendor = value.text(Math.min(size, value.left));
    }
  }
  const action = KINDS[kind] ?? `type_${kind}`;
  const address = op === 2 ? yours : asked || client;
  const parts = [
    `MAC ${mac}`,
    name && `name ${name}`,
    address !== '0.0.0.0' && address && `address ${address}`,
    vendor && `vendor class ${vendor}`,
    lease > 0 && `lease ${lease} s`,
  ];
  return [
    newMessage({
      kind: op === 1 ? 'request' : kind === 6 ? 'exception' : 'response',
      action,
      operation: 'configure',
      functionCode: kind,
      exception: kind === 6 ? 6 : null,
      transaction,
      host: name || null,
      facts: [
        { of: { mac }, fact: 'name', value: name },
        { of: { mac }, fact: 'type', value: vendor },
        // Given, not only asked for.
        { of: { mac }, fact: 'ip', value: kind === 5 && yours !== '0.0.0.0' ? yours : '' },
      ],
      text: `DHCP ${action}: ${parts.filter(Boolean).join(', ')}`,
      malformed: cursor.isShort ? 'An option ends early' : null,
    }),
  ];
}

const HEAD = (op: string, yours: string): string =>
  `${op}010600 00000007 0000 0000 00000000 ${yours} 00000000 00000000 020000000001 ${'00'.repeat(202)}`;

export const dhcp: Dissector = defineDissector({
  id: 'dhcp',
  title: 'DHCP',
  reference: 'RFC 2131 §2; RFC 2132',
  dataset: 'pcap.dhcp',
  domain: 'network',
  over: 'udp',
  ports: [67, 68],
  maxUnitBytes: 1500,
  looksLike,
  unitLength: wholeDatagram,
  begin: () => ({ message: readDhcp }),
  samples: [
    sampleOf(
      'normal',
      'a station asks for its address by name',
      'client',
      `${HEAD('01', '00000000')} 63825363 350103 0c04706c6331 32040a140105 ff`,
      {
        kind: 'request',
        action: 'request',
        host: 'plc1',
        text: 'DHCP request: MAC 02:00:00:00:00:01, name plc1, address 10.20.1.5',
      },
    ),
    sampleOf(
      'normal',
      'the address is given for an hour',
      'server',
      `${HEAD('02', '0a140105')} 63825363 350105 330400000e10 ff`,
      {
        kind: 'response',
        action: 'ack',
        text: 'DHCP ack: MAC 02:00:00:00:00:01, address 10.20.1.5, lease 3600 s',
      },
    ),
    sampleOf(
      'truncated',
      'a name that ends early',
      'client',
      `${HEAD('01', '00000000')} 63825363 350103 0c08706c`,
      { malformed: 'An option ends early' },
    ),
    sampleOf('foreign', 'neither request nor reply', 'client', `${HEAD('07', '00000000')} 63825363 ff`),
  ],
});
