/**
 * Where, in a log whose lines begin with a day as syslog writes it, one day ends and the next begins: found while the
 * lines are split, so that the year's turns can be looked for without reading all of them again.
 */

/** More than this and the lines are in no order, or of another kind. */
const MOST_EDGES = 4000;
/** `Mon dd hh:mm:ss` (RFC 3164, 4.1.2) by the places of its signs; the day is the first six bytes. */
const [AFTER_MONTH, AFTER_DAY, AFTER_HOUR, AFTER_MINUTE, TIME_BYTES] = [3, 6, 9, 12, 15];
const [BLANK, COLON, FIRST_LETTER] = [0x20, 0x3a, 0x41];

/** A record by its number and its place in bytes. */
export interface Edge {
  readonly number: number;
  readonly offset: number;
  readonly length: number;
}

/**
 * The first and the last record of each run of records that begin with the same day, and every record that begins with
 * none.
 */
export class DayEdges {
  private readonly found: Edge[] = [];
  private readonly day = new Uint8Array(AFTER_DAY);
  /** Whether the last record has the day of the one before it, and then its place: no object for each record. */
  private isGoingOn = false;
  private number = 0;
  private offset = 0;
  private length = 0;
  private isDay = false;

  /** Records in order; `from` is where the record begins in `bytes`. */
  add(bytes: Uint8Array, from: number, number: number, offset: number, length: number): void {
    if (this.found.length > MOST_EDGES) return;
    const isDay = length >= TIME_BYTES && beginsWithDay(bytes, from);
    if (isDay && this.isDay && this.isSameDay(bytes, from)) {
      this.isGoingOn = true;
      this.number = number;
      this.offset = offset;
      this.length = length;
      return;
    }
    if (this.isGoingOn) this.found.push(this.last());
    this.isGoingOn = false;
    this.found.push({ number, offset, length });
    this.isDay = isDay;
    if (isDay) this.day.set(bytes.subarray(from, from + AFTER_DAY));
  }

  /** In order; null where there are too many to be looked at one by one. */
  edges(): readonly Edge[] | null {
    const all = this.isGoingOn ? [...this.found, this.last()] : this.found;
    return all.length > MOST_EDGES ? null : all;
  }

  private last(): Edge {
    return { number: this.number, offset: this.offset, length: this.length };
  }

  private isSameDay(bytes: Uint8Array, from: number): boolean {
    for (let at = 0; at < AFTER_DAY; at++) if (bytes[from + at] !== this.day[at]) return false;
    return true;
  }
}

/** As `c0 >= 'A' AND c0 LIKE '___ __ __:__:__%'` says it of characters: here each is a byte. */
function beginsWithDay(bytes: Uint8Array, from: number): boolean {
  if ((bytes[from] ?? 0) < FIRST_LETTER || bytes[from + AFTER_MONTH] !== BLANK) return false;
  if (bytes[from + AFTER_DAY] !== BLANK || bytes[from + AFTER_HOUR] !== COLON) return false;
  if (bytes[from + AFTER_MINUTE] !== COLON) return false;
  let bits = 0;
  for (let at = from; at < from + TIME_BYTES; at++) bits |= bytes[at] ?? 0;
  return bits < 0x80;
}
