/** PROFINET DCP: IEC 61158-6-10 §4.3 (discovery and basic configuration): names, addresses and roles of devices. */
import { readIpv4 } from '../addresses';
import type { Cursor } from '../cursor';
import {
  type AssetFact,
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type OtOperation,
  sampleOf,
  wholeDatagram,
} from '../dissector';

const SERVICES: Readonly<Record<number, readonly [string, OtOperation]>> = {
  3: ['get', 'read'],
  4: ['set', 'configure'],
  5: ['identify', 'identify'],
  6: ['hello', 'report'],
};
const ROLES = ['IO device', 'IO controller', 'IO multidevice', 'IO supervisor'] as const;

/*
 *   0       2         3      4             8       10       12
 *   +-------+---------+------+-------------+-------+--------+----------------------------------------------------
 *   | frame | service | type | transaction | delay | length | blocks: option, suboption, length, [info,] data …
 *   +-------+---------+------+-------------+-------+--------+----------------------------------------------------
 */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  return from + 12 <= to &&
    bytes[from] === 0xfe &&
    (bytes[from + 1] ?? 0) >= 0xfc &&
    (bytes[from + 2] ?? 0) in SERVICES
    ? 'yes'
    : 'no';
}

function readDcp(cursor: Cursor): readonly Message[] {
  cursor.skip(2);
  const service = cursor.u8();
  const type = cursor.u8();
  const transaction = cursor.u32();
  cursor.skip(2);
  const blocks = cursor.part(cursor.u16());
  const isResponse = (type & 3) !== 0;
  const [action, operation] = SERVICES[service] ?? ['dcp', 'identify'];
  const parts: string[] = [];
  const facts: AssetFact[] = [];
  // A set names what its receiver is to be called; everything else is told by who sends it.
  const of = service === 4 ? 'receiver' : 'sender';
  const isTold = isResponse || service === 6 || service === 4;
  let name = '';
  let error = 0;
  for (let seen = 0; seen < 64 && blocks.left >= 2; seen++) {
    const option = blocks.u8();
    const suboption = blocks.u8();
    if (service === 3 && !isResponse) {
      parts.push(`option ${option}.${suboption}`);
      continue;
    }
    const size = blocks.u16();
    const body = blocks.part(size);
    if (size % 2 === 1 && blocks.left > 0) blocks.skip(1);
    const hasInfo = service === 4 || service === 6 || isResponse;
    if (hasInfo && !(option === 5 && suboption === 4)) body.skip(2);
    if (option === 2 && suboption === 2) {
      name = body.text(Math.max(0, body.left));
      parts.push(`name ${name}`);
      if (isTold) facts.push({ of, fact: 'name', value: name });
    } else if (option === 2 && suboption === 1) {
      const type = body.text(body.left);
      parts.push(`vendor ${type}`);
      if (isTold) facts.push({ of, fact: 'type', value: type });
    } else if (option === 2 && suboption === 3) {
      const vendor = body.hex(2);
      parts.push(`vendor id 0x${vendor}, device id 0x${body.hex(2)}`);
      if (isTold && vendor === '002a') facts.push({ of, fact: 'vendor', value: 'Siemens' });
    } else if (option === 2 && suboption === 4) {
      const role = body.u8();
      parts.push(`role ${ROLES.filter((_, bit) => (role & (1 << bit)) !== 0).join(' and ') || role}`);
    } else if (option === 1 && suboption === 2) {
      const address = readIpv4(body);
      parts.push(`address ${address}, mask ${readIpv4(body)}, gateway ${readIpv4(body)}`);
      if (isTold && address !== '0.0.0.0') facts.push({ of, fact: 'ip', value: address });
    } else if (option === 5 && suboption === 4) {
      body.skip(2);
      error = Math.max(error, body.u8());
    } else if (option === 5 && suboption === 3) parts.push('signal');
    else if (option === 5 && (suboption === 5 || suboption === 6)) parts.push('factory reset');
    else if (option === 255) parts.push('all');
  }
  return [
    newMessage({
      kind:
        error > 0 || (type & 4) !== 0
          ? 'exception'
          : isResponse
            ? 'response'
            : service === 6
              ? 'unsolicited'
              : 'request',
      action,
      operation,
      functionCode: service,
      exception: error > 0 ? error : null,
      transaction,
      host: name || null,
      facts: error > 0 ? undefined : facts,
      text: `DCP ${action} ${parts.join(', ')}${error > 0 ? ` refused (${error})` : ''} (${isResponse ? 'response' : 'request'})`,
      malformed: cursor.isShort || blocks.isShort ? 'A block ends early' : null,
    }),
  ];
}

export const profinetDcp: Dissector = defineDissector({
  id: 'profinet-dcp',
  title: 'PROFINET DCP',
  reference: 'IEC 61158-6-10:2019 §4.3',
  dataset: 'pcap.profinet-dcp',
  over: 'link',
  ports: [0x8892],
  maxUnitBytes: 1518,
  looksLike,
  unitLength: wholeDatagram,
  begin: () => ({ message: readDcp }),
  samples: [
    sampleOf(
      'normal',
      'a device gets another name',
      'client',
      'fefd 04 00 00000009 0000 000c 02 02 0008 0001 706c632d3031',
      {
        kind: 'request',
        action: 'set',
        operation: 'configure',
        host: 'plc-01',
        transaction: 9,
      },
    ),
    sampleOf(
      'normal',
      'a device tells who it is',
      'server',
      'feff 05 01 00000009 0000 001e 02 02 0008 0000 706c632d3031 01 02 000e 0001 0a140105 ffffff00 00000000',
      {
        kind: 'response',
        action: 'identify',
        host: 'plc-01',
        text: 'DCP identify name plc-01, address 10.20.1.5, mask 255.255.255.0, gateway 0.0.0.0 (response)',
      },
    ),
    sampleOf(
      'truncated',
      'a name that ends early',
      'client',
      'fefd 04 00 00000009 0000 000c 02 02 0008 0001 706c',
      { malformed: 'A block ends early' },
    ),
    sampleOf('foreign', 'cyclic data', 'client', '8001 8080808080808080808080808080'),
  ],
});
