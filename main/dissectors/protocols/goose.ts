/** GOOSE: IEC 61850-8-1:2011 Annex C (frame) and Annex A (goosePdu, ASN.1 basic encoding). */
import { Cursor } from '../cursor';
import {
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type Session,
  sampleOf,
  wholeDatagram,
} from '../dissector';

/** A tag of one byte and a length of up to three (ISO/IEC 8825-1 §8.1). */
function readTlv(cursor: Cursor): { readonly tag: number; readonly body: Cursor } {
  const tag = cursor.u8();
  const first = cursor.u8();
  const size =
    first < 0x80 ? first : first === 0x81 ? cursor.u8() : first === 0x82 ? cursor.u16() : cursor.left + 1;
  return { tag, body: cursor.part(size) };
}

function readNumber(body: Cursor, isSigned: boolean): number {
  let value = 0;
  let isFirst = true;
  const size = body.left;
  if (size > 8) return Number.NaN;
  while (body.left > 0) {
    const byte = body.u8();
    value = value * 256 + (isFirst && isSigned && byte > 127 ? byte - 256 : byte);
    isFirst = false;
  }
  return value;
}

/** Values of `allData`, structures opened (IEC 61850-8-1 Table A.1; MMS Data). */
function readData(body: Cursor, values: number[], texts: (string | null)[], depth: number): void {
  while (body.left >= 2 && values.length < 512 && !body.isShort) {
    const { tag, body: item } = readTlv(body);
    if (tag === 0xa1 || tag === 0xa2) {
      if (depth < 8) readData(item, values, texts, depth + 1);
      continue;
    }
    let value = Number.NaN;
    let text: string | null = null;
    if (tag === 0x83) value = item.u8() === 0 ? 0 : 1;
    else if (tag === 0x85) value = readNumber(item, true);
    else if (tag === 0x86) value = readNumber(item, false);
    else if (tag === 0x87 && item.left === 5) {
      item.skip(1);
      value = item.f32();
    } else if (tag === 0x8a) text = item.text(Math.min(64, item.left));
    else text = item.hex(Math.min(16, item.left));
    values.push(Number.isFinite(value) ? value : Number.NaN);
    texts.push(text);
  }
}

/*
 *   0       2        4            8
 *   +-------+--------+------------+---------------------------------------------------
 *   | APPID | length | reserved   | 61 length: 80 control block … 85 state 86 sequence … ab data
 *   +-------+--------+------------+---------------------------------------------------
 */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  if (from + 10 > to) return 'no';
  const length = ((bytes[from + 2] ?? 0) << 8) | (bytes[from + 3] ?? 0);
  return bytes[from + 8] === 0x61 && length >= 8 ? 'yes' : 'no';
}

class GooseSession implements Session {
  message(cursor: Cursor): readonly Message[] {
    const application = cursor.u16();
    const length = cursor.u16();
    cursor.skip(4);
    const pdu = readTlv(cursor.part(Math.min(cursor.left, length - 8)));
    const found = new Map<number, Cursor>();
    while (pdu.body.left >= 2 && found.size < 16) {
      const { tag, body } = readTlv(pdu.body);
      found.set(tag, body);
    }
    const text = (tag: number): string => {
      const body = found.get(tag);
      return body ? body.text(Math.min(129, body.left)) : '';
    };
    const number = (tag: number): number => {
      const value = readNumber(found.get(tag) ?? new Cursor(cursor.bytes, 0, 0), false);
      return Number.isNaN(value) ? 0 : value;
    };
    const block = text(0x80);
    const state = number(0x85);
    const sequence = number(0x86);
    const isTest = number(0x87) !== 0;
    const values: number[] = [];
    const texts: (string | null)[] = [];
    readData(found.get(0xab) ?? new Cursor(cursor.bytes, 0, 0), values, texts, 0);
    const hasTexts = texts.some((item) => item !== null);
    const isWhole = !pdu.body.isShort && found.has(0xab);
    return [
      newMessage({
        kind: 'unsolicited',
        action: sequence === 0 ? 'goose_state_change' : 'goose_repeat',
        operation: 'report',
        unit: application,
        object: block || null,
        quantity: number(0x8a) >>> 0,
        transaction: state >>> 0,
        points:
          values.length === 0
            ? []
            : [
                {
                  object: text(0x82) || block,
                  address: 0,
                  stride: 1,
                  values,
                  ...(hasTexts ? { texts } : {}),
                },
              ],
        text: `GOOSE ${block} state ${state} sequence ${sequence}${isTest ? ' (test)' : ''}`,
        malformed: isWhole ? null : 'The GOOSE message ends early',
      }),
    ];
  }
}

export const goose: Dissector = defineDissector({
  id: 'goose',
  title: 'IEC 61850 GOOSE',
  reference: 'IEC 61850-8-1:2011 Annex A and C',
  dataset: 'pcap.goose',
  over: 'link',
  ports: [0x88b8],
  maxUnitBytes: 1518,
  looksLike,
  unitLength: wholeDatagram,
  begin: () => new GooseSession(),
  samples: [
    sampleOf(
      'normal',
      'a trip: state 5, first of its sequence',
      'client',
      '0003 0029 00000000 61 1f 8004 47434231 8101 0a 8203 445331 8501 05 8601 00 8a01 02 ab06 830101 8501 fe',
      {
        kind: 'unsolicited',
        action: 'goose_state_change',
        operation: 'report',
        unit: 3,
        object: 'GCB1',
        transaction: 5,
        points: [{ object: 'DS1', address: 0, stride: 1, values: [1, -2] }],
      },
    ),
    sampleOf('truncated', 'a message without its data', 'client', '0003 0010 00000000 61 1d 8004 47434231', {
      malformed: 'The GOOSE message ends early',
    }),
    sampleOf('foreign', 'another PDU', 'client', '0003 0010 00000000 60 06 8004 47434231'),
  ],
});
