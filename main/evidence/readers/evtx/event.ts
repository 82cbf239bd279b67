/**
 * A Windows event as one flat JSON object: the System fields under their own names, then the names and values of
 * EventData or UserData. A data name that is also a System field's keeps its origin before it (`EventData.Channel`).
 */
import { BinXmlReader, type ElementNode, type Part, type Values } from './binxml';
import type { Chunk } from './chunk';
import { BINXML, fileTime, type Rendered, renderValue, wellFormed } from './values';

/** Names of attributes of System elements; other attributes are `Element.Attribute`. */
const SYSTEM: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Provider: { Name: 'Provider', Guid: 'ProviderGuid', EventSourceName: 'EventSourceName' },
  EventID: { Qualifiers: 'Qualifiers' },
  TimeCreated: { SystemTime: 'TimeCreated' },
  Correlation: { ActivityID: 'ActivityID', RelatedActivityID: 'RelatedActivityID' },
  Execution: { ProcessID: 'ProcessID', ThreadID: 'ThreadID' },
  Security: { UserID: 'UserID' },
};
const RESERVED = new Set([
  ...Object.values(SYSTEM).flatMap((attributes) => Object.values(attributes)),
  ...['EventID', 'Version', 'Level', 'Task', 'Opcode', 'Keywords', 'EventRecordID', 'Channel', 'Computer'],
  'RecordWritten',
]);
const DEEPEST = 64;

export type EventText = { readonly text: string } | { readonly fault: string };

/** The record of `length` bytes at `at` (its mark first), as JSON text or with what is wrong with it. */
export function eventText(chunk: Chunk, at: number, length: number): EventText {
  const reader = new BinXmlReader(chunk, at + 24, at + length - 4, false);
  const parts = reader.read();
  if (reader.fault !== null) return { fault: reader.fault };
  const writer = new EventWriter(chunk);
  for (const part of parts) {
    if (typeof part !== 'object' || part.kind === 'hole') continue;
    if (part.kind === 'instance') writer.event(part.root, part.values);
    else writer.event(part, null);
  }
  if (writer.fault !== null) return { fault: writer.fault };
  if (writer.fields.size === 0) return { fault: 'it holds no event' };
  if (!writer.fields.has('TimeCreated')) {
    writer.fields.set('RecordWritten', fileTime(chunk.bytes.readBigUInt64LE(at + 16)));
  }
  return { text: writer.json() };
}

class EventWriter {
  readonly fields = new Map<string, Rendered>();
  fault: string | null = null;
  private readonly chunk: Chunk;
  private unnamed = 0;
  private depth = 0;

  constructor(chunk: Chunk) {
    this.chunk = chunk;
  }

  json(): string {
    let text = '';
    for (const [name, value] of this.fields) {
      text += `${text === '' ? '{' : ','}${this.chunk.quoted(name)}:${JSON.stringify(value)}`;
    }
    return `${text}}`;
  }

  event(root: ElementNode, values: Values | null): void {
    this.each(root.children, values, (part, own) => {
      if (part.name === 'System') this.each(part.children, own, (field, its) => this.system(field, its));
      else if (part.name === 'EventData') this.each(part.children, own, (data, its) => this.data(data, its));
      else if (part.name === 'UserData') {
        // The one element in it only says what the data is called.
        this.each(part.children, own, (named, its) => {
          this.each(named.children, its, (data, theirs) => this.tree(data, theirs, '', 'UserData'));
        });
      } else this.tree(part, own, '', 'Event');
    });
  }

  /** Child elements, whether they stand there, in a template, or in a value. */
  private each(
    parts: readonly Part[],
    values: Values | null,
    visit: (element: ElementNode, values: Values | null) => void,
  ): void {
    this.depth++;
    if (this.depth > DEEPEST) this.fault ??= `elements are nested more than ${DEEPEST} deep`;
    for (const part of parts) {
      if (this.fault !== null) break;
      if (!this.chunk.spend()) this.fault = 'it takes more steps than any real one';
      if (typeof part === 'string') continue;
      if (part.kind === 'element') visit(part, values);
      else if (part.kind === 'instance') visit(part.root, part.values);
      else if (values?.types[part.index] === BINXML) this.each(this.nested(part.index, values), null, visit);
    }
    this.depth--;
  }

