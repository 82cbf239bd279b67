/**
 * What the data of HART commands hold (universal commands HCF_SPEC-127 §6, common practice HCF_SPEC-151): values of
 * variables as points with their units and quality, tags and identities in words.
 */
import type { Cursor } from '../cursor';
import { type AssetFact, newRun, type PointRun } from '../dissector';
import { oneLine } from '../words';
import { makerName } from './makers';
import { unitText } from './units';

const DYNAMIC = ['PV', 'SV', 'TV', 'QV'] as const;
const MALFUNCTION = 0x80;
const PV_OUT = 0x01;
const OTHER_OUT = 0x02;
const MOST_VARIABLES = 8;

/** The data of one command, being read. */
export interface Reading {
  /** Address of the device, as it stands before the name of each variable. */
  readonly device: string;
  readonly status: number;
  readonly points: PointRun[];
  readonly parts: string[];
  readonly facts: AssetFact[];
  /** The long address of a device that told its identity. */
  longAddress: string | null;
}

/** A number as people write it; its digits beyond those of the wire are left away. */
export function numberText(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(7))) : 'no number';
}

function point(reading: Reading, name: string, value: number, unit: string, quality: string | null): void {
  const text = unit === '' || !Number.isFinite(value) ? numberText(value) : `${numberText(value)} ${unit}`;
  const object = reading.device === '' ? name : `${reading.device} ${name}`;
  const values = [Number.isFinite(value) ? value : Number.NaN];
  reading.points.push(newRun(object, null, 1, values, [text], [quality]));
  reading.parts.push(`${name} ${text}${quality === null ? '' : ` (${quality})`}`);
}

/** Units, then a value. */
function withUnit(reading: Reading, cursor: Cursor, name: string, quality: string | null = null): void {
  const unit = unitText(cursor.u8());
  const value = cursor.f32();
  if (!cursor.isShort) point(reading, name, value, unit, quality);
}

function plain(reading: Reading, cursor: Cursor, name: string, unit: string): void {
  const value = cursor.f32();
  if (!cursor.isShort) point(reading, name, value, unit, null);
}

/** What the device says of its own variables. */
function qualityOf(status: number, isPrimary: boolean): string | null {
  if ((status & MALFUNCTION) !== 0) return 'bad';
  return (status & (isPrimary ? PV_OUT : OTHER_OUT)) !== 0 ? 'uncertain, out of limits' : null;
}

const PROCESS = ['bad', 'uncertain, poor accuracy', 'uncertain, fixed by hand', 'good'] as const;
const LIMITS = ['', 'low limited', 'high limited', 'constant'] as const;

/** Status byte of a variable (HCF_SPEC-99 §8.2); null for good without limit. */
function variableQuality(status: number): string | null {
  const process = PROCESS[status >> 6] ?? 'bad';
  const limit = LIMITS[(status >> 4) & 3] ?? '';
  if (process === 'good' && limit === '') return null;
  return limit === '' ? process : `${process}, ${limit}`;
}

/*
 *   0               4       5            9
 *   +---------------+-------+------------+----------------------
 *   | loop current  | unit  | PV         | unit, SV, unit, TV …       command 3
 */
function dynamicVariables(reading: Reading, cursor: Cursor): void {
  plain(reading, cursor, 'loop current', 'mA');
  for (const [index, name] of DYNAMIC.entries())
    if (cursor.left >= 5) withUnit(reading, cursor, name, qualityOf(reading.status, index === 0));
}

/*
 *   0               1          2       3       4       8
 *   +---------------+----------+-------+-------+-------+--------+--------------------
 *   | device status | variable | class | unit  | value | status | further, time(4)       command 9
 */
function deviceVariables(reading: Reading, cursor: Cursor): void {
  cursor.skip(1);
  for (let slot = 0; slot < MOST_VARIABLES && cursor.left >= 8; slot++) {
    const name = variableName(cursor.u8());
    cursor.skip(1);
    const unit = unitText(cursor.u8());
    const value = cursor.f32();
    point(reading, name, value, unit, variableQuality(cursor.u8()));
  }
}

/** Codes with a meaning of their own (common table 34). */
const NAMED_VARIABLES = new Map<number, string>([
  [243, 'battery life'],
  [244, 'percent of range'],
  [245, 'loop current'],
  [246, 'PV'],
  [247, 'SV'],
  [248, 'TV'],
  [249, 'QV'],
]);

