/**
 * MMS, the manufacturing message specification as IEC 61850 and ICCP use it: ISO 9506-2 over ISO session, presentation
 * and association control on ISO transport (RFC 1006).
 */

import { Cursor } from '../cursor';
import {
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type OtMessage,
  otherSide,
  type Session,
  type Side,
} from '../dissector';
import { bodyOf, contentsOf, type Element, readElement, readElements, readInteger } from '../framing/ber';
import { beginsSession, type OsiStep, readOsi } from '../framing/osi';
import { COTP, DataUnit, firstTransportData, readTpdu, tpktLength } from '../framing/tpkt-cotp';
import { type Body, EMPTY, readReport, readRequest, readResponse } from '../mms/body';
import { samples } from '../mms/samples';
import { SERVICE, serviceError, serviceOf, writeVerb } from '../mms/services';
import { OpenRequests } from '../open-requests';

const MAX_PENDING = 64;

interface Pending {
  readonly from: Side;
  readonly invoke: number;
  readonly service: number;
  readonly body: Body;
}

const STEPS: Readonly<Record<OsiStep, string>> = {
  refuse: 'Session refused',
  abort: 'Association aborted',
  release: 'Release association',
  associate_refused: 'Association refused',
};

function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const data = firstTransportData(bytes, from, to);
  if (typeof data === 'string') return data;
  if (data + 5 > to) return 'more';
  return beginsSession(bytes, data) ? 'yes' : 'no';
}

/** Session data units that end an association or refuse it begin otherwise than those that carry one. */
const ENDINGS: readonly number[] = [9, 10, 12, 25];

function beginsUnit(part: Uint8Array): boolean {
  return beginsSession(part, 0) || ENDINGS.includes(part[0] ?? 0);
}

class MmsSession implements Session {
  private readonly pending = new OpenRequests<Pending>(MAX_PENDING);
  private readonly files = new Map<number, string>();
  private readonly clientUnit = new DataUnit(beginsUnit);
  private readonly serverUnit = new DataUnit(beginsUnit);

  message(cursor: Cursor, from: Side): readonly Message[] {
    const tpdu = readTpdu(cursor);
    if (tpdu?.kind !== COTP.data) return [];
    const collector = this.unitOf(from);
    const whole = collector.add(cursor.bytes.subarray(cursor.at, cursor.end), tpdu.isLast);
    const lost = collector.takeLost(from);
    const told = whole === null || whole.length === 0 ? [] : this.session(whole, from);
    return lost === null ? told : [lost, ...told];
  }

  gap(from: Side): void {
    this.unitOf(from).gap();
  }

  private unitOf(from: Side): DataUnit {
    return from === 'client' ? this.clientUnit : this.serverUnit;
  }

  private session(whole: Uint8Array, from: Side): readonly Message[] {
    const unit = readOsi(new Cursor(whole, 0, whole.length));
    if (unit.step !== null) return [stepMessage(unit.step, unit.isAnswer)];
    return unit.data.flatMap((data) => this.mms(data, from));
  }

  /*
   *   a0/a1 { 02 invoke, service } confirmed request, response   a2 { 80 invoke, a2 error }   a3 { service } unconfirmed
   *   a4 { 80 invoke, reason } reject   85/86/a7 cancel   a8/a9/aa initiate   8b/8c/ad conclude
   */
  private mms(data: Cursor, from: Side): readonly Message[] {
    const pdu = readElement(data);
    const { tag, body } = pdu;
    const isShort = (): boolean => data.isShort || body.isShort;
    if (tag === 0xa0 || tag === 0xa1) return [this.confirmed(pdu, from, tag === 0xa0, isShort)];
    if (tag === 0xa2) return [this.refused(body, from, isShort)];
    if (tag === 0xa3) return [unconfirmed(body, isShort)];
    if (tag === 0xa4) return [this.rejected(body, from)];
    if (tag === 0xa8 || tag === 0xa9 || tag === 0xaa) return [initiate(tag, body, isShort)];
    if (tag === 0x8b || tag === 0x8c || tag === 0xad)
      return [plain('conclude', tag === 0x8b ? 'request' : tag === 0x8c ? 'response' : 'exception')];
    if (tag === 0x85 || tag === 0x86 || tag === 0xa7)
      return [plain('cancel', tag === 0x85 ? 'request' : tag === 0x86 ? 'response' : 'exception')];
    return [];
  }

