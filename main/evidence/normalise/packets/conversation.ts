/**
 * A TCP connection on its way to messages: both directions put in order, the protocol told by its first bytes (ports
 * only break ties), data units cut out and handed to the dissector.
 */
import { Cursor } from '../../../dissectors/cursor';
import type { Dissector, Message, Session, Side } from '../../../dissectors/dissector';
import {
  type Carrier,
  type SegmentFate,
  type SharedByStreams,
  type StreamSink,
  TcpStream,
} from '../../../dissectors/framing/tcp-stream';
import type { CaptureCounters } from './counters';
import type { Selection } from './selection';

/** Bytes of one direction looked at before the protocol must be told. */
const MAX_UNDECIDED_BYTES = 4096;
/** Beginnings tried in a conversation none of whose ports is a protocol's own. */
const MAX_TRIES = 2;

/** The flow a message is of, and whether its end A is the client. */
export interface Ends {
  readonly slot: number;
  readonly clientIsA: boolean;
}

export interface MessageSink {
  message(ends: Ends, message: Message, carrier: Carrier, dissector: Dissector, from: Side): void;
}

/** What all conversations of a capture share: one field in each of very many. */
export interface SharedByConversations extends SharedByStreams {
  readonly sink: MessageSink;
  readonly counters: CaptureCounters;
}

interface Chunk {
  readonly bytes: Uint8Array;
  readonly carrier: Carrier;
}

type Verdict = { readonly dissector: Dissector } | 'more' | 'no';

/** Which dissector the bytes are of. Proof wins; then a `maybe` on one of its own ports. */
export function recognise(
  dissectors: readonly Dissector[],
  { portA, portB }: Pick<Place, 'portA' | 'portB'>,
  bytes: Uint8Array,
  from: number,
  to: number,
): Verdict {
  let likely: Dissector | null = null;
  let isOpen = false;
  for (const dissector of dissectors) {
    const likeness = dissector.looksLike(bytes, from, to);
    const isAtHome = dissector.ports.some((port) => port === portA || port === portB);
    if (likeness === 'yes' && (isAtHome || likely === null)) likely = dissector;
    else if (likeness === 'maybe' && isAtHome) likely = dissector;
    else if (likeness === 'more') isOpen = true;
    if (isAtHome && likely === dissector) return { dissector };
  }
  if (isOpen) return 'more';
  return likely === null ? 'no' : { dissector: likely };
}

export interface Place {
  readonly slot: number;
  readonly portA: number;
  readonly portB: number;
  /** Whether end A is taken for the initiator of the flow. */
  readonly sourceIsA: boolean;
  /** Whether it was seen who began it. */
  readonly isBegun: boolean;
}

export function countMessage(counters: CaptureCounters, message: Message): void {
  if (message.malformed !== null) counters.malformedMessages++;
  if (message.isUnpaired) counters.unpairedResponses++;
}

/** Ports that a program gets without asking for them begin here (RFC 6335 §6: those below are a system's services). */
const FIRST_USER_PORT = 1024;

/**
 * The end on a protocol's own port serves it, else the one it was opened to. A device may dial out from the port that
 * it serves on; from a user port whoever was seen to open the connection is the client, for such a port may be any.
 */
function clientIsA({ portA, portB, sourceIsA, isBegun }: Place, selection: Selection): boolean {
  const isOwn = (port: number): boolean => selection.hasPort(port);
  if (isOwn(portA) === isOwn(portB)) return sourceIsA;
  const byPort = isOwn(portB);
  const ownPort = byPort ? portB : portA;
  return isBegun && ownPort >= FIRST_USER_PORT ? sourceIsA : byPort;
}

export class Conversation {
  /** Slot of the flow it belongs to. */
  readonly slot: number;
  /** Whether end A of the flow is the client; told once, so that a session sees two steady sides. */
  readonly clientIsA: boolean;
  /** Given up: no dissector knows it, nothing is put in order any more. */
  isForeign = false;
  private readonly candidates: readonly Dissector[];
  readonly portA: number;
  readonly portB: number;
  readonly shared: SharedByConversations;
  /** Made for the first segment; datagrams need none. */
  private client: Direction | null = null;
  private server: Direction | null = null;
  private dissector: Dissector | null = null;
  private session: Session | null = null;
  private sessions: Map<Dissector, Session> | null = null;
  private tries = 0;
  /** Whether a port of the conversation is one of a dissector's own. */
  private readonly isAtHome: boolean;

  constructor(place: Place, selection: Selection, shared: SharedByConversations) {
    this.slot = place.slot;
    this.portA = place.portA;
    this.portB = place.portB;
    this.candidates = selection.candidates(place.portA, place.portB);
    this.isAtHome = selection.hasPort(place.portA) || selection.hasPort(place.portB);
    this.clientIsA = clientIsA(place, selection);
    this.shared = shared;
  }

  /** A SYN of that side was seen. */
  begin(from: Side, initialSequence: number): void {
    this.side(from).stream.begin(initialSequence);
  }

