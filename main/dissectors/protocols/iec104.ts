/** IEC 60870-5-104: APCI of §5 (I, S and U formats) around ASDUs of IEC 60870-5-101. One message per APDU. */
import type { Cursor } from '../cursor';
import {
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type OtMessage,
  otherSide,
  type Session,
  type Side,
} from '../dissector';
import { actionOf, type Elements, readElements, typeName, typeWords, valueWords } from '../iec104/asdu';
import { isFileType, readFile } from '../iec104/files';
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
  13: 'file transfer',
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
  /** Who starts and stops the transfer of data, else who opened the connection (§5.3). */
  private controlling: Side = 'client';

  message(cursor: Cursor, from: Side): readonly Message[] {
    cursor.skip(2);
    const control = cursor.u16le();
    const received = cursor.u16le() >> 1;
    if ((control & 3) === 3) {
      const [action, kind] = UNNUMBERED[control & 0xff] ?? [`u_format_${control & 0xff}`, 'request'];
      if (action === 'startdt' || action === 'stopdt')
        this.controlling = kind === 'request' ? from : otherSide(from);
      const text = `${action.toUpperCase()} ${kind === 'request' ? 'activation' : 'confirmation'}`;
      return [newMessage({ kind, action, operation: 'connect', text })];
    }
    if ((control & 3) === 1)
      return [
        newMessage({ kind: 'response', action: 'acknowledge', text: `Acknowledges ${received} APDUs` }),
      ];
    return [this.asdu(cursor, control >> 1, from === this.controlling)];
  }

  private asdu(cursor: Cursor, sequence: number, isControlling: boolean): Message {
    const type = cursor.u8();
    const qualifier = cursor.u8();
    const cause = cursor.u8();
    cursor.skip(1);
    const unit = cursor.u16le();
    const count = qualifier & 0x7f;
    const reason = cause & 0x3f;
    const isRefused = (cause & 0x40) !== 0 || (reason >= 44 && reason <= 47);
    const head = { type, cause, unit, count };
    if (isFileType(type)) {
      const file = readFile(cursor, type, reason, isControlling);
      return newMessage({
        kind: isRefused ? 'exception' : file.kind,
        action: file.action,
        operation: file.operation,
        functionCode: type,
        unit,
        object: 'ioa',
        address: file.address,
        quantity: count,
        exception: isRefused ? reason : file.failure,
        transaction: sequence,
        file: file.file,
        text: `${file.words}${placeOf(file.address)}${moreOf(count)} (${file.code}, ${causeWords(head)})`,
        malformed: shortOf(cursor),
      });
    }
    const elements = readElements(cursor, type, count, (qualifier & 0x80) !== 0);
    const [action, operation] = actionOf(type);
    const key = `${type} ${unit} ${elements.first}`;
    const isAnswer = isCommand(type) && (reason === 7 || reason === 9);
    const isUnpaired = isAnswer && !this.open.includes(key);
    if (isCommand(type) && reason === 6) this.remember(key);
    return newMessage({
      kind: isRefused ? 'exception' : kindOf(type, reason, isControlling),
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
      text: describe(head, elements),
      malformed: shortOf(cursor),
      isUnpaired,
    });
  }

  private remember(key: string): void {
    this.open.push(key);
    if (this.open.length > MAX_OPEN) this.open.shift();
  }
}

interface Head {
  readonly type: number;
  readonly cause: number;
  readonly unit: number;
  readonly count: number;
}

/** Types 45 to 69 are process commands, 100 to 113 system commands and parameters (101 §7.2.1.1). */
function isCommand(type: number): boolean {
  return (type >= 45 && type <= 69) || (type >= 100 && type <= 113);
}

/** By the cause of transmission; of types that the standard does not name, else by who sends. */
function kindOf(type: number, reason: number, isControlling: boolean): OtMessage {
  const isNamed = type <= 44 || type === 70;
  if (!isNamed && (reason === 6 || reason === 8 || reason === 5)) return 'request';
  if (isCommand(type)) return 'response';
  if (isNamed)
    return reason === 5 || (reason >= 20 && reason <= 41) || isReturned(reason) ? 'response' : 'unsolicited';
  if (reason === 7 || reason === 9 || reason === 10) return 'response';
  return isControlling ? 'request' : 'unsolicited';
}

/** Return information caused by a remote or local command. */
function isReturned(reason: number): boolean {
  return reason === 11 || reason === 12;
}

function shortOf(cursor: Cursor): string | null {
  return cursor.isShort ? 'The ASDU is shorter than its objects need' : null;
}

/** Address 0 stands for none (101 §7.2.5). */
function placeOf(address: number | null): string {
  return address === null || address === 0 ? '' : ` IOA ${address}`;
}

function moreOf(count: number): string {
  return count > 1 ? ` and ${count - 1} more` : '';
}

/** `activation, negative, common address 7`. */
function causeWords({ cause, unit }: Head): string {
  const reason = cause & 0x3f;
  const words =
    CAUSES[reason] ??
    (reason > 20 && reason < 37 ? `interrogated by group ${reason - 20}` : `cause ${reason}`);
  const notes = `${(cause & 0x40) !== 0 ? ', negative' : ''}${(cause & 0x80) !== 0 ? ', test' : ''}`;
  return `${words}${notes}, common address ${unit}`;
}

/** `Single command IOA 2 = on, select (C_SC_NA_1, activation, common address 10)`. */
function describe(head: Head, { first, runs, note, stated, isSelect }: Elements): string {
  const { type, count } = head;
  const value = runs[0]?.values[0];
  const said =
    value === undefined || !Number.isFinite(value)
      ? null
      : (valueWords(type, value) ?? String(Number(value.toPrecision(7))));
  const worth = said === null ? '' : ` = ${said}`;
  const time = stated === null ? '' : `, stated time ${stated}`;
  return `${typeWords(type)}${placeOf(first)}${worth}${moreOf(count)}${note}${isSelect ? ', select' : ''} (${typeName(type)}, ${causeWords(head)}${time})`;
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
