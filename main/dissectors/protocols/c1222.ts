/** ANSI C12.22, how meters are read over networks: ANSI C12.22-2008 §5.3.4 (ACSE and EPSEM), §5.3.2 (services). */
import { readAnswer, readArcs, readService, responseWords, type Service } from '../c1222/services';
import type { Cursor } from '../cursor';
import {
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type Session,
  sampleOf,
} from '../dissector';
import { bodyOf, type Element, readElement, readElements, readIdentifier, readInteger } from '../framing/ber';

const MAX_UNIT_BYTES = 65539;
const MAX_SERVICES = 16;
const MAX_PENDING = 64;
const FLAG_ED_CLASS = 0x10;

/*
 *   60 length { a2 { 06 called title } a4 { 02 called number } a6 { 06 calling title } a8 { 02 calling number }
 *               ac { authentication } be { 28 { 81 EPSEM } } }
 *   EPSEM: flags, [ED class (4)], then services: length, code, parameters …
 */
function unitLength(bytes: Uint8Array, from: number, to: number): number {
  if (from < to && bytes[from] !== 0x60) return -1;
  if (from + 2 > to) return 0;
  const first = bytes[from + 1] ?? 0;
  if (first < 0x80) return first < 4 ? -1 : 2 + first;
  const size = first & 0x7f;
  if (size === 0 || size > 2) return -1;
  if (from + 2 + size > to) return 0;
  const high = size === 2 ? (bytes[from + 2] ?? 0) * 256 : 0;
  return 2 + size + high + (bytes[from + 1 + size] ?? 0);
}

/** Titles and numbers by their tags; with the standard's own arc in a title it needs no port. */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const length = unitLength(bytes, from, to);
  if (length < 0) return 'no';
  const at = from + ((bytes[from + 1] ?? 0) < 0x80 ? 2 : 2 + ((bytes[from + 1] ?? 0) & 0x7f));
  if (length === 0 || at + 2 > to) return 'more';
  const tag = bytes[at] ?? 0;
  return tag === 0xa1 || tag === 0xa2 || tag === 0xa4 || tag === 0xa6 || tag === 0xa8 || tag === 0xbe
    ? 'maybe'
    : 'no';
}

class C1222Session implements Session {
  private readonly asked = new Map<string, Service>();

  message(cursor: Cursor): readonly Message[] {
    const pdu = readElement(cursor);
    const fields = readElements(pdu.body, 16);
    const called = titleOf(fields, 0xa2);
    const calling = titleOf(fields, 0xa6);
    const answered = numberOf(fields, 0xa4);
    const own = numberOf(fields, 0xa8);
    const external = readElements(bodyOf(fields, 0xbe), 1)[0];
    const epsem =
      external === undefined ? undefined : readElements(external.body, 4).find(({ tag }) => tag === 0x81);
    const isShort = cursor.isShort || pdu.body.isShort || epsem === undefined || epsem.body.isShort;
    const malformed = isShort ? 'The message ends early' : null;
    const ends = `${calling || '?'} to ${called || '?'}`;
    const flags = epsem === undefined ? 0 : epsem.body.u8();
    const isCipher = (flags & 0x0c) === 8;
    if (epsem === undefined || isCipher) {
      const isAnswer = answered !== null;
      const kind = isAnswer ? 'response' : 'request';
      return [
        newMessage({
          kind,
          action: isCipher ? 'encrypted' : 'no_services',
          transaction: answered ?? own,
          text: `C12.22 ${isCipher ? 'encrypted services' : 'message without services'} (${ends}, ${kind})`,
          malformed,
        }),
      ];
    }
    if ((flags & FLAG_ED_CLASS) !== 0) epsem.body.skip(4);
    const hasMac = (flags & 0x0c) === 4;
    return this.services(epsem.body, hasMac ? 4 : 0, answered ?? own, ends, malformed);
  }

  private services(
    body: Cursor,
    tail: number,
    number: number | null,
    ends: string,
    malformed: string | null,
  ): readonly Message[] {
    const found: Message[] = [];
    while (body.left > tail && found.length < MAX_SERVICES && !body.isShort) {
      const first = body.u8();
      const size = first === 0x81 ? body.u8() : first === 0x82 ? body.u16() : first;
      const part = body.part(size);
      if (size === 0) continue;
      const service = readService(part);
      const key = `${number} ${found.length}`;
      const request = service.isResponse ? this.asked.get(key) : undefined;
      this.asked.delete(key);
      if (!service.isResponse) this.remember(key, service);
      const isRefused = service.isResponse && service.code !== 0;
      const about = request ?? service;
      const answer = request !== undefined && !isRefused ? readAnswer(part, request.code) : null;
      const kind = !service.isResponse ? 'request' : isRefused ? 'exception' : 'response';
      const verdict = isRefused ? ` refused: ${responseWords(service.code)}` : '';
      found.push(
        newMessage({
          kind,
          action: about.action,
          operation: about.operation,
          functionCode: about.code,
          object: about.object,
          address: about.address,
          quantity: answer?.quantity ?? about.quantity,
          exception: isRefused ? service.code : null,
          transaction: number,
          user: about.user,
          facts: answer?.facts,
          text: `C12.22 ${about.text}${verdict}${answer?.text ? `: ${answer.text}` : ''} (${ends}, ${kind})`,
          malformed: malformed ?? (part.isShort || body.isShort ? 'A service ends early' : null),
          isUnpaired: service.isResponse && request === undefined,
        }),
      );
    }
    return found;
  }