  private confirmed({ body }: Element, from: Side, isRequest: boolean, isShort: () => boolean): Message {
    const invoke = unsigned(readInteger(readElement(body).body));
    let element = readElement(body);
    // A list of modifiers may stand before the service (§7.4.1).
    if (isRequest && element.tag === 0x30 && body.left >= 2) element = readElement(body);
    const service = element.number;
    const open = isRequest ? null : this.take(invoke, from);
    const request = open?.service === service ? open : null;
    const read = isRequest
      ? readRequest(service, element)
      : readResponse(service, element, request?.body ?? null);
    const told = this.withFile(service, read, isRequest, element, request?.body ?? null);
    if (isRequest) this.remember({ from, invoke, service, body: told });
    return compose(service, told, {
      kind: isRequest ? 'request' : told.refused === null ? 'response' : 'exception',
      transaction: invoke,
      exception: isRequest ? null : told.refused,
      verdict: '',
      malformed: isShort() || element.body.isShort ? 'An element is longer than what holds it' : null,
      isUnpaired: !isRequest && request === null,
    });
  }

  /** Reads and closes name a handle; the file's name is that of its opening. */
  private withFile(
    service: number,
    body: Body,
    isRequest: boolean,
    element: Element,
    asked: Body | null,
  ): Body {
    if (service === SERVICE.fileOpen && !isRequest) {
      const fields = readElements(contentsOf(element));
      const handle = readInteger(bodyOf(fields, 0x80));
      if (body.file !== null && this.files.size < MAX_PENDING) this.files.set(handle, body.file);
      return body;
    }
    if (service !== SERVICE.fileRead && service !== SERVICE.fileClose) return body;
    if (!isRequest) return { ...body, file: asked?.file ?? null };
    const handle = readInteger(contentsOf(element));
    const file = this.files.get(handle) ?? null;
    if (service === SERVICE.fileClose) this.files.delete(handle);
    return { ...body, file, detail: file === null ? body.detail : ` ${file}` };
  }

  private refused(body: Cursor, from: Side, isShort: () => boolean): Message {
    const fields = readElements(body);
    const invoke = unsigned(readInteger(bodyOf(fields, 0x80)));
    const request = this.take(invoke, from);
    const [kind] = readElements(bodyOf(readElements(bodyOf(fields, 0xa2)), 0xa0), 1);
    const errorClass = kind?.number ?? 12;
    const code = kind === undefined ? 0 : readInteger(kind.body, false) || 0;
    return compose(request?.service ?? null, request?.body ?? EMPTY, {
      kind: 'exception',
      transaction: invoke,
      exception: errorClass * 256 + (code & 255),
      verdict: ` refused: ${serviceError(errorClass, code)}`,
      malformed: isShort() ? 'The error ends early' : null,
      isUnpaired: request === null,
    });
  }

  private rejected(body: Cursor, from: Side): Message {
    const fields = readElements(body);
    const invoke = unsigned(readInteger(bodyOf(fields, 0x80)));
    const request = this.take(invoke, from);
    const reason = fields.find(({ tag }) => tag !== 0x80);
    const code = reason === undefined ? 0 : readInteger(reason.body, false) || 0;
    return compose(request?.service ?? null, request?.body ?? EMPTY, {
      kind: 'exception',
      transaction: invoke,
      exception: (reason?.number ?? 0) * 256 + (code & 255),
      verdict: ` rejected: reason ${reason?.number ?? 0}.${code}`,
      malformed: null,
      isUnpaired: request === null,
    });
  }

