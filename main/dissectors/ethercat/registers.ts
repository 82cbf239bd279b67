/** Names of EtherCAT commands and of the registers engineers look at (ETG.1000.4 §5.4, §6). */
import type { Cursor } from '../cursor';
import type { OtOperation } from '../dissector';

export const COMMANDS = [
  'nop',
  'aprd',
  'apwr',
  'aprw',
  'fprd',
  'fpwr',
  'fprw',
  'brd',
  'bwr',
  'brw',
  'lrd',
  'lwr',
  'lrw',
  'armw',
  'frmw',
] as const;

const FIRST_LOGICAL = 10;
const LAST_LOGICAL = 12;

export function isLogical(command: number): boolean {
  return command >= FIRST_LOGICAL && command <= LAST_LOGICAL;
}

/** Cyclic by nature: process data, and the clock that is read here and written there. */
export function isCyclic(command: number): boolean {
  return command >= FIRST_LOGICAL;
}

export function isWrite(command: number): boolean {
  return [2, 3, 5, 6, 8, 9, 11, 12].includes(command);
}

const STATES: Readonly<Record<number, string>> = {
  1: 'init',
  2: 'pre-operational',
  3: 'bootstrap',
  4: 'safe-operational',
  8: 'operational',
};

interface Register {
  readonly from: number;
  readonly to: number;
  readonly name: string;
  readonly read: OtOperation;
  readonly write: OtOperation;
}

function register(from: number, to: number, name: string, read: OtOperation, write: OtOperation): Register {
  return { from, to, name, read, write };
}

const REGISTERS: readonly Register[] = [
  register(0x0000, 0x000f, 'device information', 'identify', 'configure'),
  register(0x0010, 0x0013, 'station address', 'identify', 'configure'),
  register(0x0020, 0x0031, 'write protection', 'diagnose', 'configure'),
  register(0x0040, 0x0041, 'reset', 'diagnose', 'control'),
  register(0x0100, 0x0111, 'data link', 'diagnose', 'configure'),
  register(0x0120, 0x0121, 'state control', 'diagnose', 'control'),
  register(0x0130, 0x0131, 'state', 'diagnose', 'control'),
  register(0x0134, 0x0135, 'state code', 'diagnose', 'control'),
  register(0x0200, 0x0223, 'interrupts', 'diagnose', 'configure'),
  register(0x0300, 0x0313, 'error counters', 'diagnose', 'configure'),
  register(0x0400, 0x0443, 'watchdog', 'diagnose', 'configure'),
  register(0x0500, 0x050f, 'EEPROM', 'identify', 'configure'),
  register(0x0510, 0x0517, 'MII management', 'diagnose', 'configure'),
  register(0x0600, 0x06ff, 'memory mapping', 'diagnose', 'configure'),
  register(0x0800, 0x087f, 'sync managers', 'diagnose', 'configure'),
  register(0x0900, 0x09ff, 'distributed clock', 'diagnose', 'configure'),
];

export function registerOf(offset: number): Register | null {
  return REGISTERS.find(({ from, to }) => offset >= from && offset <= to) ?? null;
}

/** ` = operational` for the registers of the state machine; nothing for others. */
export function stateWords(offset: number, data: Cursor): string {
  if ((offset !== 0x0120 && offset !== 0x0130) || data.left < 1) return '';
  const value = data.peek();
  const isError = (value & 16) !== 0;
  return ` = ${STATES[value & 15] ?? `state ${value & 15}`}${isError ? (offset === 0x0120 ? ', error acknowledged' : ', error') : ''}`;
}