  segment(
    from: Side,
    sequence: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    missing: number,
    carrier: Carrier,
  ): SegmentFate {
    return this.side(from).stream.segment(sequence, bytes, start, end, missing, carrier);
  }

  /** That side acknowledges what the other has sent. */
  acknowledged(by: Side, acknowledgement: number): void {
    (by === 'client' ? this.server : this.client)?.stream.acknowledged(acknowledgement);
  }

  finish(): void {
    this.client?.stream.finish();
    this.server?.stream.finish();
  }

  /** It was given up: what waits in it goes. */
  abandon(): void {
    this.client?.stream.abandon();
    this.server?.stream.abandon();
  }

  private side(from: Side): Direction {
    if (from === 'client') {
      this.client ??= new Direction(this, from);
      return this.client;
    }
    this.server ??= new Direction(this, from);
    return this.server;
  }

  /** Tries to tell the protocol from a direction's first bytes; true once told. */
  decide(direction: Direction, bytes: Uint8Array, isAgain = false): boolean {
    const verdict = recognise(this.candidates, this, bytes, 0, bytes.length);
    if (verdict === 'more' && bytes.length < MAX_UNDECIDED_BYTES) return false;
    if (verdict === 'no' || verdict === 'more') {
      if (!isAgain) this.tries++;
      // What came first may be the end of an older unit, or a keep-alive: one may begin with the latest segment.
      const latest = isAgain || verdict === 'more' ? null : direction.keepLatest();
      if (latest === null) direction.forget();
      else if (this.decide(direction, latest, true)) return true;
      if (this.tries >= MAX_TRIES && !this.isAtHome) this.isForeign = true;
      return false;
    }
    this.dissector = verdict.dissector;
    this.session = verdict.dissector.begin();
    const { client, server } = this;
    const isServerFirst = (server?.firstRecord ?? NEVER) < (client?.firstRecord ?? NEVER);
    for (const side of isServerFirst ? [server, client] : [client, server]) side?.replay(verdict.dissector);
    return true;
  }

  get decided(): Dissector | null {
    return this.dissector;
  }

  /** A data unit that came whole, outside any stream. Where nothing is at home, two of no one's end the looking. */
  datagram(from: Side, bytes: Uint8Array, start: number, end: number, carrier: Carrier): void {
    const isKnown = this.dissector !== null && this.dissector.looksLike(bytes, start, end) !== 'no';
    if (!isKnown) {
      const verdict = recognise(this.candidates, this, bytes, start, end);
      if (verdict === 'no' || verdict === 'more') {
        this.tries++;
        if (this.tries >= MAX_TRIES && !this.isAtHome && this.dissector === null) this.isForeign = true;
        return;
      }
      this.dissector = verdict.dissector;
      this.session = this.sessionOf(verdict.dissector);
    }
    this.unit(from, bytes, start, end, carrier);
  }

  /** Frames of several protocols may go between two ends in turn; each goes on where it was. */
  private sessionOf(dissector: Dissector): Session {
    const session = this.sessions?.get(dissector) ?? dissector.begin();
    this.sessions ??= new Map();
    this.sessions.set(dissector, session);
    return session;
  }

  /** Bytes of that side were not captured. */
  lost(from: Side): void {
    this.session?.gap?.(from);
  }

  unit(from: Side, bytes: Uint8Array, start: number, end: number, carrier: Carrier): void {
    const { session, dissector } = this;
    if (session === null || dissector === null) return;
    const messages = session.message(new Cursor(bytes, start, end), from);
    // By number: an iterator for each packet is felt.
    for (let index = 0; index < messages.length; index++) {
      const message = messages[index];
      if (message === undefined) continue;
      countMessage(this.shared.counters, message);
      this.shared.sink.message(this, message, carrier, dissector, from);
    }
  }
}

/** Later than any record. */
const NEVER = Number.MAX_SAFE_INTEGER;
/** What most directions have of either, in common. */
const NONE: Chunk[] = [];
const NO_BYTES: Uint8Array = new Uint8Array(0);

/** One direction: undecided bytes first, then the data units of the protocol. */
class Direction implements StreamSink {
  readonly stream: TcpStream;
  private readonly conversation: Conversation;
  private readonly from: Side;
  private undecided = NONE;
  /** The begun data unit. */
  private carry = NO_BYTES;
  private carried = 0;
  private carriedBy: Carrier | null = null;
  /** False after a gap, until a data unit is seen to begin. */
  private isInStep = true;

  constructor(conversation: Conversation, from: Side) {
    this.conversation = conversation;
    this.from = from;
    this.stream = new TcpStream(this, conversation.shared);
  }

  get firstRecord(): number {
    return this.undecided[0]?.carrier.record ?? NEVER;
  }

  data(bytes: Uint8Array, from: number, to: number, carrier: Carrier): void {
    const { conversation } = this;
    if (conversation.isForeign) return;
    const { decided } = conversation;
    if (decided === null) this.hold(bytes, from, to, carrier);
    else this.cut(decided, bytes, from, to, carrier);
  }

