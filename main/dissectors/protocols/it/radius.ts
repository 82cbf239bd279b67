/** RADIUS: RFC 2865 §3–§5, RFC 2866 §4. Who asks for access from where and how it ends; passwords are not read. */
import { readIpv4 } from '../../addresses';
import type { Cursor } from '../../cursor';
import {
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

const KINDS: Readonly<Record<number, string>> = {
  1: 'access_request',
  2: 'access_accept',
  3: 'access_reject',
  4: 'accounting_request',
  5: 'accounting_response',
  11: 'access_challenge',
  12: 'status_server',
  40: 'disconnect_request',
  41: 'disconnect_ack',
  42: 'disconnect_nak',
};
const ANSWERS = new Set([2, 3, 5, 11, 41, 42]);
const REFUSALS = new Set([3, 42]);
const TEXTS: Readonly<Record<number, string>> = { 18: 'says', 30: 'called', 31: 'calling', 32: 'by' };
const ADDRESSES: Readonly<Record<number, string>> = { 4: 'by', 8: 'address' };
const USER = 1;

/*
 *   0      1    2        4               20
 *   +------+----+--------+---------------+---------------------------
 *   | code | id | length | authenticator | type, length, value …
 */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const length = ((bytes[from + 2] ?? 0) << 8) | (bytes[from + 3] ?? 0);
  const isKnown = (bytes[from] ?? 0) in KINDS;
  return from + 20 <= to && isKnown && length >= 20 && length <= 4096 ? 'maybe' : 'no';
}

class RadiusSession implements Session {
  private readonly users = new Map<number, string>();

  message(cursor: Cursor): readonly Message[] {
    const code = cursor.u8();
    const id = cursor.u8();
    const list = cursor.part(Math.max(0, cursor.u16() - 4));
    list.skip(16);
    const parts: string[] = [];
    let user = '';
    for (let seen = 0; seen < 128 && list.left >= 2; seen++) {
      const type = list.u8();
      const size = list.u8();
      if (size < 2) break;
      const value = list.part(size - 2);
      if (type === USER) user = restText(value, 120);
      else if (type in TEXTS) parts.push(`${TEXTS[type] ?? ''} ${restText(value, 120)}`);
      else if (type in ADDRESSES && value.left === 4)
        parts.push(`${ADDRESSES[type] ?? ''} ${readIpv4(value)}`);
    }
    const isAnswer = ANSWERS.has(code);
    if (!isAnswer && user !== '') this.users.set(id, user);
    const who = user || (isAnswer ? (this.users.get(id) ?? '') : '');
    const action = KINDS[code] ?? `code_${code}`;
    const isRefused = REFUSALS.has(code);
    return [
      newMessage({
        kind: isRefused ? 'exception' : isAnswer ? 'response' : 'request',
        action,
        operation: 'connect',
        functionCode: code,
        exception: isRefused ? code : null,
        transaction: id,
        user: who || null,
        text: `RADIUS ${action.replaceAll('_', ' ')}${who && ` for ${who}`}${parts.length > 0 ? `, ${parts.join(', ')}` : ''}`,
        malformed: cursor.isShort || list.isShort ? 'An attribute ends early' : null,
      }),
    ];
  }
}

const SECRET = 'kettle7!';
const ZEROS = '00'.repeat(16);

export const radius: Dissector = defineDissector({
  id: 'radius',
  title: 'RADIUS',
  reference: 'RFC 2865 §3–§5; RFC 2866 §4; RFC 5176 §2',
  dataset: 'pcap.radius',
  domain: 'network',
  over: 'udp',
  ports: [1812, 1813, 1645, 1646],
  maxUnitBytes: 4096,
  looksLike,
  unitLength: wholeDatagram,
  begin: () => new RadiusSession(),
  samples: [
    {
      kind: 'normal',
      title: 'a user asks for access and is refused',
      secret: SECRET,
      units: [
        {
          from: 'client',
          hex: `01 07 002a ${ZEROS} 01 06 ${hexOf('anna')} 02 0a ${hexOf(SECRET)} 04 06 0a140101`,
          messages: [{ kind: 'request', user: 'anna', text: 'RADIUS access request for anna, by 10.20.1.1' }],
        },
        {
          from: 'server',
          hex: `03 07 0014 ${ZEROS}`,
          messages: [{ kind: 'exception', user: 'anna', text: 'RADIUS access reject for anna' }],
        },
      ],
    },
    sampleOf('truncated', 'a name that ends early', 'client', `01 07 0020 ${ZEROS} 01 0c 616e`, {
      malformed: 'An attribute ends early',
    }),
    sampleOf('foreign', 'a length below the header', 'client', `01 07 0004 ${ZEROS}`),
  ],
});
