import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordSink } from '../reader';
import { readXmlHead, rootDepth, type XmlLayout, XmlSplitter } from './xml';

interface Split {
  readonly records: { readonly from: number; readonly to: number; readonly value: unknown }[];
  readonly rejects: { readonly from: number; readonly to: number; readonly reason: string }[];
  readonly books: string | null;
  readonly endsEarly: boolean;
}

const children: XmlLayout = { element: null, depth: 1, lists: [], named: [], context: [] };

function split(document: Buffer, layout: Partial<XmlLayout> = {}, chunk = document.length): Split {
  const records: Split['records'] = [];
  const rejects: Split['rejects'] = [];
  const sink: RecordSink = {
    record: () => expect.fail('XML records are made'),
    made: (window, from, to, text) =>
      records.push({ from: window.original(from), to: window.original(to), value: JSON.parse(text) }),
    reject: (window, from, to, reason) =>
      rejects.push({ from: window.original(from), to: window.original(to), reason }),
  };
  const splitter = new XmlSplitter({ sink, originalStart: 0, unitBytes: 0 }, { ...children, ...layout });
  for (let at = 0; at < document.length; at += Math.max(1, chunk)) {
    splitter.push(document.subarray(at, at + Math.max(1, chunk)));
  }
  splitter.end();
  return { records, rejects, books: splitter.checkBooks(), endsEarly: splitter.endsEarly };
}

const values = (document: string, layout: Partial<XmlLayout> = {}): unknown[] =>
  split(Buffer.from(document), layout).records.map(({ value }) => value);

describe('XML records', () => {
  it('are the elements named, with what the elements around them say', () => {
    const document =
      '<?xml version="1.0"?><!-- made up --><r:Report xmlns:r="urn:x" made="today"><Host name="a"><About><tag name="ip">10.0.0.1</tag></About><Item id="1">x &lt; y</Item><Item id="2"/></Host></r:Report>';
    expect(values(document, { element: 'Item', context: ['About'], named: ['tag'] })).toEqual([
      {
        '@id': '1',
        '#text': 'x < y',
        '^': { Report: { '@made': 'today' }, Host: { '@name': 'a', About: { ip: '10.0.0.1' } } },
      },
      {
        '@id': '2',
        '^': { Report: { '@made': 'today' }, Host: { '@name': 'a', About: { ip: '10.0.0.1' } } },
      },
    ]);
  });

  it('keep repeated elements as lists, one as one unless the format says list', () => {
    expect(values('<l><e><p>1</p><p>2</p><q>3</q></e></l>', { lists: ['q'] })).toEqual([
      { p: ['1', '2'], q: ['3'], '#name': 'e' },
    ]);
  });

  it('read CDATA, references and nothing else', () => {
    expect(values('<l><e>&#x41;&#66;<![CDATA[<&>]]>&other;&#xD800;</e></l>')).toEqual([
      { '#text': 'AB<&>&other;&#xD800;', '#name': 'e' },
    ]);
  });

  it('reject what is not well formed and go on', () => {
    const { records, rejects, books } = split(Buffer.from('<l><e><a></b></e><e>fine</e></l>'));
    expect(rejects).toEqual([
      { from: 3, to: 17, reason: 'The XML is not well formed: </b> closes no open element.' },
    ]);
    expect(records.map(({ from, to }) => [from, to])).toEqual([[17, 28]]);
    expect(books).toBeNull();
  });

  it('tell of a document that is cut', () => {
    expect(split(Buffer.from('<l><e>1</e>'))).toMatchObject({ endsEarly: true, rejects: [], books: null });
    const inside = split(Buffer.from('<l><e>1</e><e>2'));
    expect(inside).toMatchObject({ books: null, records: [{ from: 3, to: 11 }] });
    expect(inside.rejects).toHaveLength(1);
  });

  it('are the same whatever chunks the bytes come in; every byte is in a record or framing', () => {
    const part = fc.constantFrom(
      '<a>',
      '</a>',
      '<b x="1>2"/>',
      'text &amp; more',
      '<!-- < -->',
      '<![CDATA[ ]] ]]>',
      '<?p ?>',
      '\n',
      '<',
      '>',
      'é',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (parts, chunk) => {
        const document = Buffer.from(`<l>${parts.join('')}</l>`);
        const whole = split(document);
        expect(whole.books).toBeNull();
        expect(split(document, {}, chunk)).toEqual(whole);
      }),
    );
  });

  it('survive any bytes', () => {
    const sample = Buffer.from('<l v="1"><e a="b"><c>t</c><!-- x --></e><e/></l>');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(sample.length - 1), fc.nat(255)), { maxLength: 8 }),
        fc.nat(sample.length),
        (changes, length) => {
          const bytes = Buffer.from(sample);
          for (const [at, byte] of changes) bytes[at] = byte;
          expect(split(bytes.subarray(0, length)).books).toBeNull();
        },
      ),
      { numRuns: 2000 },
    );
    const deep = Buffer.from(`<l><e>${'<d>'.repeat(100_000)}${'</d>'.repeat(100_000)}</e></l>`);
    expect(split(deep).rejects).toHaveLength(1);
  });
});

