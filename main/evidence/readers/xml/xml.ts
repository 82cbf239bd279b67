/**
 * XML as records: the elements of one name, the children of the root, or the root itself. What stands around them is
 * framing; attributes of the elements a record lies in, and elements the format names as `context`, go with it under
 * `^`. Streaming: no more than one record is held. W3C XML 1.0 (Fifth Edition) §2–3.
 */
import { MAX_RECORD_BYTES, Splitter, type SplitterSettings } from '../reader';
import { attributes, type ElementShape, readElement, type XmlObject } from './element';
import { type Token, tagName, tokenAt } from './tokens';

export interface XmlLayout extends ElementShape {
  /** Local name of the record's element; null takes elements by their depth. */
  readonly element: string | null;
  /** Without `element`: 1 for the children of the root, 0 for the root itself. */
  readonly depth: 0 | 1;
  /** Elements outside records that say something of those that follow within the same parent. */
  readonly context: readonly string[];
}

interface Ancestor {
  readonly name: string;
  readonly says: XmlObject;
}

const UNCLOSED_HELP = 'The file may be cut off or damaged here; look at the bytes.';

export class XmlSplitter extends Splitter {
  private readonly layout: XmlLayout;
  private readonly ancestors: Ancestor[] = [];
  /** Element under way: where it began, how many are open in it, and whether it is a record. */
  private from = -1;
  private open = 0;
  private isRecord = false;
  private name = '';
  private at = 0;

  constructor(settings: SplitterSettings, layout: XmlLayout) {
    super(settings);
    this.whole = 'XML document';
    this.layout = layout;
  }

  protected scan(atEnd: boolean): number {
    const { end } = this.window;
    while (this.at < end) {
      const token = tokenAt(this.window.bytes, this.at, end);
      if (token === null) break;
      this.take(token);
      this.at = token.to;
    }
    const start = this.from >= 0 ? this.from : this.at;
    if (start < end && (atEnd || end - start > MAX_RECORD_BYTES)) {
      this.giveUp(start, end);
      return this.rewind(end);
    }
    if (atEnd) this.endsEarly = this.ancestors.length > 0;
    return this.rewind(start);
  }

  /** What is dealt with leaves the window. */
  private rewind(by: number): number {
    this.at -= by;
    if (this.from >= 0) this.from -= by;
    return by;
  }

  private giveUp(start: number, end: number): void {
    this.emitReject(start, end, 'The XML is not closed before the file ends.', UNCLOSED_HELP);
    this.from = -1;
    this.open = 0;
    this.at = end;
  }

  private take({ kind, to }: Token): void {
    if (this.from >= 0) {
      if (kind === 'open') this.open++;
      else if (kind === 'close') this.open--;
      if (this.open === 0 && kind === 'close') this.finish(to);
      return;
    }
    const { bytes } = this.window;
    if (kind === 'open' || kind === 'empty') {
      this.name = tagName(bytes, this.at, to);
      this.isRecord = this.isRecordElement(this.name);
      if (this.isRecord || this.layout.context.includes(this.name)) {
        this.from = this.at;
        this.open = 1;
        if (kind === 'empty') this.finish(to);
        return;
      }
      if (kind === 'open') this.ancestors.push({ name: this.name, says: attributes(bytes, this.at, to) });
    } else if (kind === 'close') {
      const name = tagName(bytes, this.at, to);
      const place = this.ancestors.findLastIndex((one) => one.name === name);
      if (place >= 0) this.ancestors.length = place;
    }
    this.frame(to - this.at);
  }

  private isRecordElement(name: string): boolean {
    const { element, depth } = this.layout;
    return element === null ? this.ancestors.length === depth : element === name;
  }

  private finish(to: number): void {
    const { from, name } = this;
    this.from = -1;
    this.open = 0;
    const read = readElement(this.window.bytes, from, to, this.layout);
    if (this.isRecord) {
      if ('fault' in read)
        this.emitReject(from, to, `The XML is not well formed: ${read.fault}.`, UNCLOSED_HELP);
      else this.emitMade(from, to, this.text(name, read.value));
      return;
    }
    const parent = this.ancestors.at(-1);
    if (parent && 'value' in read) parent.says[name] = read.value;
    this.frame(to - from);
  }

  private text(name: string, value: string | XmlObject): string {
    const record: XmlObject = Object.create(null);
    if (typeof value !== 'string') Object.assign(record, value);
    else if (value !== '') record['#text'] = value;
    // Records taken by depth may differ in kind.
    if (this.layout.element === null) record['#name'] = name;
    const around: XmlObject = Object.create(null);
    for (const { name: ancestor, says } of this.ancestors) {
      if (Object.keys(says).length > 0) around[ancestor] = says;
    }
    if (Object.keys(around).length > 0) record['^'] = around;
    return JSON.stringify(record);
  }
}

/** Local name of the first element of a text, and whether it brings a document type of its own making. */
export function readXmlHead(text: string): { readonly root: string; readonly hasOwnTypes: boolean } | null {
  const bytes = Buffer.from(text, 'utf8');
  let hasOwnTypes = false;
  for (let at = 0; at < bytes.length; ) {
    const token = tokenAt(bytes, at, bytes.length);
    if (token === null) return null;
    const written = bytes.toString('utf8', at, token.to);
    if (token.kind === 'text' && written.trim() !== '' && written !== '\uFEFF') return null;
    if (token.kind === 'close') return null;
    if (token.kind === 'open' || token.kind === 'empty') {
      const isTag = /^<[A-Za-z_][\w.-]*(?::[\w.-]+)?(?:\s|\/?>)/.test(written);
      return isTag ? { root: tagName(bytes, at, token.to), hasOwnTypes } : null;
    }
    if (/^<!DOCTYPE/i.test(written) && written.includes('[')) hasOwnTypes = true;
    at = token.to;
  }
  return null;
}

/** Whether the root's children are records (most have one name) or the root is one. */
export function rootDepth(text: string): 0 | 1 {
  const bytes = Buffer.from(text, 'utf8');
  const names = new Map<string, number>();
  let depth = 0;
  for (let at = 0; at < bytes.length; ) {
    const token = tokenAt(bytes, at, bytes.length);
    if (token === null) break;
    if (depth === 1 && (token.kind === 'open' || token.kind === 'empty')) {
      const name = tagName(bytes, at, token.to);
      names.set(name, (names.get(name) ?? 0) + 1);
    }
    if (token.kind === 'open') depth++;
    else if (token.kind === 'close') depth--;
    at = token.to;
  }
  const counts = [...names.values()];
  const most = Math.max(0, ...counts);
  return most > 1 && most * 2 > counts.reduce((sum, count) => sum + count, 0) ? 1 : 0;
}