function variableName(code: number): string {
  return NAMED_VARIABLES.get(code) ?? `variable ${code}`;
}

/*
 *   0     1                       3          4          5       6          7          8       9           12
 *   +-----+-----------------------+----------+----------+-------+----------+----------+-------+-----------+------------------
 *   | 254 | expanded device type  | preamble | universal| device| software | hardware | flags | device id | … maker(2) at 17
 */
function identity(reading: Reading, cursor: Cursor): void {
  cursor.skip(1);
  const type = cursor.u16();
  cursor.skip(1);
  const [universal, revision, software] = [cursor.u8(), cursor.u8(), cursor.u8()];
  const hardware = cursor.u8() >> 3;
  cursor.skip(1);
  const id = cursor.u24();
  if (cursor.isShort) return;
  const digits = (number: number, count: number): string => number.toString(16).padStart(count, '0');
  reading.longAddress = `${digits(type & 0x3fff, 4)}${digits(id, 6)}`;
  // Up to revision 5 the first byte of the type is the maker.
  cursor.part(5);
  const maker = makerName(universal >= 7 && cursor.left >= 2 ? cursor.u16() : type >> 8);
  reading.parts.push(
    `type 0x${digits(type, 4)}, id ${id}, ${maker}, HART ${universal}, revision ${revision}, software ${software}, hardware ${hardware}`,
  );
  reading.facts.push(
    { of: 'sender', fact: 'vendor', value: maker },
    { of: 'sender', fact: 'model', value: `HART device type 0x${digits(type, 4)}` },
    { of: 'sender', fact: 'firmware', value: `device revision ${revision}, software ${software}` },
    { of: 'sender', fact: 'serial', value: `HART device ${id}` },
  );
}

/** Six bits a character, four in three bytes (HCF_SPEC-127 §5.1.1). */
function packed(cursor: Cursor, bytes: number): string {
  const part = cursor.part(bytes);
  let text = '';
  while (part.left >= 3) {
    const word = part.u24();
    for (const shift of [18, 12, 6, 0]) {
      const code = (word >> shift) & 63;
      text += String.fromCharCode(code < 32 ? code + 64 : code);
    }
  }
  return oneLine(text, 64);
}

function tagDescriptorDate(reading: Reading, cursor: Cursor): void {
  const tag = packed(cursor, 6);
  const descriptor = packed(cursor, 12);
  const [day, month, year] = [cursor.u8(), cursor.u8(), cursor.u8()];
  const isDate = day >= 1 && day <= 31 && month >= 1 && month <= 12;
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = isDate ? `, ${1900 + year}-${two(month)}-${two(day)}` : '';
  reading.parts.push(`tag “${tag}”, “${descriptor}”${date}`);
  // A tag that was never written is all zeros, which are these.
  reading.facts.push({ of: 'sender', fact: 'name', value: tag.replace(/^@+$/, '') });
}

function longTag(reading: Reading, cursor: Cursor): void {
  const tag = cursor.text(Math.min(32, cursor.left)).replace(/\.+$/, '');
  reading.parts.push(`“${tag}”`);
  reading.facts.push({ of: 'sender', fact: 'name', value: tag });
}

const ALARMS = new Map([
  [0, 'high'],
  [1, 'low'],
  [239, 'holds the last value'],
]);

function deviceInformation(reading: Reading, cursor: Cursor): void {
  const alarm = ALARMS.get(cursor.u8());
  cursor.skip(1);
  const unit = unitText(cursor.u8());
  rangeAnd(reading, cursor, unit);
  plain(reading, cursor, 'damping', 's');
  const isProtected = cursor.u8() === 1;
  if (alarm !== undefined) reading.parts.push(`alarm ${alarm}`);
  if (isProtected && !cursor.isShort) reading.parts.push('write protected');
}

function rangeAnd(reading: Reading, cursor: Cursor, unit: string): void {
  for (const name of ['upper range', 'lower range']) {
    const value = cursor.f32();
    if (!cursor.isShort) point(reading, name, value, unit, null);
  }
}

function transducer(reading: Reading, cursor: Cursor): void {
  const serial = cursor.u24();
  const unit = unitText(cursor.u8());
  if (!cursor.isShort) reading.parts.push(`transducer serial ${serial}`);
  for (const name of ['upper transducer limit', 'lower transducer limit', 'minimum span']) {
    const value = cursor.f32();
    if (!cursor.isShort) point(reading, name, value, unit, null);
  }
}

