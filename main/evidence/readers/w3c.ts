/**
 * W3C extended log files (IIS, HTTP.SYS, proxies): `#` directives, columns named by `#Fields:`, values between
 * blanks, `-` for none; see "Extended Log File Format", W3C WD-logfile-960323. Staged like Zeek's logs.
 */
import { LinesSplitter } from './lines';
import type { SplitterSettings } from './reader';
import type { ZeekHeader } from './zeek';

const HASH = 35;
const BLANK = 32;
const TAB = 9;
const QUOTE = 34;

function fieldsOf(directive: string): readonly string[] {
  return directive
    .slice(directive.indexOf(':') + 1)
    .trim()
    .split(/[ \t]+/)
    .filter((name) => name !== '');
}

/**
 * Reads the directives of a log's first lines; null when `#Fields:` is not at its head. Columns that a later
 * `#Fields:` among the lines adds (the server was told to log more) come after the first ones.
 */
export function readW3cHeader(lines: readonly string[]): ZeekHeader | null {
  const words: Record<string, string> = {};
  const fields: string[] = [];
  let isHead = true;
  for (const line of lines) {
    if (!line.startsWith('#')) {
      isHead &&= line.trim() === '';
      if (!isHead && fields.length === 0) return null;
      continue;
    }
    const directive = /^#([A-Za-z-]+):\s*(.*?)\s*$/.exec(line);
    if (directive?.[1] === undefined) continue;
    if (isHead) words[directive[1].toLowerCase()] = directive[2] ?? '';
    if (/^#Fields:/i.test(line)) fields.push(...fieldsOf(line).filter((name) => !fields.includes(name)));
  }
  if (fields.length === 0) return null;
  return {
    form: 'w3c',
    separator: BLANK,
    setSeparator: ',',
    emptyField: '',
    unsetField: '-',
    path: 'w3c',
    fields,
    types: [],
    open: null,
    words,
  };
}

export class W3cSplitter extends LinesSplitter {
  private readonly header: ZeekHeader;
  /** Place of each value among the first header's columns, for the header in force. */
  private places: readonly number[];
  private strange: string | null = null;

  constructor(settings: SplitterSettings, header: ZeekHeader) {
    super({ ...settings, newline: 'lf', indented: false, starts: [] });
    this.header = header;
    this.places = header.fields.map((_, index) => index);
  }

  protected override line(from: number, to: number): void {
    const { bytes } = this.window;
    if (bytes[from] === HASH) {
      this.takeDirective(Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8'));
      this.frame(to - from);
      return;
    }
    const spans = this.spansOf(from, to);
    if (spans.length !== this.places.length) {
      this.emitReject(
        from,
        to,
        `The line has ${spans.length} values where #Fields names ${this.places.length}.`,
        'The log may be cut off here, or written by a server whose columns were changed without a new header.',
      );
    } else if (this.strange !== null) {
      this.emitReject(from, to, this.strange, 'Split the file at its second header and import both parts.');
    } else {
      this.place(spans);
      this.emit(from, to);
    }
  }

  /** Values between blanks or tabs; one in double quotes may hold blanks and doubled quotes. */
  private spansOf(from: number, to: number): ReadonlyArray<readonly [from: number, to: number]> {
    const { bytes } = this.window;
    const spans: Array<readonly [number, number]> = [];
    let at = from;
    while (at < to) {
      const byte = bytes[at];
      if (byte === BLANK || byte === TAB) {
        at++;
        continue;
      }
      let end = at;
      if (byte === QUOTE) {
        end = at + 1;
        while (end < to && (bytes[end] !== QUOTE || bytes[end + 1] === QUOTE)) {
          end += bytes[end] === QUOTE ? 2 : 1;
        }
        spans.push([at + 1, Math.min(end, to)]);
        at = end + 1;
        continue;
      }
      while (end < to && bytes[end] !== BLANK && bytes[end] !== TAB) end++;
      spans.push([at, end]);
      at = end;
    }
    return spans;
  }

  private place(spans: ReadonlyArray<readonly [from: number, to: number]>): void {
    const found = new Array<readonly [number, number] | undefined>(this.header.fields.length);
    this.places.forEach((place, index) => {
      found[place] = spans[index];
    });
    const { cells } = this;
    cells.count = 0;
    // A column the header in force lacks is absent: an empty span, which is staged as NULL.
    for (const [start, end] of Array.from(found, (span) => span ?? [0, 0]))
      cells.add(start ?? 0, end ?? 0, 0);
  }

  private takeDirective(line: string): void {
    if (!/^#Fields:/i.test(line)) return;
    const names = fieldsOf(line);
    this.places = names.map((name) => this.header.fields.indexOf(name));
    const missing = names.filter((_, index) => this.places[index] === -1);
    this.laterFields.push(...missing.filter((name) => !this.laterFields.includes(name)));
    this.strange = missing.length > 0 ? `A later header adds the columns ${missing.join(', ')}.` : null;
  }
}
