/** Syslog over UDP: RFC 5424 §6, RFC 3164 §4 (and what is sent without a priority): one datagram, one message. */
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
import { hexOf } from '../../sample-hex';
import { restText } from '../../words';

const SEVERITIES = [
  'emergency',
  'alert',
  'critical',
  'error',
  'warning',
  'notice',
  'information',
  'debug',
] as const;
const MAX_TEXT = 500;

/*
 *   "<" facility × 8 + severity ">" [version SP time SP host …] | [time SP host SP tag ":"] text
 */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const first = bytes[from] ?? 0;
  return from + 4 <= to && first >= 32 && first < 127 ? 'maybe' : 'no';
}

function readSyslog(cursor: Cursor): readonly Message[] {
  const line = restText(cursor, 2048).replace(/\.+$/, '');
  const priority = /^<(\d{1,3})>/.exec(line);
  const number = priority === null ? null : Number(priority[1]);
  const isPriority = number !== null && number <= 191;
  const rest = isPriority ? line.slice((priority?.[0] ?? '').length) : line;
  const host =
    /^1 \S+ (\S+) /.exec(rest)?.[1] ?? /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (\S+) /.exec(rest)?.[1];
  const severity = isPriority ? (SEVERITIES[number & 7] ?? '') : 'without priority';
  return [
    newMessage({
      kind: 'unsolicited',
      action: 'syslog',
      operation: 'report',
      functionCode: isPriority ? number : null,
      host: host === undefined || host === '-' ? null : host,
      text: `Syslog ${severity}: ${rest.slice(0, MAX_TEXT)}`,
      malformed: isPriority ? null : 'There is no priority',
    }),
  ];
}

export const syslog: Dissector = defineDissector({
  id: 'syslog',
  title: 'Syslog over UDP',
  reference: 'RFC 5424 §6; RFC 5426 §3; RFC 3164 §4',
  dataset: 'pcap.syslog',
  domain: 'network',
  over: 'udp',
  ports: [514],
  maxUnitBytes: 65535,
  looksLike,
  unitLength: wholeDatagram,
  begin: () => ({ message: readSyslog }),
  samples: [
    sampleOf(
      'normal',
      'a switch tells of a port',
      'client',
      hexOf('<189>Mar  1 12:00:00 sw-3 link: port 7 up\n'),
      {
        kind: 'unsolicited',
        host: 'sw-3',
        functionCode: 189,
        text: 'Syslog notice: Mar  1 12:00:00 sw-3 link: port 7 up',
      },
    ),
    sampleOf(
      'normal',
      'the newer form',
      'client',
      hexOf('<34>1 2026-03-01T12:00:00Z hist su - ID47 - refused'),
      {
        host: 'hist',
      },
    ),
    sampleOf('truncated', 'text without a priority', 'client', hexOf('link down'), {
      malformed: 'There is no priority',
    }),
    sampleOf('foreign', 'no text', 'client', '00010203040506'),
  ],
});