  private remember(key: string, service: Service): void {
    this.asked.set(key, service);
    for (const oldest of this.asked.keys()) {
      if (this.asked.size <= MAX_PENDING) break;
      this.asked.delete(oldest);
    }
  }
}

/** A title in full, or as arcs below the network's own: `.123.4`. */
function titleOf(fields: readonly Element[], tag: number): string {
  const [title] = readElements(bodyOf(fields, tag), 1);
  if (title === undefined) return '';
  if (title.tag === 6) return readIdentifier(title.body);
  return `.${readArcs(title.body).join('.')}`;
}

function numberOf(fields: readonly Element[], tag: number): number | null {
  const value = readInteger(bodyOf(readElements(bodyOf(fields, tag), 1), 2), false);
  return Number.isNaN(value) || value > 0xffffffff ? null : value;
}

const ENDS = 'a2 06 80 04 7b c1 75 01 a6 05 80 03 7b 04 01';

export const c1222: Dissector = defineDissector({
  id: 'c1222',
  title: 'ANSI C12.22 (meters)',
  reference: 'ANSI C12.22-2008 §5.3; ANSI C12.18; ANSI C12.19',
  dataset: 'pcap.c1222',
  over: 'both',
  ports: [1153],
  maxUnitBytes: MAX_UNIT_BYTES,
  looksLike,
  unitLength,
  begin: () => new C1222Session(),
  samples: [
    {
      kind: 'normal',
      title: 'a table is read, and the meter is busy',
      units: [
        {
          from: 'client',
          hex: `60 1f ${ENDS} a8 03 02 01 07 be 09 28 07 81 05 80 03 30 00 01`,
          messages: [
            {
              kind: 'request',
              action: 'read_table',
              operation: 'read',
              object: 'ST1',
              address: 1,
              transaction: 7,
              text: 'C12.22 read table ST1 (.123.4.1 to .123.8437.1, request)',
            },
          ],
        },
        {
          from: 'server',
          hex: '60 0e a4 03 02 01 07 be 07 28 05 81 03 80 01 06',
          messages: [
            {
              kind: 'exception',
              action: 'read_table',
              object: 'ST1',
              exception: 6,
              isUnpaired: false,
              text: 'C12.22 read table ST1 refused: device busy (? to ?, exception)',
            },
          ],
        },
      ],
    },
    sampleOf(
      'normal',
      'someone logs on, and starts a procedure',
      'client',
      `60 2f ${ENDS} a8 03 02 01 08 be 19 28 17 81 15 80 0d 50 0002 4f50455241544f522020 05 40 0007 0000`,
      { action: 'logon', operation: 'connect', user: 'OPERATOR' },
      { action: 'start_procedure', operation: 'control', object: 'ST7' },
    ),
    {
      kind: 'normal',
      title: 'a meter says who it is, and is told to wait',
      units: [
        {
          from: 'client',
          hex: `60 1d ${ENDS} a8 03 02 01 09 be 07 28 05 81 03 80 01 20`,
          messages: [{ action: 'identify', operation: 'identify', kind: 'request' }],
        },
        {
          from: 'server',
          hex: '60 2e a4 03 02 01 09 be 27 28 25 81 23 80 21 00 03 01 00 04 06 03 2b0601 05 08 06 06 08 2b06010401828563 07 07 01 4d4554455231 00',
          messages: [
            {
              kind: 'response',
              action: 'identify',
              facts: [{ of: 'sender', fact: 'model', value: 'device class 1.3.6.1.4.1.33507' }],
              text: 'C12.22 identify: ANSI C12.22 1.0, security mechanism 1.3.6.1, class 1.3.6.1.4.1.33507, identity form 1 4d4554455231 (? to ?, response)',
            },
          ],
        },
        {
          from: 'client',
          hex: `60 1e ${ENDS} a8 03 02 01 0a be 08 28 06 81 04 80 02 70 78`,
          messages: [{ action: 'wait', quantity: 120 }],
        },
      ],
    },
    {
      kind: 'normal',
      title: 'a title is looked up',
      units: [
        {
          from: 'client',
          hex: `60 22 ${ENDS} a8 03 02 01 0b be 0c 28 0a 81 08 80 06 25 0d 03 7b c1 75`,
          messages: [{ action: 'resolve', object: '.123.8437' }],
        },
        {
          from: 'server',
          hex: '60 17 a4 03 02 01 0b be 10 28 0e 81 0c 80 0a 00 08 6d657465722d3132',
          messages: [
            {
              action: 'resolve',
              object: '.123.8437',
              text: 'C12.22 resolve .123.8437: at meter-12 (? to ?, response)',
            },
          ],
        },
      ],
    },
    sampleOf(
      'truncated',
      'a read without its table',
      'client',
      `60 1d ${ENDS} a8 03 02 01 07 be 07 28 05 81 03 80 03 30`,
      {
        malformed: 'A service ends early',
      },
    ),
    sampleOf('foreign', 'another tag', 'client', '61 1f a2 05 80 03 7b c1 75 a6 04 80 02 7b 04'),
  ],
});