  gap(): void {
    this.conversation.lost(this.from);
    this.carried = 0;
    this.carriedBy = null;
    this.isInStep = false;
    this.undecided = NONE;
  }

  late(bytes: Uint8Array, from: number, to: number, carrier: Carrier): void {
    const { decided } = this.conversation;
    if (decided === null || !begins(decided, bytes, from, to)) return;
    let at = from;
    let length = decided.unitLength(bytes, at, to);
    while (length > 0 && at + length <= to) {
      this.conversation.unit(this.from, bytes, at, at + length, carrier);
      at += length;
      length = at < to ? decided.unitLength(bytes, at, to) : 0;
    }
  }

  /** Hands the bytes held while undecided to the dissector now known. */
  replay(dissector: Dissector): void {
    const chunks = this.undecided;
    this.undecided = NONE;
    for (const { bytes, carrier } of chunks) this.cut(dissector, bytes, 0, bytes.length, carrier);
  }

  forget(): void {
    this.undecided = NONE;
  }

  /** Lets go of all that is held but the latest, and gives its bytes; null where no more is held. */
  keepLatest(): Uint8Array | null {
    const chunk = this.undecided.at(-1);
    if (chunk === undefined || this.undecided.length < 2) return null;
    this.undecided = [chunk];
    return chunk.bytes;
  }

  private hold(bytes: Uint8Array, from: number, to: number, carrier: Carrier): void {
    if (this.undecided === NONE) this.undecided = [];
    this.undecided.push({ bytes: bytes.slice(from, to), carrier });
    this.conversation.decide(this, joined(this.undecided));
  }

  private cut(dissector: Dissector, bytes: Uint8Array, from: number, to: number, carrier: Carrier): void {
    if (!this.isInStep) {
      if (!begins(dissector, bytes, from, to)) return;
      this.isInStep = true;
    }
    if (this.carried > 0) this.cutCarried(dissector, bytes, from, to, carrier);
    else this.cutUnits(dissector, bytes, from, to, carrier);
  }

  /** Cuts units out of bytes that begin with one; keeps a begun one. */
  private cutUnits(
    dissector: Dissector,
    bytes: Uint8Array,
    from: number,
    to: number,
    carrier: Carrier,
  ): void {
    let at = from;
    while (at < to) {
      const length = dissector.unitLength(bytes, at, to);
      if (length < 0 || length > dissector.maxUnitBytes) {
        this.loseStep();
        return;
      }
      if (length === 0 || at + length > to) {
        this.keep(bytes, at, to, carrier);
        return;
      }
      this.conversation.unit(this.from, bytes, at, at + length, carrier);
      at += length;
    }
    this.carried = 0;
    this.carriedBy = null;
  }

  private cutCarried(
    dissector: Dissector,
    bytes: Uint8Array,
    from: number,
    to: number,
    carrier: Carrier,
  ): void {
    this.keep(bytes, from, to, carrier);
    const whole = this.carry;
    const latest = this.carriedBy ?? carrier;
    let at = 0;
    let by = latest;
    while (at < this.carried) {
      const length = dissector.unitLength(whole, at, this.carried);
      if (length < 0 || length > dissector.maxUnitBytes) {
        this.loseStep();
        return;
      }
      if (length === 0 || at + length > this.carried) break;
      this.conversation.unit(this.from, whole, at, at + length, by);
      at += length;
      // Whatever follows the unit that was begun earlier lies in this packet alone.
      by = carrier;
    }
    if (at === 0) return;
    whole.copyWithin(0, at, this.carried);
    this.carried -= at;
    this.carriedBy = this.carried > 0 ? carrier : null;
  }

  /** Appends to the begun unit; a message belongs to the last of its packets to arrive. */
  private keep(bytes: Uint8Array, from: number, to: number, carrier: Carrier): void {
    const size = this.carried + to - from;
    if (size > this.carry.length) {
      const bigger = new Uint8Array(Math.max(256, size * 2));
      bigger.set(this.carry.subarray(0, this.carried));
      this.carry = bigger;
    }
    this.carry.set(bytes.subarray(from, to), this.carried);
    this.carried = size;
    if (this.carriedBy === null || carrier.record > this.carriedBy.record) this.carriedBy = carrier;
  }

  private loseStep(): void {
    this.conversation.shared.counters.lostSteps++;
    this.carried = 0;
    this.carriedBy = null;
    this.isInStep = false;
  }
}

function begins(dissector: Dissector, bytes: Uint8Array, from: number, to: number): boolean {
  const likeness = dissector.looksLike(bytes, from, to);
  return likeness === 'yes' || likeness === 'maybe';
}

function joined(chunks: readonly Chunk[]): Uint8Array {
  const [only] = chunks;
  if (only !== undefined && chunks.length === 1) return only.bytes;
  const whole = new Uint8Array(chunks.reduce((sum, { bytes }) => sum + bytes.length, 0));
  let at = 0;
  for (const { bytes } of chunks) {
    whole.set(bytes, at);
    at += bytes.length;
  }
  return whole;
}