describe('head of an XML document', () => {
  it('names the root and says whether types are defined', () => {
    expect(readXmlHead('\n<?xml version="1.0"?>\n<!DOCTYPE nmaprun>\n<nmaprun args="x">')).toEqual({
      root: 'nmaprun',
      hasOwnTypes: false,
    });
    expect(readXmlHead('<!DOCTYPE l [<!ENTITY a "aa">]><l>')).toEqual({ root: 'l', hasOwnTypes: true });
    for (const other of ['<34>Oct 1 x', '{"a":1}', 'a <b>', '', '<<']) expect(readXmlHead(other)).toBeNull();
  });

  it('takes the root for the record where its children are no list', () => {
    expect(rootDepth('<c><a/><b><x/><x/></b></c>')).toBe(0);
    expect(rootDepth('<c><a/><b/><a/></c>')).toBe(1);
    expect(rootDepth('<c><a/><b/><d/><a/></c>')).toBe(0);
  });
});

const PYTHON = `
import json, sys, xml.etree.ElementTree as E
def local(n): return n.split('}')[-1]
def flat(e): return [local(e.tag), sorted([local(k), v] for k, v in e.attrib.items()), (e.text or '').strip(), [flat(c) for c in e]]
print(json.dumps([flat(c) for c in E.parse(sys.argv[1]).getroot()]))
`;

function hasPython(): boolean {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

type Flat = readonly [
  name: string,
  attributes: readonly (readonly [string, string])[],
  text: string,
  children: readonly Flat[],
];

/** A record of ours in the oracle's shape; order between siblings of different names is not kept by either. */
function flat(name: string, value: unknown): Flat {
  if (typeof value === 'string') return [name, [], value.trim(), []];
  const entries = Object.entries(value as Record<string, unknown>).filter(
    ([key]) => key !== '^' && key !== '#name',
  );
  const attributes = entries
    .filter(([key]) => key.startsWith('@'))
    .map(([key, text]) => [key.slice(1), String(text)] as const);
  const text = String(entries.find(([key]) => key === '#text')?.[1] ?? '').trim();
  const below = entries
    .filter(([key]) => !key.startsWith('@') && key !== '#text')
    .flatMap(([key, one]) => (Array.isArray(one) ? one : [one]).map((each) => flat(key, each)));
  return [name, attributes.sort(), text, ordered(below)];
}

const ordered = (items: readonly Flat[]): Flat[] =>
  [...items].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
const sorted = ([name, attributes, text, below]: Flat): Flat => [
  name,
  attributes,
  text,
  ordered(below.map(sorted)),
];

describe.skipIf(!hasPython())('beside python’s ElementTree (python3)', () => {
  it('generated documents hold the same elements, attributes and texts', () => {
    const folder = mkdtempSync(join(tmpdir(), 'throughline-xml-'));
    const name = fc.constantFrom('a', 'b', 'c', 'n:d');
    const text = fc.string({ unit: fc.constantFrom('x', 'ü', '&amp;', '&#10004;', ' ', '7') });
    const keys = fc.uniqueArray(fc.tuple(fc.constantFrom('k', 'l', 'm'), text), {
      selector: ([key]) => key,
      maxLength: 3,
    });
    const around = (inner: fc.Arbitrary<string>): fc.Arbitrary<string> =>
      fc.tuple(name, keys, text, fc.array(inner, { maxLength: 3 })).map(([tag, pairs, said, below]) => {
        const written = pairs.map(([key, one]) => ` ${key}="${one}"`).join('');
        return `<${tag}${written}>${said}${below.join('\n')}</${tag}>`;
      });
    const element = around(around(around(fc.constant('<e/>'))));
    try {
      const documents = fc.sample(fc.array(element, { minLength: 1, maxLength: 5 }), {
        seed: 7,
        numRuns: 40,
      });
      for (const [index, parts] of documents.entries()) {
        const file = join(folder, `${index}.xml`);
        writeFileSync(file, `<root xmlns:n="urn:n">${parts.join('')}</root>`);
        const theirs: Flat[] = JSON.parse(
          execFileSync('python3', ['-c', PYTHON, file], { encoding: 'utf8' }),
        );
        const ours = split(readFileSync(file)).records.map(({ value }) => {
          const own = value as Record<string, unknown>;
          return flat(String(own['#name']), own);
        });
        expect(ours.map(sorted)).toEqual(theirs.map(sorted));
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