  private nested(index: number, values: Values): readonly Part[] {
    const at = values.at[index] ?? 0;
    const reader = new BinXmlReader(this.chunk, at, at + (values.sizes[index] ?? 0), false);
    const parts = reader.read();
    this.fault ??= reader.fault;
    return parts;
  }

  private system(element: ElementNode, values: Values | null): void {
    const names = SYSTEM[element.name];
    const said = this.value(element.children, values);
    if (said !== null && (names === undefined || element.name === 'EventID')) this.put(element.name, said);
    for (const attribute of element.attributes) {
      const value = this.value(attribute.parts, values);
      const name = names?.[attribute.name] ?? `${element.name}.${attribute.name}`;
      if (value !== null && attribute.name !== 'xmlns') this.put(name, value);
    }
  }

  private data(element: ElementNode, values: Values | null): void {
    if (element.name !== 'Data') {
      this.tree(element, values, '', 'EventData');
      return;
    }
    const label = element.attributes.find(({ name }) => name === 'Name');
    const name = label ? this.value(label.parts, values) : null;
    const value = this.value(element.children, values);
    if (typeof name === 'string' && name !== '') {
      this.putData(name, value, 'EventData');
      return;
    }
    for (const one of Array.isArray(value) ? value : [value]) {
      this.putData(`param${++this.unnamed}`, one, 'EventData');
    }
  }

  /** An element with its attributes and children under names joined by dots. */
  private tree(element: ElementNode, values: Values | null, above: string, origin: string): void {
    const label = element.attributes.find((one) => one.name === 'Name');
    const own = (label && element.name === 'Data' ? this.value(label.parts, values) : null) ?? element.name;
    const name = above === '' ? String(own) : `${above}.${own}`;
    for (const attribute of element.attributes) {
      if (attribute === label && element.name === 'Data') continue;
      if (attribute.name.startsWith('xmlns')) continue;
      const value = this.value(attribute.parts, values);
      if (value !== null) this.putData(`${name}.${attribute.name}`, value, origin);
    }
    let children = 0;
    this.each(element.children, values, (child, its) => {
      children++;
      this.tree(child, its, name, origin);
    });
    if (children === 0) this.putData(name, this.value(element.children, values), origin);
  }

  private putData(name: string, value: Rendered, origin: string): void {
    this.put(RESERVED.has(name) ? `${origin}.${name}` : name, value);
  }

  private put(name: string, value: Rendered): void {
    const before = this.fields.get(name);
    if (before === undefined || before === null) this.fields.set(name, value);
    else if (value !== null) this.fields.set(name, [before, value].flat());
  }

  /** Text of parts with their holes filled; a single hole keeps its array or its absence. */
  private value(parts: readonly Part[], values: Values | null): Rendered {
    const only = parts[0];
    if (parts.length === 1 && typeof only === 'object' && only.kind === 'hole')
      return this.hole(only.index, values);
    if (parts.length === 0) return null;
    let text = '';
    for (const part of parts) {
      if (typeof part === 'string') text += part;
      else if (part.kind === 'hole') {
        const value = this.hole(part.index, values);
        text += typeof value === 'string' ? value : (value?.join(', ') ?? '');
      }
    }
    if (!this.chunk.spend(text.length)) this.fault ??= 'it unfolds to more text than any real one';
    return wellFormed(text);
  }

  private hole(index: number, values: Values | null): Rendered {
    const type = values?.types[index];
    if (!values || type === undefined || type === BINXML) return null;
    const size = values.sizes[index] ?? 0;
    if (!this.chunk.spend(size)) this.fault ??= 'it unfolds to more text than any real one';
    return this.fault === null ? renderValue(this.chunk.bytes, values.at[index] ?? 0, size, type) : null;
  }
}
