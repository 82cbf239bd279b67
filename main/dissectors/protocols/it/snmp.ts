/**
 * SNMP: RFC 1157 §4 (v1), RFC 3416 §3 (operations), RFC 3412 §6 and RFC 3414 §2.4 (v3). Community names are told to be
 * there, never shown; of values only those of the system group (RFC 3418 §2), which say what a device is.
 */
import type { Cursor } from '../../cursor';
import {
  type AssetFact,
  type AssetFactKind,
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type OtOperation,
  type Side,
  sampleOf,
  wholeDatagram,
} from '../../dissector';
import {
  contentsOf,
  type Element,
  readElement,
  readElements,
  readIdentifier,
  readInteger,
} from '../../framing/ber';
import { berHex, hexOf } from '../../sample-hex';
import { restText, without } from '../../words';

const VERSIONS: Readonly<Record<number, string>> = { 0: 'v1', 1: 'v2c', 2: 'v2u', 3: 'v3' };
const KINDS: readonly (readonly [string, OtOperation])[] = [
  ['get', 'read'],
  ['get_next', 'read'],
  ['response', 'read'],
  ['set', 'write'],
  ['trap', 'report'],
  ['get_bulk', 'read'],
  ['inform', 'report'],
  ['trap', 'report'],
  ['report', 'report'],
];
const ERRORS = [
  'no error',
  'too big',
  'no such name',
  'bad value',
  'read only',
  'general error',
  'no access',
  'wrong type',
  'wrong length',
  'wrong encoding',
  'wrong value',
  'no creation',
  'inconsistent value',
  'resource unavailable',
  'commit failed',
  'undo failed',
  'authorisation error',
  'not writable',
  'inconsistent name',
] as const;
const SYSTEM: Readonly<Record<string, string>> = {
  '1.3.6.1.2.1.1.1.0': 'description',
  '1.3.6.1.2.1.1.2.0': 'object id',
  '1.3.6.1.2.1.1.4.0': 'contact',
  '1.3.6.1.2.1.1.5.0': 'name',
  '1.3.6.1.2.1.1.6.0': 'location',
};
const FACTS: Readonly<Record<string, AssetFactKind>> = {
  description: 'model',
  name: 'name',
  location: 'location',
};
const RESPONSE = 2;
const SET = 3;
const TRAP_V1 = 4;
const INFORM = 6;
const MAX_NAMES = 6;

/*
 *   30 { 02 version, 04 community, a0…a8 { request id, error, index, 30 { 30 { 06 object, value } … } } }
 *   30 { 02 version 3, 30 { id, size, flags, model }, 04 { 30 { engine, boots, time, user, … } }, 30 { engine, context, a0…a8 } }
 */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  if (from + 7 > to || bytes[from] !== 0x30) return 'no';
  const first = bytes[from + 1] ?? 0;
  const at = from + 2 + (first > 0x80 ? first & 0x7f : 0);
  if (bytes[at] !== 2 || bytes[at + 1] !== 1 || (bytes[at + 2] ?? 9) > 3) return 'no';
  return bytes[at + 3] === (bytes[at + 2] === 3 ? 0x30 : 4) ? 'maybe' : 'no';
}

function readSnmp(cursor: Cursor, from: Side): readonly Message[] {
  const outer = readElement(cursor);
  const [first, second, third, fourth] = readElements(outer.body, 4);
  const version = first === undefined ? 0 : readInteger(contentsOf(first));
  const name = VERSIONS[version] ?? 'of unknown version';
  const isCut = cursor.isShort || outer.body.isShort;
  if (version === 3) return [versionThree(second, third, fourth, isCut, from)];
  const community = second === undefined ? '' : restText(contentsOf(second), 255);
  const how = community === '' ? 'no community' : 'community given';
  return [unit(third, `${name}, ${how}`, community, null, isCut)];
}

function versionThree(
  head: Element | undefined,
  security: Element | undefined,
  scoped: Element | undefined,
  isCut: boolean,
  from: Side,
): Message {
  const fields = head === undefined ? [] : readElements(contentsOf(head), 4);
  const flags = fields[2] === undefined ? 0 : contentsOf(fields[2]).u8();
  const usm = security === undefined ? [] : readElements(readElement(contentsOf(security)).body, 6);
  const user = usm[3] === undefined ? '' : restText(contentsOf(usm[3]), 64);
  const how = `v3, ${user === '' ? 'no user' : `user ${user}`}, ${(flags & 1) !== 0 ? 'authenticated' : 'not authenticated'}`;
  if ((flags & 2) === 0 && scoped?.tag === 0x30) {
    const [, , pdu] = readElements(contentsOf(scoped), 3);
    return unit(pdu, how, '', user || null, isCut);
  }
  return newMessage({
    // What it says cannot be read, only who sends it.
    kind: from === 'client' ? 'request' : 'response',
    action: 'encrypted',
    user: user || null,
    text: `SNMP ${how}, encrypted`,
    malformed: isCut || security === undefined ? 'The message ends early' : null,
  });
}

