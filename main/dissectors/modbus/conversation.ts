/** Modbus messages of one conversation, over TCP or a serial line: a response takes its place from its request. */
import type { Cursor } from '../cursor';
import type { Message, Side } from '../dissector';
import { Repeat, Repeats } from '../repeats';
import { type Body, readBody, type Span } from './body';
import { exceptionName, functionOf, type ModbusFunction } from './functions';
import { UMAS, UMAS_BODY, umasFacts, umasFunction, umasRefusal } from './umas';

/** Requests that wait for their response. */
const MAX_PENDING = 64;

/** A message but for who and when: what its bytes say. */
interface Told {
  readonly known: ModbusFunction;
  readonly body: Body;
  readonly line: string;
  readonly isShort: boolean;
}

interface Pending {
  readonly transaction: number | null;
  readonly unit: number;
  readonly code: number;
  readonly request: Request;
}

interface Request extends Told {
  /** What it was told last. */
  readonly answer: Repeat<Told>;
}

/** Follows one conversation, whatever carries its messages. */
export class ModbusConversation {
  private pending: Pending[] = [];
  private readonly requests = new Repeats<Request>();

  /** One message, the cursor at its unit; on a serial line there is no transaction. */
  message(cursor: Cursor, from: Side, transaction: number | null): Message {
    return from === 'client' ? this.request(cursor, transaction) : this.reply(cursor, transaction);
  }

  private request(cursor: Cursor, transaction: number | null): Message {
    const { bytes, at, end } = cursor;
    const unit = cursor.u8();
    const code = cursor.u8();
    const head: Head = { kind: 'request', transaction, unit, code, exception: null, isUnpaired: false };
    const request = this.requests.of(bytes, at, end, () => requestOf(cursor, head));
    this.pending.push({ transaction, unit, code, request });
    if (this.pending.length > MAX_PENDING) this.pending.shift();
    return compose(request, head);
  }

  private reply(cursor: Cursor, transaction: number | null): Message {
    const unit = cursor.u8();
    const code = cursor.u8();
    const isException = code > 0x7f;
    const plain = code & 0x7f;
    const request = this.take(transaction, unit, plain, isException, cursor);
    const known = request?.known ?? functionOf(plain);
    const isUnpaired = request === null;
    const head = (kind: Head['kind'], exception: number | null): Head => {
      return { kind, transaction, unit, code: plain, exception, isUnpaired };
    };
    if (plain === UMAS && !isException) {
      const refusal = umasRefusal(cursor);
      const isId = known.action === 'umas_read_id' && refusal === null;
      const body = isId ? { ...UMAS_BODY, facts: umasFacts(cursor) } : UMAS_BODY;
      const whole = head(refusal === null ? 'response' : 'exception', refusal);
      return compose(tell(known, body, cursor, whole), whole);
    }
    if (!isException) {
      const whole = head('response', null);
      return compose(answerOf(cursor, request, whole), whole);
    }
    const whole = head('exception', cursor.u8());
    const body: Body = {
      object: request?.body.object ?? known.object,
      address: request?.body.address ?? null,
      quantity: request?.body.quantity ?? null,
      points: [],
      detail: '',
      file: request?.body.file ?? null,
      spans: [],
      operation: request?.body.operation ?? null,
      words: null,
    };
    return compose(tell(known, body, cursor, whole), whole);
  }

  /**
   * The open request of that transaction, unit and function (§4.2: the unit is echoed) which the response can answer.
   * Clients that number all alike ask one at a time, so of two that wait one was answered unseen; where they asked for
   * different things nobody can tell which, and none is named.
   */
  private take(
    transaction: number | null,
    unit: number,
    code: number,
    isException: boolean,
    answer: Cursor,
  ): Request | null {
    const only = this.pending[0];
    if (only === undefined) return null;
    if (this.pending.length === 1) {
      const isAlike = only.transaction === transaction && only.unit === unit && only.code === code;
      if (!isAlike || !(isException || canAnswer(code, answer, only.request.body))) return null;
      this.pending.pop();
      return only.request;
    }
    const alike = this.pending.filter(
      (open) => open.transaction === transaction && open.unit === unit && open.code === code,
    );
    const fitting = alike.filter((open) => isException || canAnswer(code, answer, open.request.body));
    const [first, ...others] = fitting;
    const isOne = others.every(({ request }) => isSamePlace(request.body, first?.request.body));
    const last = fitting.at(-1);
    const done = new Set(isOne ? alike.slice(0, last === undefined ? 0 : alike.indexOf(last) + 1) : alike);
    if (done.size > 0) this.pending = this.pending.filter((open) => !done.has(open));
    return isOne ? (first?.request ?? null) : null;
  }
}

