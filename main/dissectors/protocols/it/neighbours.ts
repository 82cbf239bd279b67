/**
 * What a device tells its neighbour on the wire: LLDP (IEEE 802.1AB-2016 §8.4–§8.5) and CDP (as Cisco describes it).
 * The same words over and over are told once a conversation; its flow counts the frames.
 */
import { readIpv4, readMac } from '../../addresses';
import type { Cursor } from '../../cursor';
import {
  type AssetFact,
  type AssetFactKind,
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type Session,
  sampleOf,
  wholeDatagram,
} from '../../dissector';
import { hexOf } from '../../sample-hex';
import { restText } from '../../words';

const MAX_PARTS = 64;
const MAC_OF_CHASSIS = 4;
const MAC_OF_PORT = 3;
const MANAGEMENT = 8;
const ORGANISATION = 127;
/** Inventory of media endpoints (ANSI/TIA-1057 §10.2.6). */
const MED = 0x0012bb;
const INVENTORY: Readonly<Record<number, AssetFactKind>> = {
  6: 'firmware',
  7: 'firmware',
  8: 'serial',
  9: 'vendor',
  10: 'model',
};

function told(
  action: string,
  protocol: string,
  parts: readonly string[],
  host: string,
  isShort: boolean,
  facts: readonly AssetFact[],
): Message {
  return newMessage({
    kind: 'unsolicited',
    action,
    operation: 'identify',
    host: host || null,
    facts,
    text: `${protocol} ${parts.join(', ')}`,
    malformed: isShort ? 'An element ends early' : null,
  });
}

/** Tells a message unless it says what the one before said. */
class Once {
  private last = '';

  only(message: Message): readonly Message[] {
    if (message.text === this.last) return [];
    this.last = message.text;
    return [message];
  }
}

const of = (fact: AssetFactKind, value: string): AssetFact => ({ of: 'sender', fact, value });

/** An identifier after its kind: a MAC, an IPv4 address, or text. */
function identifier(body: Cursor, mac: number, network: number): string {
  const kind = body.u8();
  if (kind === mac && body.left === 6) return readMac(body);
  if (kind === network && body.left === 5 && body.peek() === 1) {
    body.skip(1);
    return readIpv4(body);
  }
  return restText(body, 120);
}

/*
 *   0                   2
 *   +-------------------+--------       1 chassis, 2 port, 3 time to live, 4 port description,
 *   | type(7) length(9) | value …       5 name, 6 description, 8 management address, 127 of an organisation, 0 end
 */
class LldpSession implements Session {
  private readonly once = new Once();

  message(cursor: Cursor): readonly Message[] {
    const parts: string[] = [];
    const facts: AssetFact[] = [];
    let host = '';
    for (let seen = 0; seen < MAX_PARTS && cursor.left >= 2; seen++) {
      const head = cursor.u16();
      const type = head >> 9;
      const body = cursor.part(head & 0x1ff);
      if (type === 0) break;
      if (type === 1) parts.push(`chassis ${identifier(body, MAC_OF_CHASSIS, 5)}`);
      else if (type === 2) parts.push(`port ${identifier(body, MAC_OF_PORT, 4)}`);
      else if (type === 4) parts.push(`port is ${restText(body, 120)}`);
      else if (type === 5) {
        host = restText(body, 120);
        parts.push(`name ${host}`);
        facts.push(of('name', host));
      } else if (type === 6) {
        const model = restText(body, 250);
        parts.push(`runs ${model}`);
        facts.push(of('model', model));
      } else if (type === MANAGEMENT && body.u8() === 5 && body.u8() === 1) {
        const ip = readIpv4(body);
        parts.push(`address ${ip}`);
        if (!body.isShort) facts.push(of('ip', ip));
      } else if (type === ORGANISATION && body.u24() === MED) {
        const fact = INVENTORY[body.u8()];
        if (fact === undefined) continue;
        const value = restText(body, 32);
        parts.push(`${fact} ${value}`);
        facts.push(of(fact, value));
      }
    }
    return this.once.only(told('lldp', 'LLDP', parts, host, cursor.isShort, facts));
  }
}

function looksLikeLldp(bytes: Uint8Array, from: number, to: number): Likeness {
  const size = bytes[from + 1] ?? 0;
  const isChassis = from + 7 <= to && bytes[from] === 2 && size >= 2;
  // The port comes second (§8.2).
  return isChassis && bytes[from + 2 + size] === 4 ? 'yes' : 'no';
}

/*
 *   0         1     2          4
 *   +---------+-----+----------+------------------------------      1 device, 2 addresses, 3 port, 5 software,
 *   | version | ttl | checksum | type(2) length(2) value …          6 platform, 10 VLAN; length with its own four bytes
 */
class CdpSession implements Session {
  private readonly once = new Once();

