/** NTP: RFC 5905 §7.3 (header), RFC 9327 (mode 6). The sender's clock is told beside the capture's: evidence of both. */
import { readIpv4 } from '../../addresses';
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

const MODES = [
  'reserved',
  'symmetric',
  'passive',
  'client',
  'server',
  'broadcast',
  'control',
  'private',
] as const;
const CLIENT = 3;
const CONTROL = 6;
/** Seconds from 1900 to 1970; the era turns in 2036. */
const EPOCH = 2208988800;
const ERA = 4294967296;
const HEADER_BYTES = 48;

/*
 *   0             1         2      3           4            8            12          16        24       32        40
 *   +-------------+---------+------+-----------+------------+------------+-----------+---------+--------+---------+--------+
 *   | leap ver mode | stratum | poll | precision | root delay | dispersion | reference | updated | origin | receive | transmit |
 *   +-------------+---------+------+-----------+------------+------------+-----------+---------+--------+---------+--------+
 */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const first = bytes[from] ?? 0;
  const version = (first >> 3) & 7;
  const mode = first & 7;
  if (version < 1 || version > 4 || mode === 0) return 'no';
  return from + (mode >= CONTROL ? 8 : 12) <= to ? 'maybe' : 'no';
}

function readNtp(cursor: Cursor): readonly Message[] {
  const first = cursor.u8();
  const version = (first >> 3) & 7;
  const mode = first & 7;
  const name = MODES[mode] ?? 'unknown';
  if (mode >= CONTROL) {
    const isAnswer = ((mode === CONTROL ? cursor.u8() : first) & 0x80) !== 0;
    return [
      newMessage({
        kind: isAnswer ? 'response' : 'request',
        action: `ntp_${name}`,
        operation: 'diagnose',
        functionCode: mode,
        text: `NTP ${name} message, version ${version}`,
      }),
    ];
  }
  const stratum = cursor.u8();
  cursor.skip(10);
  const reference = cursor.part(4);
  cursor.skip(24);
  const seconds = cursor.u32();
  const fraction = cursor.u32();
  const isTold = seconds !== 0 && !cursor.isShort;
  const since = (seconds < 0x80000000 ? seconds + ERA : seconds) - EPOCH;
  const isClient = mode === CLIENT;
  const source = stratum <= 1 ? reference.text(4).replace(/\.+$/, '') : readIpv4(reference);
  const isRefused = stratum === 0 && !isClient;
  const details = isClient ? '' : `, stratum ${stratum}, from ${source || 'nowhere'}`;
  const unsynchronised = !isClient && first >> 6 === 3 ? ', not synchronised' : '';
  return [
    newMessage({
      kind: isClient ? 'request' : mode === 5 ? 'unsolicited' : isRefused ? 'exception' : 'response',
      action: `ntp_${name}`,
      operation: 'read',
      functionCode: mode,
      text: `NTP ${name}, version ${version}${details}${unsynchronised}`,
      malformed: cursor.isShort ? 'The header ends early' : null,
      // Clients may send any number for their time (RFC 9109 recommends it), so theirs proves nothing.
      ...(isTold && !isClient ? { clockUs: since * 1e6 + Math.round((fraction / ERA) * 1e6) } : {}),
    }),
  ];
}

const TIMES = (transmit: string): string => `${'00'.repeat(HEADER_BYTES - 24)} ${transmit}`;

export const ntp: Dissector = defineDissector({
  id: 'ntp',
  title: 'NTP',
  reference: 'RFC 5905 §7.3; RFC 9327 §2',
  dataset: 'pcap.ntp',
  domain: 'network',
  over: 'udp',
  ports: [123],
  maxUnitBytes: 2048,
  looksLike,
  unitLength: wholeDatagram,
  begin: () => ({ message: readNtp }),
  samples: [
    {
      kind: 'normal',
      title: 'a client asks, the server tells its time',
      units: [
        {
          from: 'client',
          hex: `23 00 06 ec 00000000 00000000 00000000 ${TIMES('11223344 55667788')}`,
          messages: [{ kind: 'request', action: 'ntp_client', text: 'NTP client, version 4' }],
        },
        {
          from: 'server',
          hex: `24 02 06 ec 00000000 00000000 0a140101 ${TIMES('eb000000 80000000')}`,
          messages: [
            {
              kind: 'response',
              clockUs: (0xeb000000 - EPOCH) * 1e6 + 500000,
              text: 'NTP server, version 4, stratum 2, from 10.20.1.1',
            },
          ],
        },
      ],
    },
    sampleOf(
      'truncated',
      'an answer that ends before its time',
      'server',
      '24 01 06 ec 00000000 00000000 47505300',
      {
        malformed: 'The header ends early',
      },
    ),
    sampleOf('foreign', 'a version there is none of', 'client', '3b 00 06 ec 00000000 00000000 00000000'),
  ],
});