  private remember(request: Pending): void {
    this.pending.ask(`${request.from} ${request.invoke}`, request);
  }

  private take(invoke: number, from: Side): Pending | null {
    return this.pending.answer(`${otherSide(from)} ${invoke}`);
  }
}

interface Head {
  readonly kind: OtMessage;
  readonly transaction: number | null;
  readonly exception: number | null;
  readonly verdict: string;
  readonly malformed: string | null;
  readonly isUnpaired: boolean;
}

function compose(service: number | null, body: Body, head: Head): Message {
  const [action, verb] = service === null ? (['confirmed_service', null] as const) : serviceOf(service);
  const { kind, transaction, exception, verdict, malformed, isUnpaired } = head;
  return newMessage({
    kind,
    action,
    operation: service === SERVICE.write ? writeVerb(body.names) : verb,
    functionCode: service,
    object: body.object,
    quantity: body.quantity,
    points: kind === 'exception' && body.refused === null ? [] : body.points,
    file: body.file,
    facts: body.facts,
    transaction,
    exception,
    text: `MMS ${action.replaceAll('_', ' ')}${body.detail}${verdict} (${kind})`,
    malformed,
    isUnpaired,
  });
}

function unconfirmed(body: Cursor, isShort: () => boolean): Message {
  const { number, body: inner } = readElement(body);
  const isReport = number === 0;
  const told = isReport ? readReport(inner) : EMPTY;
  const action = isReport ? 'information_report' : number === 1 ? 'unsolicited_status' : 'event_notification';
  return newMessage({
    kind: 'unsolicited',
    action,
    operation: 'report',
    functionCode: number,
    object: reportName(told),
    quantity: told.quantity,
    points: told.points,
    text: `MMS ${action.replaceAll('_', ' ')}${told.detail}`,
    malformed: isShort() || inner.isShort ? 'An element is longer than what holds it' : null,
  });
}

/** An IEC 61850 report goes by `RPT` for all; which one it is stands in its first value (IEC 61850-8-1 §17.2). */
function reportName({ object, points }: Body): string | null {
  return object === 'RPT' ? (points[0]?.texts?.[0] ?? object) : object;
}

function initiate(tag: number, body: Cursor, isShort: () => boolean): Message {
  const kind = tag === 0xa8 ? 'request' : tag === 0xa9 ? 'response' : 'exception';
  const size = tag === 0xaa ? Number.NaN : readInteger(bodyOf(readElements(body), 0x80));
  return newMessage({
    kind,
    action: 'initiate',
    operation: 'connect',
    text: `MMS initiate${Number.isNaN(size) ? '' : `, messages of up to ${size} bytes`} (${kind})`,
    malformed: isShort() ? 'An element is longer than what holds it' : null,
  });
}

function plain(action: string, kind: OtMessage): Message {
  return newMessage({ kind, action, operation: 'connect', text: `MMS ${action} (${kind})` });
}

function stepMessage(step: OsiStep, isAnswer: boolean): Message {
  const isRefusal = step === 'refuse' || step === 'associate_refused';
  const kind = isRefusal ? 'exception' : step === 'abort' ? 'unsolicited' : isAnswer ? 'response' : 'request';
  return newMessage({ kind, action: step, operation: 'connect', text: `${STEPS[step]} (${kind})` });
}

/** An invoke id is 32 bits without sign; what is none is 0. */
function unsigned(value: number): number {
  return Number.isNaN(value) ? 0 : value >>> 0;
}

export const mms: Dissector = defineDissector({
  id: 'mms',
  title: 'MMS (IEC 61850, ICCP)',
  reference: 'ISO 9506-2; ISO 8327-1, ISO 8823-1, ISO 8650-1; IEC 61850-8-1 §8',
  dataset: 'pcap.mms',
  over: 'tcp',
  ports: [102],
  roams: true,
  maxUnitBytes: 65535,
  looksLike,
  unitLength: tpktLength,
  begin: () => new MmsSession(),
  samples,
});
