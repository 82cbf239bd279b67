/** GOOSE: IEC 61850-8-1:2011 Annex C (frame) and Annex A (goosePdu, ASN.1 basic encoding). */
import type { Cursor } from '../cursor';
import {
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  sampleOf,
  wholeDatagram,
} from '../dissector';
import { bodyOf, readElement, readElements, readInteger } from '../framing/ber';
import { DataValues, readData } from '../mms/data';

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

function readGoose(cursor: Cursor): readonly Message[] {
  const application = cursor.u16();
  const length = cursor.u16();
  cursor.skip(4);
  const pdu = readElement(cursor.part(Math.max(0, Math.min(cursor.left, length - 8))));
  const found = readElements(pdu.body, 16);
  const text = (tag: number): string => {
    const body = bodyOf(found, tag);
    return body.text(Math.min(129, body.left));
  };
  const number = (tag: number): number => {
    const value = readInteger(bodyOf(found, tag), false);
    return Number.isNaN(value) ? 0 : value;
  };
  const block = text(0x80);
  const state = number(0x85);
  const sequence = number(0x86);
  const isTest = number(0x87) !== 0;
  const data = new DataValues();
  readData(bodyOf(found, 0xab), data);
  const isWhole = !pdu.body.isShort && found.some(({ tag }) => tag === 0xab);
  return [
    newMessage({
      kind: 'unsolicited',
      action: sequence === 0 ? 'goose_state_change' : 'goose_repeat',
      operation: 'report',
      unit: application,
      object: block || null,
      quantity: number(0x8a) >>> 0,
      transaction: state >>> 0,
      points: data.run(text(0x82) || block),
      text: `GOOSE ${block} state ${state} sequence ${sequence}${isTest ? ' (test)' : ''}`,
      malformed: isWhole ? null : 'The GOOSE message ends early',
    }),
  ];
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
  begin: () => ({ message: readGoose }),
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