  message(cursor: Cursor): readonly Message[] {
    const parts: string[] = [];
    const facts: AssetFact[] = [];
    let host = '';
    cursor.skip(4);
    for (let seen = 0; seen < MAX_PARTS && cursor.left >= 4; seen++) {
      const type = cursor.u16();
      const size = cursor.u16();
      // Padding of the frame follows the last element.
      if (type === 0 || size < 4) break;
      const body = cursor.part(size - 4);
      if (type === 1) {
        host = restText(body, 120);
        parts.push(`device ${host}`);
        facts.push(of('name', host));
      } else if (type === 2) {
        body.skip(4);
        const isIp = body.u8() === 1 && body.u8() === 1 && body.u8() === 0xcc && body.u16() === 4;
        const ip = isIp ? readIpv4(body) : '';
        if (!isIp || body.isShort) continue;
        parts.push(`address ${ip}`);
        facts.push(of('ip', ip));
      } else if (type === 3) parts.push(`port ${restText(body, 120)}`);
      else if (type === 5) {
        const firmware = restText(body, 250);
        parts.push(`runs ${firmware}`);
        facts.push(of('firmware', firmware));
      } else if (type === 6) {
        const model = restText(body, 120);
        parts.push(`platform ${model}`);
        facts.push(of('model', model));
      } else if (type === 10) parts.push(`VLAN ${body.u16()}`);
    }
    return this.once.only(told('cdp', 'CDP', parts, host, cursor.isShort, facts));
  }
}

function looksLikeCdp(bytes: Uint8Array, from: number, to: number): Likeness {
  const version = bytes[from] ?? 0;
  return from + 8 <= to && (version === 1 || version === 2) && bytes[from + 4] === 0 ? 'maybe' : 'no';
}

export const lldp: Dissector = defineDissector({
  id: 'lldp',
  title: 'LLDP',
  reference: 'IEEE 802.1AB-2016 §8.4, §8.5',
  dataset: 'pcap.lldp',
  domain: 'network',
  over: 'link',
  ports: [0x88cc],
  maxUnitBytes: 1518,
  looksLike: looksLikeLldp,
  unitLength: wholeDatagram,
  begin: () => new LldpSession(),
  samples: [
    sampleOf(
      'normal',
      'a controller tells its name and port',
      'client',
      `0207 04 020000000001 0409 07 ${hexOf('port-001')} 0602 0014 0a05 ${hexOf('plc-1')} 100c 05 01 0a140105 02 00000001 00 0000`,
      {
        kind: 'unsolicited',
        host: 'plc-1',
        facts: [
          { of: 'sender', fact: 'name', value: 'plc-1' },
          { of: 'sender', fact: 'ip', value: '10.20.1.5' },
        ],
        text: 'LLDP chassis 02:00:00:00:00:01, port port-001, name plc-1, address 10.20.1.5',
      },
    ),
    sampleOf('truncated', 'a name that ends early', 'client', '0207 04 020000000001 0440 07706c63', {
      malformed: 'An element ends early',
    }),
    sampleOf('foreign', 'no chassis at first', 'client', '0404 07 706f7274 0000'),
  ],
});

export const cdp: Dissector = defineDissector({
  id: 'cdp',
  title: 'CDP',
  reference: 'Cisco Discovery Protocol, versions 1 and 2',
  dataset: 'pcap.cdp',
  domain: 'network',
  over: 'link',
  ports: [0x2000],
  maxUnitBytes: 1518,
  looksLike: looksLikeCdp,
  unitLength: wholeDatagram,
  begin: () => new CdpSession(),
  samples: [
    {
      kind: 'normal',
      title: 'a switch tells what it is, twice',
      units: [
        {
          from: 'client',
          hex: `02 b4 0000 0001 0008 ${hexOf('sw-3')} 0002 0011 00000001 01 01 cc 0004 0a140101 0003 0007 ${hexOf('Fa1')} 0006 0009 ${hexOf('IE-30')} 000a 0006 0014`,
          messages: [
            {
              host: 'sw-3',
              facts: [
                { of: 'sender', fact: 'name', value: 'sw-3' },
                { of: 'sender', fact: 'ip', value: '10.20.1.1' },
                { of: 'sender', fact: 'model', value: 'IE-30' },
              ],
              text: 'CDP device sw-3, address 10.20.1.1, port Fa1, platform IE-30, VLAN 20',
            },
          ],
        },
        {
          from: 'client',
          hex: `02 b3 0000 0001 0008 ${hexOf('sw-3')} 0002 0011 00000001 01 01 cc 0004 0a140101 0003 0007 ${hexOf('Fa1')} 0006 0009 ${hexOf('IE-30')} 000a 0006 0014`,
          messages: [],
        },
      ],
    },
    sampleOf('truncated', 'a name that ends early', 'client', '02 b4 0000 0001 0040 7377', {
      malformed: 'An element ends early',
    }),
    sampleOf('foreign', 'another version', 'client', '07 b4 0000 0001 0008 73772d33'),
  ],
});
