/** SMB1 headers: [MS-CIFS] §2.2.3.1, with the NTLM user and the names of shares and files where they are written. */
import type { Cursor } from '../cursor';
import { type Message, newMessage } from '../dissector';
import { oneLine, wideText } from '../words';
import { isFailure, SMB1_COMMANDS, statusText } from './names';
import { findNtlm, ntlmFacts } from './ntlmssp';

const latin1 = new TextDecoder('latin1');
const TREE_CONNECT = 117;
const NT_CREATE = 162;
const SESSION_SETUP = 115;

/*
 *   0          4         5        9       10       12          24     26        28     30
 *   +----------+---------+--------+-------+--------+-----------+------+---------+------+-----------+-------+------------+------
 *   | ff "SMB" | command | status | flags | flags2 | signature | tree | process | user | multiplex | words | parameters | size, data
 *   +----------+---------+--------+-------+--------+-----------+------+---------+------+-----------+-------+------------+------
 */
export function readSmb1(cursor: Cursor): Message {
  const start = cursor.at;
  cursor.skip(4);
  const command = cursor.u8();
  const status = cursor.u32le();
  const isResponse = (cursor.u8() & 0x80) !== 0;
  const isWide = (cursor.u16le() & 0x8000) !== 0;
  cursor.skip(18);
  const multiplex = cursor.u16le();
  const words = cursor.part(cursor.u8() * 2);
  const size = cursor.u16le();
  const data = cursor.part(size);
  const action = SMB1_COMMANDS[command] ?? `command_${command}`;
  const { bytes, end } = data;
  let text = '';
  let file: string | null = null;
  let user: string | null = null;
  const ntlm = command === SESSION_SETUP ? findNtlm(bytes, data.at, end) : null;
  if (!isResponse && command === SESSION_SETUP) {
    if (ntlm?.type === 3) {
      user = `${ntlm.domain === '' ? '' : `${ntlm.domain}\\`}${ntlm.user}` || null;
      text = ` NTLM ${user ?? 'anonymous'}`;
    }
  } else if (!isResponse && command === TREE_CONNECT) {
    words.skip(6);
    const secret = words.u16le();
    file = name(bytes, data.at + secret, end, start, isWide);
  } else if (!isResponse && command === NT_CREATE) {
    file = name(bytes, data.at, end, start, isWide);
  }
  const isBad = isResponse && isFailure(status);
  return newMessage({
    kind: isResponse ? (isBad ? 'exception' : 'response') : 'request',
    action: `smb1_${action}`,
    operation: null,
    functionCode: command,
    exception: isBad ? status : null,
    transaction: multiplex,
    file,
    user,
    facts: ntlmFacts(ntlm),
    text: `SMB1 ${action}${text}${file ? ` ${file}` : ''}${isResponse && status !== 0 ? `: ${statusText(status)}` : ''} (${isResponse ? 'response' : 'request'})`,
    malformed: cursor.isShort || words.isShort ? 'The message ends early' : null,
  });
}

/** A name up to its zero; UTF-16 begins at an even place of the message (§2.2.1.1). */
function name(bytes: Uint8Array, from: number, end: number, start: number, isWide: boolean): string | null {
  if (!isWide) {
    const zero = bytes.indexOf(0, from);
    const stop = zero < 0 || zero > end ? end : zero;
    return oneLine(latin1.decode(bytes.subarray(Math.min(from, end), stop))) || null;
  }
  const first = from + ((from - start) % 2);
  let stop = first;
  while (stop + 1 < end && (bytes[stop] !== 0 || bytes[stop + 1] !== 0)) stop += 2;
  return wideText(bytes, first, stop - first, end) || null;
}
