/**
 * One XML element as a JSON value, so that formats name its parts by JSON pointers. Attributes become `@name`, text
 * beside attributes `#text`; an element of nothing but text is that text. Elements of one name under one parent
 * become a list. Bounded in depth; no entity but XML's own five and character references is resolved.
 */
import { localName, tagName, tokenAt } from './tokens';

/** What a format says of the elements it names. */
export interface ElementShape {
  /** Names that are lists even where there is one. */
  readonly lists: readonly string[];
  /** Names whose `Name` (or `name`) attribute is the key their text stands under: `<Data Name="User">x</Data>`. */
  readonly named: readonly string[];
}

export type XmlValue = string | XmlObject | readonly XmlValue[];
export interface XmlObject {
  [name: string]: XmlValue;
}

interface Open {
  readonly name: string;
  readonly content: XmlObject;
  text: string;
  hasElements: boolean;
}

const DEEPEST = 256;

/** The element in [from, to), or what is wrong with it. */
export function readElement(
  bytes: Uint8Array,
  from: number,
  to: number,
  shape: ElementShape,
): { readonly value: string | XmlObject } | { readonly fault: string } {
  const stack: Open[] = [];
  for (let at = from; at < to; ) {
    const token = tokenAt(bytes, at, to);
    if (token === null) return { fault: 'a tag or comment is not closed' };
    const top = stack.at(-1);
    if (token.kind === 'text') {
      if (top) top.text += textOf(bytes, at, token.to);
    } else if (token.kind === 'open' || token.kind === 'empty') {
      if (stack.length >= DEEPEST) return { fault: `elements are nested more than ${DEEPEST} deep` };
      const name = tagName(bytes, at, token.to);
      stack.push({ name, content: attributes(bytes, at, token.to), text: '', hasElements: false });
    }
    if (token.kind === 'close' && top?.name !== tagName(bytes, at, token.to)) {
      return { fault: `</${tagName(bytes, at, token.to).slice(0, 60)}> closes no open element` };
    }
    if (token.kind === 'close' || token.kind === 'empty') {
      const done = stack.pop();
      const parent = stack.at(-1);
      if (!done) return { fault: 'an end stands without its beginning' };
      if (!parent) return { value: contentOf(done) };
      put(parent, done, shape);
    }
    at = token.to;
  }
  return { fault: 'the element is not closed' };
}

/** Attributes of a tag as `@name`; namespace declarations are left out. */
export function attributes(bytes: Uint8Array, from: number, to: number): XmlObject {
  const found: XmlObject = Object.create(null);
  const tag = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8');
  for (const [, name = '', double, single] of tag.matchAll(/([^\s=<>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    if (!/^xmlns(:|$)/.test(name)) found[`@${localName(name)}`] = resolve(double ?? single ?? '');
  }
  return found;
}

function contentOf({ content, text, hasElements }: Open): string | XmlObject {
  const said = hasElements ? text.trim() : text;
  if (Object.keys(content).length === 0) return said;
  if (said.trim() !== '') content['#text'] = said;
  return content;
}

function put(parent: Open, done: Open, { lists, named }: ElementShape): void {
  parent.hasElements = true;
  const label = done.content['@Name'] ?? done.content['@name'];
  const isNamed = named.includes(done.name) && typeof label === 'string' && label !== '';
  const name = isNamed ? label : done.name;
  const value = isNamed ? done.text : contentOf(done);
  const before = parent.content[name];
  if (before === undefined) parent.content[name] = lists.includes(name) ? [value] : value;
  else parent.content[name] = Array.isArray(before) ? [...before, value] : [before, value];
}

/** Text of a token, references resolved; that of a CDATA section as it stands. */
export function textOf(bytes: Uint8Array, from: number, to: number): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8');
  return text.startsWith('<![CDATA[') ? text.slice(9, -3) : resolve(text);
}

const OWN: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** References of XML 1.0 §4.1 and §4.6; any other stays as it is written. */
export function resolve(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot|apos));/g,
    (whole, decimal, hex, own) => {
      if (own !== undefined) return OWN[own] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
      return isCharacter ? String.fromCodePoint(code) : whole;
    },
  );
}
