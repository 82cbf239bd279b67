/** What both versions of ICMP share: the kind of a message by its type, an echo, and errors about a packet. */
import type { Cursor } from '../cursor';
import type { Message } from '../dissector';
import { quotedPacket } from './quoted';

export interface Kind {
  readonly action: string;
  readonly kind: Message['kind'];
  readonly operation: Message['operation'];
}

/** The kind of `type`; one that is not listed is told by its number. */
export function kindOf(kinds: ReadonlyMap<number, Kind>, type: number): Kind {
  return kinds.get(type) ?? { action: `type_${type}`, kind: 'unsolicited', operation: null };
}

/** The number of an echo: the last two of its four bytes of head; null when they did not come along. */
export function echoNumber(head: Cursor): number | null {
  return head.left < 4 ? null : head.peek(2) * 256 + head.peek(3);
}

/** `head`: identifier and number; `bytes` of data come after. */
export function echoText(isRequest: boolean, head: Cursor, bytes: number): string {
  const name = isRequest ? 'echo request' : 'echo reply';
  return `${name} ${head.u16()}, number ${head.u16()}, ${bytes} bytes`;
}

/** Name of a type that says no more than its code. */
export function plainText({ action }: Kind, code: number): string {
  const name = action.replaceAll('_', ' ');
  return code === 0 ? name : `${name}, code ${code}`;
}

/** What happened, and to which packet as far as it is quoted. */
export function about(what: string, cursor: Cursor): string {
  const packet = quotedPacket(cursor);
  return packet === null ? what : `${what}: ${packet}`;
}