function isSamePlace(one: Body, other: Body | undefined): boolean {
  if (other === undefined || one.address !== other.address || one.quantity !== other.quantity) return false;
  return (
    one.spans.length === other.spans.length && one.spans.every((span, at) => isSame(span, other.spans[at]))
  );
}

function isSame(one: Span, other: Span | undefined): boolean {
  return one.file === other?.file && one.address === other.address && one.quantity === other.quantity;
}

/** Whether a response's size, or what it echoes, fits what was asked; the cursor stands behind the function. */
function canAnswer(code: number, answer: Cursor, { address, quantity, spans }: Body): boolean {
  const word = (ahead: number): number => answer.peek(ahead) * 256 + answer.peek(ahead + 1);
  switch (code) {
    case 1:
    case 2:
      return quantity === null || answer.peek() === (quantity + 7) >> 3;
    case 3:
    case 4:
      return quantity === null || answer.peek() === quantity * 2;
    case 23:
      return answer.peek() === (spans[0]?.quantity ?? 0) * 2;
    case 5:
    case 6:
    case 22:
      return address === null || word(0) === address;
    case 15:
    case 16:
      return address === null || (word(0) === address && word(2) === quantity);
    default:
      return true;
  }
}

interface Head {
  readonly kind: 'request' | 'response' | 'exception';
  readonly transaction: number | null;
  readonly unit: number;
  readonly code: number;
  readonly exception: number | null;
  readonly isUnpaired: boolean;
}

function requestOf(cursor: Cursor, head: Head): Request {
  const { code } = head;
  const known = code === UMAS ? umasFunction(cursor) : functionOf(code);
  const body = code === UMAS ? UMAS_BODY : readBody(code, cursor, null, true);
  return { ...tell(known, body, cursor, head), answer: new Repeat<Told>() };
}

function answerOf(cursor: Cursor, request: Request | null, head: Head): Told {
  const { bytes, at, end } = cursor;
  const before = request?.answer.find(bytes, at, end) ?? null;
  if (before !== null) return before;
  const body = readBody(head.code, cursor, request?.body ?? null, false);
  const told = tell(request?.known ?? functionOf(head.code), body, cursor, head);
  return request === null ? told : request.answer.keep(bytes, at, end, told);
}

function tell(known: ModbusFunction, body: Body, cursor: Cursor, head: Head): Told {
  const line = describe(known, body, head) + (cursor.isShort ? ' – malformed' : '');
  return { known, body, line, isShort: cursor.isShort };
}

function compose({ known, body, line, isShort }: Told, head: Head): Message {
  const { kind, transaction, unit, code, exception, isUnpaired } = head;
  return {
    kind,
    action: known.action,
    operation: body.operation ?? known.operation,
    functionCode: code,
    unit,
    object: body.object,
    address: body.address,
    quantity: body.quantity,
    exception,
    transaction,
    points: body.points,
    file: body.file,
    text: line,
    malformed: isShort ? 'The message is shorter than its function needs' : null,
    isUnpaired,
    facts: body.facts,
  };
}

const AREA_WORDS: Readonly<Record<string, string>> = {
  coil: 'coil',
  discrete_input: 'discrete input',
  holding_register: 'holding register',
  input_register: 'input register',
};

function describe(known: ModbusFunction, body: Body, head: Head): string {
  const unit = ` (unit ${head.unit}, `;
  const what = (body.words ?? known.words) + target(body);
  if (head.kind === 'exception')
    return `${what} refused: ${exceptionName(head.exception ?? 0)}${unit}exception ${head.exception})`;
  return `${what}${body.detail}${unit}${head.kind})`;
}

function target(body: Body): string {
  const area = body.object === null ? undefined : AREA_WORDS[body.object];
  if (area === undefined) return '';
  const { address, quantity } = body;
  if (address === null) return ` ${area}s`;
  if (quantity === 0) return ` 0 ${area}s from ${address}`;
  if (quantity === null || quantity === 1) return ` ${area} ${address}`;
  return ` ${area}s ${address}–${address + quantity - 1}`;
}
