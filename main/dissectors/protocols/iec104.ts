/** IEC 60870-5-104: APCI of §5 (I, S and U formats) around ASDUs of IEC 60870-5-101. One message per APDU. */
import type { Cursor } from '../cursor';
import {
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type OtMessage,
  type Session,
} from '../dissector';
import { actionOf, readElements, typeName } from '../iec104/asdu';
import { samples } from '../iec104/samples';

const START = 0x68;
const MAX_OPEN = 128;

const CAUSES: Readonly<Record<number, string>> = {
  1: 'periodic',
  2: 'background',
  3: 'spontaneous',
  4: 'initialised',
  5: 'requested',
  6: 'activation',
  7: 'activation confirmed',
  8: 'deactivation',
  9: 'deactivation confirmed',
  10: 'activation terminated',
  11: 'return by remote command',
  12: 'return by local command',
  13: 'file',
  20: 'interrogated',
  37: 'counter interrogated',
  44: 'unknown type',
  45: 'unknown cause',
  46: 'unknown common address',
  47: 'unknown object address',
};

/** §5.1, figure 8: the unnumbered functions. */
const UNNUMBERED: Readonly<Record<number, readonly [string, OtMessage]>> = {
  7: ['startdt', 'request'],
  11: ['startdt', 'response'],
  19: ['stopdt', 'request'],
  35: ['stopdt', 'response'],
  67: ['testfr', 'request'],
  131: ['testfr', 'response'],
};

/*
 *   0    1        2                     6      7     8       9            10               12
 *   +----+--------+---------------------+------+-----+-------+------------+----------------+-----------
 *   | 68 | length | control, 4 octets   | type | VSQ | cause | originator | common address | objects …
 *   +----+--------+---------------------+------+-----+-------+------------+----------------+-----------
 */
function unitLength(bytes: Uint8Array, from: number, to: number): number {
  if (from < to && bytes[from] !== START) return -1;
  if (from + 2 > to) return 0;
  const length = bytes[from + 1] ?? 0;
  return length < 4 || length > 253 ? -1 : 2 + length;
}

/** A control field of two zero low bits in its second half and a format that fits its length is proof. */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const length = unitLength(bytes, from, to);
  if (length < 0) return 'no';
  if (from + 6 > to) return 'more';
  const control = bytes[from + 2] ?? 0;
  const rest = (bytes[from + 3] ?? 0) | (bytes[from + 4] ?? 0) | (bytes[from + 5] ?? 0);
  if ((control & 3) === 3) return length === 6 && rest === 0 && control in UNNUMBERED ? 'yes' : 'no';
  if (((bytes[from + 4] ?? 0) & 1) !== 0) return 'no';
  if ((control & 3) === 1) return length === 6 && control === 1 && bytes[from + 3] === 0 ? 'maybe' : 'no';
  return length >= 12 ? 'maybe' : 'no';
}

class Iec104Session implements Session {
  private readonly open: string[] = [];

  message(cursor: Cursor): readonly Message[] {
    cursor.skip(2);
    const control = cursor.u16le();
    const received = cursor.u16le() >> 1;
    if ((control & 3) === 3) {
      const [action, kind] = UNNUMBERED[control & 0xff] ?? [`u_format_${control & 0xff}`, 'request'];
      const text = `${action.toUpperCase()} ${kind === 'request' ? 'activation' : 'confirmation'}`;
      return [newMessage({ kind, action, operation: 'connect', text })];
    }
    if ((control & 3) === 1)
      return [
        newMessage({ kind: 'response', action: 'acknowledge', text: `Acknowledges ${received} APDUs` }),
      ];
    return [this.asdu(cursor, control >> 1)];
  }

  private asdu(cursor: Cursor, sequence: number): Message {
    const type = cursor.u8();
    const qualifier = cursor.u8();
    const cause = cursor.u8();
    cursor.skip(1);
    const unit = cursor.u16le();
    const count = qualifier & 0x7f;
    const reason = cause & 0x3f;
    const elements = readElements(cursor, type, count, (qualifier & 0x80) !== 0);
    const [action, operation] = actionOf(type);
    const isRefused = (cause & 0x40) !== 0 || (reason >= 44 && reason <= 47);
    const isCommand = type >= 45;
    const key = `${type} ${unit} ${elements.first}`;
    const kind = kindOf(reason, isCommand, isRefused);
    const isAnswer = isCommand && (reason === 7 || reason === 9);
    const isUnpaired = isAnswer && !this.open.includes(key);
    if (isCommand && reason === 6) this.remember(key);
    return newMessage({
      kind,
      action: elements.isSelect ? `${action}_select` : action,
      operation,
      functionCode: type,
      unit,
      object: elements.first === null ? null : 'ioa',
      address: elements.first,
      quantity: count,
      exception: isRefused ? reason : null,
      transaction: sequence,
      points: elements.runs,
      text: describe(type, reason, cause, unit, elements.first, count, elements.runs[0]?.values[0], elements),
      malformed: cursor.isShort ? 'The ASDU is shorter than its objects need' : null,
      isUnpaired,
    });
  }

  private remember(key: string): void {
    this.open.push(key);
    if (this.open.length > MAX_OPEN) this.open.shift();
  }
}

function kindOf(reason: number, isCommand: boolean, isRefused: boolean): OtMessage {
  if (isRefused) return 'exception';
  if (isCommand) return reason === 6 || reason === 8 || reason === 5 ? 'request' : 'response';
  return reason === 5 || reason >= 20 || reason === 11 || reason === 12 ? 'response' : 'unsolicited';
}

function describe(
  type: number,
  reason: number,
  cause: number,
  unit: number,
  first: number | null,
  count: number,
  value: number | undefined,
  { stated, isSelect }: { stated: string | null; isSelect: boolean },
): string {
  const place = first === null ? '' : ` IOA ${first}`;
  const worth = value === undefined || !Number.isFinite(value) ? '' : ` = ${Number(value.toPrecision(7))}`;
  const more = count > 1 ? ` and ${count - 1} more` : '';
  const words =
    CAUSES[reason] ??
    (reason > 20 && reason < 37 ? `interrogated by group ${reason - 20}` : `cause ${reason}`);
  const notes = `${(cause & 0x40) !== 0 ? ', negative' : ''}${(cause & 0x80) !== 0 ? ', test' : ''}`;
  const time = stated === null ? '' : `, stated time ${stated}`;
  return `${typeName(type)}${isSelect ? ' select' : ''}${place}${worth}${more} (${words}${notes}, common address ${unit}${time})`;
}

export const iec104: ReturnType<typeof defineDissector> = defineDissector({
  id: 'iec104',
  title: 'IEC 60870-5-104',
  reference: 'IEC 60870-5-104:2006 §5, §7; IEC 60870-5-101:2003 §7',
  dataset: 'pcap.iec104',
  over: 'tcp',
  ports: [2404, 19998],
  roams: true,
  maxUnitBytes: 255,
  looksLike,
  unitLength,
  begin: () => new Iec104Session(),
  samples,
});
