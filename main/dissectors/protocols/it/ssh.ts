/** SSH before encryption: identification lines (RFC 4253 §4.2), key exchange offers (§7.1), the switch to keys (§7.3). */
import type { Cursor } from '../../cursor';
import {
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type Session,
  type Side,
  sampleOf,
} from '../../dissector';
import { hexOf } from '../../sample-hex';
import { oneLine } from '../../words';

const START = [0x53, 0x53, 0x48, 0x2d] as const;
const MAX_LINE = 255;
const MAX_PACKET = 35000;
const KEXINIT = 20;
const NEWKEYS = 21;
const LISTS = ['key exchange', 'host key', 'cipher'] as const;

function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  for (let at = 0; at < START.length; at++) {
    if (from + at >= to) return at === 0 ? 'no' : 'more';
    if (bytes[from + at] !== START[at]) return isOffer(bytes, from, to) ? 'maybe' : 'no';
  }
  return 'yes';
}

function isOffer(bytes: Uint8Array, from: number, to: number): boolean {
  return from + 6 <= to && bytes[from] === 0 && bytes[from + 1] === 0 && bytes[from + 5] === KEXINIT;
}

/*
 *   "SSH-" version "-" software [" " comment] LF
 *   0        4         5         6
 *   +--------+---------+---------+---------+---------
 *   | length | padding | message | payload | random …     whole once `length` bytes follow; nothing to tell once encrypted
 *   +--------+---------+---------+---------+---------
 */
function unitLength(bytes: Uint8Array, from: number, to: number): number {
  if (from >= to) return 0;
  const likeness = looksLike(bytes, from, to);
  if (likeness === 'more') return 0;
  if (likeness === 'yes') {
    const stop = Math.min(to, from + MAX_LINE);
    for (let at = from; at < stop; at++) if (bytes[at] === 10) return at + 1 - from;
    return to - from >= MAX_LINE ? -1 : 0;
  }
  if (to - from < 6) return 0;
  const length = ((bytes[from] ?? 0) << 24) | ((bytes[from + 1] ?? 0) << 16) | ((bytes[from + 2] ?? 0) << 8);
  const size = length + (bytes[from + 3] ?? 0);
  const isPlain = size >= 5 && size <= MAX_PACKET && (bytes[from + 4] ?? 0) < size;
  // What is encrypted has no length to go by: it is passed over as it came.
  return isPlain ? 4 + size : to - from;
}

class SshSession implements Session {
  private readonly isOver = { client: false, server: false };

  message(cursor: Cursor, from: Side): readonly Message[] {
    if (this.isOver[from]) return [];
    const kind = from === 'client' ? 'request' : 'response';
    if (looksLike(cursor.bytes, cursor.at, cursor.end) === 'yes') {
      const line = oneLine(cursor.text(cursor.left).replace(/\.+$/, ''), MAX_LINE);
      const software = line.replace(/^SSH-[^-]*-/, '');
      return [
        newMessage({
          kind,
          action: 'ssh_banner',
          operation: 'connect',
          text: `SSH ${from} is ${software || 'unnamed'} (${line})`,
          malformed: software === line ? 'The version has no end' : null,
        }),
      ];
    }
    const size = cursor.u32();
    cursor.skip(1);
    const message = cursor.u8();
    if (message === NEWKEYS && size < 64) {
      this.isOver[from] = true;
      const text = `SSH ${from} is encrypted from here on`;
      return [newMessage({ kind, action: 'new_keys', operation: 'connect', functionCode: NEWKEYS, text })];
    }
    if (message !== KEXINIT) return [];
    cursor.skip(16);
    const offers = LISTS.map((list) => {
      const names = cursor.part(cursor.u32());
      return `${list} ${oneLine(names.text(names.left).split(',')[0] ?? '', 80)}`;
    });
    return [
      newMessage({
        kind,
        action: 'key_exchange',
        operation: 'connect',
        functionCode: KEXINIT,
        text: `SSH ${from} offers ${offers.join(', ')} first`,
        malformed: cursor.isShort ? 'A list of names ends early' : null,
      }),
    ];
  }
}

const list = (names: string): string => names.length.toString(16).padStart(8, '0') + hexOf(names);
const KEX = `${list('curve25519-sha256')} ${list('ssh-ed25519')} ${list('aes256-ctr,aes128-ctr')}`;
const KEX_SIZE = (KEX.replace(/\s+/g, '').length / 2 + 18 + 4).toString(16).padStart(8, '0');

export const ssh: Dissector = defineDissector({
  id: 'ssh',
  title: 'SSH',
  reference: 'RFC 4253 §4.2, §6, §7',
  dataset: 'pcap.ssh',
  domain: 'network',
  over: 'tcp',
  ports: [22],
  roams: true,
  maxUnitBytes: 1 << 17,
  looksLike,
  unitLength,
  begin: () => new SshSession(),
  samples: [
    {
      kind: 'normal',
      title: 'both tell their software, the client offers its algorithms',
      units: [
        {
          from: 'server',
          hex: hexOf('SSH-2.0-OpenSSH_9.6 plc\r\n'),
          messages: [
            {
              kind: 'response',
              action: 'ssh_banner',
              text: 'SSH server is OpenSSH_9.6 plc (SSH-2.0-OpenSSH_9.6 plc)',
            },
          ],
        },
        {
          from: 'client',
          hex: hexOf('SSH-2.0-PuTTY_Release_0.80\r\n'),
          messages: [{ kind: 'request', action: 'ssh_banner' }],
        },
        {
          from: 'client',
          hex: `${KEX_SIZE} 04 14 ${'00'.repeat(16)} ${KEX} 00000000`,
          messages: [
            {
              action: 'key_exchange',
              text: 'SSH client offers key exchange curve25519-sha256, host key ssh-ed25519, cipher aes256-ctr first',
            },
          ],
        },
      ],
    },
    {
      kind: 'truncated',
      title: 'a line without software, and a list that ends early',
      units: [
        { from: 'client', hex: hexOf('SSH-\r\n'), messages: [{ malformed: 'The version has no end' }] },
      ],
    },
    sampleOf('foreign', 'another greeting', 'server', hexOf('220 ready\r\n')),
  ],
});