function additionalStatus(reading: Reading, cursor: Cursor): void {
  if (cursor.left < 6) return;
  const own = cursor.hex(6);
  const extended = cursor.u8();
  const mode = cursor.u8();
  const standard = cursor.hex(Math.min(4, cursor.left));
  reading.parts.push(`${own}, extended ${extended}, mode ${mode}, standardized ${standard || 'none'}`);
}

function variables(reading: Reading, cursor: Cursor): void {
  for (let slot = 0; slot < 4 && cursor.left >= 6; slot++)
    withUnit(reading, cursor, variableName(cursor.u8()));
}

/** Codes of variables that are asked for. */
function asked(reading: Reading, cursor: Cursor): void {
  const names: string[] = [];
  while (cursor.left > 0 && names.length < MOST_VARIABLES) names.push(variableName(cursor.u8()));
  if (names.length > 0) reading.parts.push(names.join(', '));
}

function writtenVariable(reading: Reading, cursor: Cursor): void {
  const name = variableName(cursor.u8());
  const isFixed = cursor.u8() === 1;
  reading.parts.push(isFixed ? 'value fixed by hand' : 'value from the process');
  withUnit(reading, cursor, name);
}

type Reader = (reading: Reading, cursor: Cursor) => void;

/** The same data in the request as in the answer, which repeats them. */
const BOTH = new Map<number, Reader>([
  [6, (reading, cursor) => void reading.parts.push(`polling address ${cursor.u8()}`)],
  [17, (reading, cursor) => void reading.parts.push(`“${packed(cursor, 24)}”`)],
  [18, tagDescriptorDate],
  [19, (reading, cursor) => void reading.parts.push(`number ${cursor.u24()}`)],
  [22, longTag],
  [34, (reading, cursor) => plain(reading, cursor, 'damping', 's')],
  [35, (reading, cursor) => rangeAnd(reading, cursor, unitText(cursor.u8()))],
  [40, (reading, cursor) => plain(reading, cursor, 'fixed loop current', 'mA')],
  [44, (reading, cursor) => void reading.parts.push(`PV in ${unitText(cursor.u8())}`)],
  [45, (reading, cursor) => plain(reading, cursor, 'measured loop current', 'mA')],
  [46, (reading, cursor) => plain(reading, cursor, 'measured loop current', 'mA')],
  [
    53,
    (reading, cursor) => void reading.parts.push(`${variableName(cursor.u8())} in ${unitText(cursor.u8())}`),
  ],
  [79, writtenVariable],
]);

const REQUESTS = new Map<number, Reader>([
  [9, asked],
  [11, (reading, cursor) => void reading.parts.push(`tag ${packed(cursor, 6)}`)],
  [21, (reading, cursor) => void reading.parts.push(`long tag ${cursor.text(Math.min(32, cursor.left))}`)],
  [33, asked],
]);

const ANSWERS = new Map<number, Reader>([
  [0, identity],
  [1, (reading, cursor) => withUnit(reading, cursor, 'PV', qualityOf(reading.status, true))],
  [
    2,
    (reading, cursor) => {
      plain(reading, cursor, 'loop current', 'mA');
      plain(reading, cursor, 'percent of range', '%');
    },
  ],
  [3, dynamicVariables],
  [7, (reading, cursor) => void reading.parts.push(`polling address ${cursor.u8()}`)],
  [9, deviceVariables],
  [11, identity],
  [12, (reading, cursor) => void reading.parts.push(`“${packed(cursor, 24)}”`)],
  [13, tagDescriptorDate],
  [14, transducer],
  [15, deviceInformation],
  [16, (reading, cursor) => void reading.parts.push(`number ${cursor.u24()}`)],
  [20, longTag],
  [21, identity],
  [33, variables],
  [48, additionalStatus],
]);

/** Reads the data of a command into `reading`; data of commands not listed are left alone. */
export function readData(command: number, isAnswer: boolean, reading: Reading, data: Cursor): void {
  if (data.left === 0) return;
  const read = BOTH.get(command) ?? (isAnswer ? ANSWERS : REQUESTS).get(command);
  read?.(reading, data);
}