function unit(
  pdu: Element | undefined,
  how: string,
  community: string,
  user: string | null,
  isCut: boolean,
): Message {
  const number = pdu === undefined ? -1 : pdu.tag - 0xa0;
  const [action, operation] = KINDS[number] ?? ['unknown', null];
  const inner = pdu === undefined ? null : contentsOf(pdu);
  const fields = inner === null ? [] : readElements(inner, 8);
  const isTrap1 = number === TRAP_V1;
  const at = (place: number): number => {
    const field = fields[place];
    return field === undefined ? 0 : readInteger(contentsOf(field)) || 0;
  };
  const code = number === RESPONSE ? at(1) : 0;
  const list = fields[isTrap1 ? 5 : 3];
  const pairs = list === undefined ? [] : readElements(contentsOf(list), 256);
  const names: string[] = [];
  const facts: AssetFact[] = [];
  let host: string | null = null;
  for (const pair of pairs.slice(0, MAX_NAMES)) {
    const [object, value] = readElements(contentsOf(pair), 2);
    const id = object === undefined ? '' : readIdentifier(contentsOf(object));
    const meaning = SYSTEM[id];
    if (meaning === undefined || value === undefined || value.tag === 5) {
      names.push(meaning === undefined ? id : `${id} (${meaning})`);
      continue;
    }
    const said = value.tag === 6 ? readIdentifier(contentsOf(value)) : restText(contentsOf(value), 160);
    const shown = without(said, [community]);
    if (meaning === 'name') host = shown || null;
    names.push(`${meaning} ${shown}`);
    const fact = FACTS[meaning];
    // What a manager sets is the receiver's from then on; it is told again when it is read.
    if (fact !== undefined && number === RESPONSE && code === 0)
      facts.push({ of: 'sender', fact, value: shown });
  }
  const more = pairs.length > MAX_NAMES ? ` and ${pairs.length - MAX_NAMES} more` : '';
  const trap = isTrap1 && fields[0] !== undefined ? ` of ${readIdentifier(contentsOf(fields[0]))}` : '';
  const wrong = code === 0 ? '' : `: ${ERRORS[code] ?? `error ${code}`}`;
  const isReport = number === TRAP_V1 || number > INFORM;
  return newMessage({
    kind: code > 0 ? 'exception' : number === RESPONSE ? 'response' : isReport ? 'unsolicited' : 'request',
    action,
    operation: number === SET ? 'write' : operation,
    functionCode: number < 0 ? null : number >>> 0,
    exception: code > 0 ? code : null,
    transaction: isTrap1 || at(0) < 0 ? null : at(0),
    quantity: pairs.length,
    user,
    host,
    facts,
    text: `SNMP ${action.replace('_', '-')}${trap}${names.length > 0 ? ` ${names.join(', ')}${more}` : ''}${wrong} (${how})`,
    malformed: isCut || inner === null || inner.isShort ? 'The message ends early' : null,
  });
}

const COMMUNITY = 'kettle7!';
const NAME = berHex('06', '2b06010201010500');
const integer = (value: number): string => berHex('02', value.toString(16).padStart(2, '0'));
const message = (tag: string, value: string, version = 1): string =>
  berHex(
    '30',
    integer(version),
    berHex('04', hexOf(COMMUNITY)),
    berHex(tag, integer(7), integer(0), integer(0), berHex('30', berHex('30', NAME, value))),
  );

export const snmp: Dissector = defineDissector({
  id: 'snmp',
  title: 'SNMP',
  reference: 'RFC 1157 §4; RFC 3416 §3; RFC 3412 §6; RFC 3414 §2.4',
  dataset: 'pcap.snmp',
  domain: 'network',
  over: 'udp',
  ports: [161, 162],
  maxUnitBytes: 65535,
  looksLike,
  unitLength: wholeDatagram,
  begin: () => ({ message: readSnmp }),
  samples: [
    {
      kind: 'normal',
      title: 'a device is asked for its name',
      secret: COMMUNITY,
      units: [
        {
          from: 'client',
          hex: message('a0', '0500'),
          messages: [
            {
              kind: 'request',
              action: 'get',
              transaction: 7,
              text: 'SNMP get 1.3.6.1.2.1.1.5.0 (name) (v2c, community given)',
            },
          ],
        },
        {
          from: 'server',
          hex: message('a2', berHex('04', hexOf(`rtu5 ${COMMUNITY}`))),
          messages: [
            {
              kind: 'response',
              host: 'rtu5 ***',
              facts: [{ of: 'sender', fact: 'name', value: 'rtu5 ***' }],
            },
          ],
        },
      ],
    },
    sampleOf(
      'normal',
      'version 3 asks for the engine',
      'client',
      berHex(
        '30',
        integer(3),
        berHex('30', integer(1), berHex('02', '05dc'), berHex('04', '04'), integer(3)),
        berHex(
          '04',
          berHex(
            '30',
            berHex('04', ''),
            integer(0),
            integer(0),
            berHex('04', hexOf('anna')),
            berHex('04', ''),
            berHex('04', ''),
          ),
        ),
        berHex(
          '30',
          berHex('04', ''),
          berHex('04', ''),
          berHex('a0', integer(2), integer(0), integer(0), '3000'),
        ),
      ),
      { action: 'get', user: 'anna', text: 'SNMP get (v3, user anna, not authenticated)' },
    ),
    sampleOf('truncated', 'a message without its operation', 'client', '300d 020101 0406 636f6d6d756e a020', {
      malformed: 'The message ends early',
    }),
    sampleOf('foreign', 'a version there is none of', 'client', '3006 020109 0401 78'),
  ],
});
