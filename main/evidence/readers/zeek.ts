/**
 * Zeek's own log form (TSV with `#` lines). Field names, separators and marks come from the file's header, see
 * "Log Formats and Inspection" in the Zeek documentation; a later header in the same file may reorder fields, and one
 * with another `#path` begins another log, whose lines are rejected.
 */
import { LinesSplitter } from './lines';
import type { SplitterSettings } from './reader';

export interface ZeekHeader {
  /** W3C extended logs are staged the same way, see `w3c.ts`. */
  readonly form: 'zeek' | 'w3c';
  /** One byte; `#separator \x09` is a tab. */
  readonly separator: number;
  readonly setSeparator: string;
  readonly emptyField: string;
  readonly unsetField: string;
  /** `#path`: conn, dns, … */
  readonly path: string;
  readonly fields: readonly string[];
  readonly types: readonly string[];
  readonly open: string | null;
  /** Further header words a format may ask for. */
  readonly words: Readonly<Record<string, string>>;
}

const HASH = 35;
const BACKSLASH = 92;

/** Text of `\xHH` escapes; anything else stays as it is. */
export function unescapeZeek(text: string): string {
  if (!text.includes('\\x')) return text;
  const bytes: number[] = [];
  const source = Buffer.from(text, 'utf8');
  for (let at = 0; at < source.length; at++) {
    const hex = source[at] === 92 && source[at + 1] === 120 ? source.toString('latin1', at + 2, at + 4) : '';
    const value = /^[0-9a-fA-F]{2}$/.test(hex) ? Number.parseInt(hex, 16) : -1;
    if (value < 0) {
      bytes.push(source[at] ?? 0);
    } else {
      bytes.push(value);
      at += 3;
    }
  }
  return Buffer.from(bytes).toString('utf8');
}

/** Reads the `#` lines at the head of a log; null when `#fields` is not among them. */
export function readZeekHeader(lines: readonly string[]): ZeekHeader | null {
  let separator = '\t';
  const values = new Map<string, readonly string[]>();
  for (const line of lines) {
    if (!line.startsWith('#')) break;
    if (line.startsWith('#separator')) {
      separator = unescapeZeek(line.slice('#separator'.length).trim()) || '\t';
      continue;
    }
    const [key = '', ...rest] = line.split(separator);
    values.set(key, rest);
  }
  const fields = values.get('#fields');
  if (!fields || fields.length === 0 || separator.charCodeAt(0) > 127) return null;
  return {
    form: 'zeek',
    separator: separator.charCodeAt(0),
    setSeparator: values.get('#set_separator')?.[0] ?? ',',
    emptyField: values.get('#empty_field')?.[0] ?? '(empty)',
    unsetField: values.get('#unset_field')?.[0] ?? '-',
    path: values.get('#path')?.[0] ?? '',
    fields,
    types: values.get('#types') ?? [],
    open: values.get('#open')?.[0] ?? null,
    words: {},
  };
}

export class ZeekSplitter extends LinesSplitter {
  private readonly header: ZeekHeader;
  /** For the header in force: place of each cell among the first header's fields, -1 where it has none. */
  private places: readonly number[] | null = null;
  private strange: string | null = null;
  /** Why lines are of another log than the first, by the last `#path`. */
  private foreign: string | null = null;
  private width: number;

  constructor(settings: SplitterSettings, header: ZeekHeader) {
    super({ ...settings, newline: 'lf', indented: false, starts: [] });
    this.header = header;
    this.width = header.fields.length;
  }

  protected override line(from: number, to: number): void {
    const { bytes } = this.window;
    if (bytes[from] === HASH) {
      this.takeHeaderLine(Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8'));
      this.frame(to - from);
      return;
    }
    const { cells } = this;
    const { separator } = this.header;
    cells.count = 0;
    let start = from;
    let escaped = 0;
    for (let at = from; at < to; at++) {
      const byte = bytes[at];
      if (byte === separator) {
        cells.add(start, at, escaped);
        start = at + 1;
        escaped = 0;
      } else if (byte === BACKSLASH) {
        escaped = 1;
      }
    }
    cells.add(start, to, escaped);
    if (cells.count !== this.width) {
      this.emitReject(
        from,
        to,
        `The line has ${cells.count} fields where #fields names ${this.width}.`,
        'The log may be cut off or damaged here.',
      );
    } else if (this.foreign !== null || this.strange !== null) {
      this.emitReject(
        from,
        to,
        this.foreign ?? this.strange ?? '',
        'Split the file at its second header and import both parts.',
      );
    } else {
      if (this.places) this.reorder(this.places);
      this.emit(from, to);
    }
  }

  private takeHeaderLine(line: string): void {
    const [key, ...names] = line.split(String.fromCharCode(this.header.separator));
    if (key === '#path') this.takePath(names[0] ?? '');
    if (!line.startsWith('#fields')) return;
    this.width = names.length;
    if (this.foreign !== null) return;
    const places = names.map((name) => this.header.fields.indexOf(name));
    const missing = names.filter((_, index) => places[index] === -1);
    this.laterFields.push(...missing.filter((name) => !this.laterFields.includes(name)));
    this.strange = missing.length > 0 ? `A later header adds the fields ${missing.join(', ')}.` : null;
    const same =
      places.length === this.header.fields.length && places.every((place, index) => place === index);
    this.places = same ? null : places;
  }

  private takePath(path: string): void {
    const { path: first } = this.header;
    this.foreign =
      path === first ? null : `The line is of another log, ${path}, that begins within this one of ${first}.`;
  }

  private reorder(places: readonly number[]): void {
    const { cells } = this;
    const found = new Array<readonly [number, number, number]>(this.header.fields.length);
    places.forEach((place, index) => {
      found[place] = [cells.starts[index] ?? 0, cells.ends[index] ?? 0, cells.escaped[index] ?? 0];
    });
    cells.count = 0;
    for (let index = 0; index < found.length; index++) {
      // A field the later header lacks is absent: an empty span, which is staged as NULL.
      const [start, end, escaped] = found[index] ?? [0, 0, 0];
      cells.add(start, end, escaped);
    }
  }
}
