/** Sampled values: IEC 61850-9-2:2011 §8.5 (savPdu) and Annex A (frame); the payload as 9-2LE fixes it. */
import type { Cursor } from '../cursor';
import {
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  newRun,
  type PointRun,
  sampleOf,
  wholeDatagram,
} from '../dissector';
import { bodyOf, type Element, readElement, readElements, readInteger } from '../framing/ber';

const MAX_UNITS = 16;
const PHASES = ['IA', 'IB', 'IC', 'IN', 'UA', 'UB', 'UC', 'UN'] as const;
/** 9-2LE: eight pairs of a value and its quality, currents in mA, voltages in 10 mV. */
const LIGHT_EDITION_BYTES = 64;
const VALIDITY = [null, 'invalid', 'reserved', 'questionable'] as const;

/*
 *   0       2        4            8
 *   +-------+--------+------------+------------------------------------------------------------
 *   | APPID | length | reserved   | 60 { 80 units, a2 { 30 { 80 id, 82 count, 83 revision, 85 synch, 87 samples } … } }
 *   +-------+--------+------------+------------------------------------------------------------
 */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  if (from + 10 > to) return 'no';
  const length = ((bytes[from + 2] ?? 0) << 8) | (bytes[from + 3] ?? 0);
  return bytes[from + 8] === 0x60 && length >= 8 ? 'maybe' : 'no';
}

function readSampled(cursor: Cursor): readonly Message[] {
  const application = cursor.u16();
  const length = cursor.u16();
  cursor.skip(4);
  const pdu = readElement(cursor.part(Math.max(0, Math.min(cursor.left, length - 8))));
  const fields = readElements(pdu.body, 8);
  const units = readElements(bodyOf(fields, 0xa2), MAX_UNITS);
  if (units.length === 0) return [broken(application)];
  const lists = units.map(({ body }) => readElements(body, 12));
  const points = lists.flatMap(readSamples);
  const parts = lists[0] ?? [];
  const isShort = pdu.body.isShort || units.some(({ body }) => body.isShort);
  const idBody = bodyOf(parts, 0x80);
  const id = idBody.text(Math.min(129, idBody.left));
  const count = numberOf(parts, 0x82);
  const synch = numberOf(parts, 0x85);
  const state = synch === 0 ? ', not synchronised' : synch === 1 ? ', locally synchronised' : '';
  return [
    newMessage({
      kind: 'unsolicited',
      action: 'sampled_values',
      operation: 'report',
      unit: application,
      object: id || null,
      quantity: units.length,
      transaction: count,
      points,
      text: `Sampled values ${id} sample ${count}${units.length > 1 ? ` and ${units.length - 1} more` : ''}${state}`,
      malformed: isShort ? 'The message ends early' : null,
    }),
  ];
}

function broken(application: number): Message {
  return newMessage({
    kind: 'unsolicited',
    action: 'sampled_values',
    operation: 'report',
    unit: application,
    text: 'Sampled values',
    malformed: 'The message ends early',
  });
}

function numberOf(parts: readonly Element[], tag: number): number {
  const value = readInteger(bodyOf(parts, tag), false);
  return Number.isNaN(value) ? 0 : value >>> 0;
}

/** Currents in A and voltages in V where the payload is that of 9-2LE; else nothing can be said of it. */
function readSamples(parts: readonly Element[]): readonly PointRun[] {
  const samples = bodyOf(parts, 0x87);
  if (samples.left !== LIGHT_EDITION_BYTES) return [];
  const name = bodyOf(parts, 0x80);
  const id = name.text(Math.min(129, name.left));
  return PHASES.map((phase, index) => {
    const raw = samples.u32() | 0;
    const quality = samples.u32();
    const values = [index < 4 ? raw / 1000 : raw / 100];
    return newRun(`${id}/${phase}`, null, 0, values, undefined, [VALIDITY[quality & 3] ?? null]);
  });
}

const ZEROS = '00000000 00000000'.repeat(6);

export const sampledValues: Dissector = defineDissector({
  id: 'sampled-values',
  title: 'IEC 61850 sampled values',
  reference: 'IEC 61850-9-2:2011 §8.5 and Annex A; UCA 9-2LE',
  dataset: 'pcap.sampled-values',
  over: 'link',
  ports: [0x88ba],
  maxUnitBytes: 1518,
  looksLike,
  unitLength: wholeDatagram,
  begin: () => ({ message: readSampled }),
  samples: [
    sampleOf(
      'normal',
      'one sample of four currents and four voltages',
      'client',
      `4000 0066 00000000 60 5c 80 01 01 a2 57 30 55 80 04 4d553031 82 02 0007 83 04 00000001 85 01 02 87 40 000003e8 00000000 00000000 00000001 ${ZEROS}`,
      {
        kind: 'unsolicited',
        action: 'sampled_values',
        operation: 'report',
        unit: 0x4000,
        object: 'MU01',
        transaction: 7,
        text: 'Sampled values MU01 sample 7',
      },
    ),
    sampleOf('truncated', 'a message without its units', 'client', '4000 0066 00000000 60 5a 80 01 01', {
      malformed: 'The message ends early',
    }),
    sampleOf('foreign', 'another PDU', 'client', '4000 0066 00000000 61 5a 80 01 01'),
  ],
});
