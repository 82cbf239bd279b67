/** Workbooks: what cells become, sheets as evidence of their own, and workbooks that no program writes. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importSegment } from '../../import';
import { formatLibrary } from '../../library-of-formats';
import type { EvidenceEntry } from '../../segment';
import { readHead } from '../../source';
import { extractMember, openContainer } from '../unpack';
import { momentFormat, momentText, numberText } from './number-formats';
import { type Book, makeBook, makeZip } from './workbook-for-tests';

let folder: string;
let made = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-workbook-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(bytes: Buffer): string {
  const path = join(folder, `book-${made++}.xlsx`);
  writeFileSync(path, bytes);
  return path;
}

interface Sheet {
  readonly name: string;
  readonly text: string;
  readonly delimiter: string | null;
  readonly notes: readonly string[];
  readonly problem: string | null;
}

async function sheetsOf(path: string): Promise<Sheet[]> {
  const head = await readHead(path, 1024);
  if (!head.ok) throw new Error(head.problem.what);
  const sheets: Sheet[] = [];
  for await (const { member, read, made: text } of openContainer(path, head.value, undefined) ?? []) {
    const chunks: Uint8Array[] = [];
    let problem: string | null = null;
    try {
      for await (const chunk of read()) chunks.push(chunk);
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    const { delimiter = null, notes = [] } = text ?? {};
    sheets.push({
      name: member.name,
      text: Buffer.concat(chunks).toString('utf8'),
      delimiter,
      notes,
      problem,
    });
  }
  return sheets;
}

async function importBook(path: string): Promise<readonly EvidenceEntry[]> {
  const stagingFolder = join(folder, `staging-${made++}`);
  mkdirSync(stagingFolder);
  const { segment } = await importSegment(
    {
      jobId: 'test',
      stagingFolder,
      files: [{ evidenceId: 1, path, name: '', options: {} }],
      known: [],
      copy: false,
      memoryLimitMb: 512,
      threads: 1,
      importerVersion: 'test',
    },
    formatLibrary,
    { progress: () => undefined, signal: new AbortController().signal, now: () => new Date(0) },
  );
  return segment.evidences;
}

const STYLES = `<numFmts><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy\\ hh:mm;@"/><numFmt numFmtId="165" formatCode="0.00&quot; days&quot;"/></numFmts>
<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/><xf numFmtId="46"/><xf numFmtId="165"/><xf numFmtId="21"/></cellXfs>`;

const cell = (place: string, value: string, more = ''): string =>
  `<c r="${place}"${more}><v>${value}</v></c>`;

describe('cells', () => {
  test('texts, numbers, moments, booleans, errors, formulas', async () => {
    const shared =
      '<si><t>When</t></si><si><r><t xml:space="preserve">a, </t></r><r><t>"b"</t></r><rPh><t>X</t></rPh></si><si><t>l1_x000D_&#10;l2</t></si>';
    const xml = `<dimension ref="A1:XFD1048576"/><sheetData>
      <row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="inlineStr"><is><t>Text</t></is></c><c r="C2" t="str"><v>N &lt; 1</v></c><c r="D2" t="s"><v>99</v></c><c r="F2" t="inlineStr"><is><t>last</t></is></c></row>
      <row r="4" hidden="1">${cell('A4', '46085.212581018516', ' s="1"')}${cell('B4', '1', ' t="s"')}${cell('C4', '1.1000000000000001')}${cell('D4', '1', ' t="b"')}${cell('E4', '#N/A', ' t="e"')}</row>
      <row>${cell('A5', '46085', ' s="2"')}${cell('B5', '2', ' t="s"')}<c r="C5"><f>1+1</f><v>2</v></c><c r="D5"><f>now()</f></c>${cell('E5', '5.5', ' s="3"')}<c r="F5" t="d"><v>2026-03-04T05:06:07</v></c></row>
      <row r="6">${cell('A6', '0.2125810185', ' s="5"')}${cell('B6', '2.5', ' s="4"')}${cell('C6', '12345678901234567890')}${cell('D6', '-3', ' s="2"')}</row>
      </sheetData><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>`;
    const path = write(makeBook({ sheets: [{ name: 'S &amp; T', xml }], shared, styles: STYLES }));
    const [sheet] = await sheetsOf(path);
    expect(sheet?.name).toBe('S & T');
    expect(sheet?.text).toBe(
      [
        '',
        'When,Text,N < 1,,,last',
        '',
        '2026-03-04 05:06:07,"a, ""b""",1.1,TRUE,#N/A,',
        '2026-03-04,"l1\r\nl2",2,,132:00:00,2026-03-04 05:06:07',
        '05:06:07,2.5,12345678901234567890,-3,,',
        '',
      ].join('\n'),
    );
    expect(sheet?.problem).toBeNull();
    const notes = sheet?.notes.join('\n');
    for (const word of [
      '1 cell holds a formula',
      'never calculated',
      'shows an error',
      'merged',
      '1 row is hidden',
      'does not hold',
    ])
      expect(notes).toContain(word);
  });

  test('days of the 1900 and the 1904 system', () => {
    const date = momentFormat('yyyy/mm/dd');
    const both = momentFormat('d/m/yy h:mm AM/PM');
    const clock = momentFormat('h:mm');
    const says = (serial: number, format: typeof date, is1904 = false) =>
      format === null ? null : momentText(serial, format, is1904);
    expect([1, 59, 60, 61, 2_958_465].map((serial) => says(serial, date))).toEqual([
      '1900-01-01',
      '1900-02-28',
      '1900-02-29',
      '1900-03-01',
      '9999-12-31',
    ]);
    expect(says(0, date, true)).toBe('1904-01-01');
    expect(says(44_623, both, true)).toBe('2026-03-04 00:00:00');
    expect(says(0.5, clock)).toBe('12:00:00');
    expect(says(46_085.5, clock)).toBe('2026-03-04 12:00:00');
    expect(says(46_085.999_999_999, both)).toBe('2026-03-05 00:00:00');
    expect([says(-1, date), says(2_958_466, date), says(Number.NaN, date)]).toEqual([null, null, null]);
    for (const plain of ['General', '0.00E+00', '#,##0.00 "days"', '[Red]0', '0.0%', '@', '\\d0'])
      expect(momentFormat(plain)).toBeNull();
    expect(momentFormat('[$-409]mmm-yy')).toEqual({ date: true, time: false, elapsed: false });
    expect(momentFormat('mm:ss.0')).toEqual({ date: false, time: true, elapsed: false });
    expect(numberText('2.2999999999999998')).toBe('2.3');
    expect(numberText('9007199254740993')).toBe('9007199254740993');
  });
});

describe('sheets', () => {
  const table = (rows: number): string => {
    const line = (row: number, cells: readonly string[]) =>
      `<row r="${row}">${cells.map((text, index) => `<c r="${'ABCDEFGH'[index]}${row}" t="inlineStr"><is><t>${text}</t></is></c>`).join('')}</row>`;
    const head = line(1, ['Report of the gate']) + line(3, ['Time', 'Badge', 'Door', 'Result']);
    const body = Array.from({ length: rows }, (_, index) =>
      line(index + 4, [
        `2026-03-04 05:06:${String(index % 60).padStart(2, '0')}`,
        `B${index}`,
        'Gate 7',
        ...(index % 2 ? ['ok'] : []),
      ]),
    );
    return `<sheetData>${head}${body.join('')}</sheetData>`;
  };

  test('each is evidence of its own, and its text can be had again', async () => {
    const lines = Array.from(
      { length: 4 },
      (_, index) =>
        `<row><c t="inlineStr"><is><t>Mar  4 05:06:0${index} gate7 sshd[12]: Failed password for root from 10.0.0.${index} port 22 ssh2</t></is></c></row>`,
    );
    const sheets = [
      { name: 'Badges', xml: table(40) },
      { name: 'Empty', xml: '<sheetData/>' },
      { name: 'Log', xml: `<sheetData>${lines.join('')}</sheetData>`, state: 'hidden' },
    ];
    const path = write(makeBook({ sheets }));
    const entries = await importBook(path);
    expect(entries.map(({ row }) => [row.member, row.format_title, row.status, row.records])).toEqual([
      [null, 'Excel workbook', 'container', 0],
      ['Badges', entries[1]?.row.format_title, 'loaded', 40],
      ['Empty', null, 'empty', 0],
      ['Log', entries[3]?.row.format_title, 'loaded', 4],
    ]);
    expect(entries[1]?.sourceColumns).toEqual(['Time', 'Badge', 'Door', 'Result']);
    expect(entries[3]?.row.format).toBe('linux-auth');
    expect(entries[3]?.notes.join()).toContain('hidden');
    const target = join(folder, 'sheet');
    expect(await extractMember(path, entries[1]?.members ?? [], target)).toBeNull();
    const text = readFileSync(target, 'utf8');
    expect(text.length).toBe(entries[1]?.row.size_bytes);
    expect(text.split('\n')[3]).toBe('2026-03-04 05:06:00,B0,Gate 7,');
  });

  test('delimited formats recognise their samples in a sheet', async () => {
    const xmlText = (text: string) => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
    const row = (cells: readonly string[]) =>
      `<row>${cells.map((text) => `<c t="inlineStr"><is><t xml:space="preserve">${xmlText(text)}</t></is></c>`).join('')}</row>`;
    const tables = formatLibrary.formats.filter(
      ({ read, generic }) => read.kind === 'delimited' && !generic && read.delimiter !== ' ',
    );
    // A fifth of them: all take a second, but ten on a busy computer.
    const owners = tables.filter((_, index) => index % 5 === 2);
    const expected: string[] = [];
    const sheets = owners.flatMap(({ id, samples }) => {
      const records = samples[0]?.records ?? (samples[0]?.record ? [samples[0].record] : []);
      const [one] = records;
      if (!one || Object.keys(one).length < 2) return [];
      expected.push(id);
      const rows = [1, 2, 3].map(() => row(Object.values(one).map((value) => value ?? '')));
      return [{ name: id, xml: `<sheetData>${row(Object.keys(one))}${rows.join('')}</sheetData>` }];
    });
    const entries = await importBook(write(makeBook({ sheets })));
    const found = entries.slice(1).map(({ row: { format, member } }) => `${member}: ${format}`);
    const others = found.filter((line, index) => line !== `${expected[index]}: ${expected[index]}`);
    expect(expected.length).toBeGreaterThan(7);
    expect(others).toEqual([]);
  });

  test('dates of a sheet serve formats that expect other forms', async () => {
    const header = ['Summary', 'Issue key', 'Status', 'Priority', 'Created', 'Updated'];
    const head = header.map((text) => `<c t="inlineStr"><is><t>${text}</t></is></c>`).join('');
    const rows = ['A', 'B', 'C'].map(
      (text) =>
        `<row><c t="inlineStr"><is><t>${text}</t></is></c><c t="inlineStr"><is><t>OPS-1${text}</t></is></c><c t="inlineStr"><is><t>Open</t></is></c><c t="inlineStr"><is><t>High</t></is></c><c s="1"><v>46085.25</v></c><c s="1"><v>46085.5</v></c></row>`,
    );
    const xml = `<sheetData><row>${head}</row>${rows.join('')}</sheetData>`;
    const [, entry] = await importBook(
      write(makeBook({ sheets: [{ name: 'Issues', xml }], styles: STYLES })),
    );
    expect(entry?.row).toMatchObject({ format: 'jira-issue-export', loaded: 3, undated: 0 });
    expect(entry?.row.first).toBe('2026-03-04T06:00:00.000000Z');
  });

  test('a workbook that is no workbook is a ZIP, a binary one is named', async () => {
    const plain = write(makeZip({ '[Content_Types].xml': '<a/>', 'word/document.xml': '<a/>' }));
    const binary = write(makeZip({ '[Content_Types].xml': '<a/>', 'xl/workbook.bin': 'x' }));
    const kinds = await Promise.all([plain, binary].map((path) => readHead(path, 1024)));
    expect(kinds.map((kind) => kind.ok && kind.value.kind)).toEqual([
      { kind: 'container', container: 'zip', title: 'ZIP' },
      { kind: 'unread', title: 'Excel binary workbook', container: false },
    ]);
  });
});

describe('hostile workbooks', () => {
  const one = (xml: string, more: Partial<Book> = {}): Book => ({ sheets: [{ name: 'S', xml }], ...more });
  const first = async (book: Book): Promise<Sheet | undefined> => (await sheetsOf(write(makeBook(book))))[0];

  test('types and entities of its own are refused', async () => {
    const sheet = await first(
      one('', {
        parts: { 'xl/worksheets/sheet1.xml': '<!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>' },
      }),
    );
    expect(sheet?.problem).toContain('its own entities');
  });

  test('places that lie are not followed', async () => {
    const xml = `<sheetData><row r="5">${cell('A5', '1')}${cell('A5', '2')}${cell('XFE5', '3')}${cell('ZZZZ9', '4')}${cell('B5', '5')}</row><row r="2">${cell('A2', '6')}${cell('B2', '7')}</row><row r="1e99">${cell('A9', '8')}</row><row r="9999999999">${cell('A1', '9')}</row></sheetData>`;
    const sheet = await first(one(xml));
    expect(sheet?.text.replace(/\n{9,}/, '\n…\n')).toBe('\n\n\n\n1,5\n6,7\n8,\n…\n9,\n');
    expect(sheet?.notes.join()).toContain('5 cells or rows stand where none can be');
  });

  test('sixteen thousand columns and a sheet that unfolds too far', async () => {
    const wide = await first(
      one(
        `<sheetData><row r="1">${cell('A1', '1')}${cell('XFD1', '2')}</row><row r="2">${cell('A2', '3')}${cell('B2', '3')}</row></sheetData>`,
      ),
    );
    expect(wide?.text.split('\n')[0]).toBe(`1${','.repeat(16_383)}2`);
    const rows = `<row>${cell('A1', '1').repeat(1)}</row>`.repeat(40_000);
    const bomb = makeBook(
      one(`<sheetData><row>${cell('XFD1', '1')}${cell('A1', '1')}</row>${rows}</sheetData>`),
    );
    const entries = await importBook(write(bomb));
    expect(entries[1]?.row).toMatchObject({ status: 'unrecognised', records: 0 });
    expect(entries[1]?.row.problem?.code).toBe('container-unfolds-too-far');
  });

  test('damage anywhere is told, and what came before it is kept', async () => {
    const rows = Array.from(
      { length: 50 },
      (_, index) =>
        `<row r="${index + 1}">${cell(`A${index + 1}`, String(index))}${cell(`B${index + 1}`, '0', ' t="s"')}</row>`,
    ).join('');
    const cut = await first(
      one('', {
        parts: { 'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${rows}<row r="51"><c r="A51"><v` },
      }),
    );
    expect(cut?.problem).toContain('damaged');
    const bytes = makeBook(one(`<sheetData>${rows}</sheetData>`, { shared: '<si><t>x</t></si>' }));
    for (let at = 0; at < bytes.length; at += 7) {
      const broken = Buffer.from(bytes);
      broken[at] = (broken[at] ?? 0) ^ 0x55;
      const path = write(broken);
      await sheetsOf(path).catch((error: Error) => expect(error.message).not.toBe(''));
    }
  });
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

/** Writes workbooks at random and reads them again with Python's own XML reader, knowing nothing of ours. */
const ORACLE = `
import csv, datetime, io, json, random, re, sys, zipfile
import xml.etree.ElementTree as E
from xml.sax.saxutils import escape
N = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
def letters(n):
  s = ''
  n += 1
  while n: n, r = divmod(n - 1, 26); s = chr(65 + r) + s
  return s
def write(path, rng):
  shared = [rng.choice(['a', 'Zürich, 5', 'q"q', 'two\\nlines', ' x ', '日本語', '&<>', '_x000D_', '']) + str(i % 7) for i in range(20)]
  is1904 = rng.random() < .3
  sheets = []
  for _ in range(rng.randint(1, 3)):
    width, row, rows = rng.randint(2, 9), 0, []
    for line in range(rng.randint(1, 60)):
      row += 1 if rng.random() < .9 else rng.randint(1, 5)
      cells = []
      for c in range(width):
        kind = rng.choice(['s', 's', 'n', 'd', 'b', 'i', 'e', '']) if line else 's'
        at = f' r="{letters(c)}{row}"'
        if kind == 's': cells.append(f'<c{at} t="s"><v>{rng.randrange(20)}</v></c>')
        elif kind == 'n': cells.append(f'<c{at}><v>{rng.choice([rng.randint(-9, 10**12), repr(round(rng.uniform(-5, 5), 4))])}</v></c>')
        elif kind == 'd': cells.append(f'<c{at} s="{rng.randint(1, 2)}"><v>{rng.randint(1500, 60000) + rng.randrange(86400) / 86400!r}</v></c>')
        elif kind == 'b': cells.append(f'<c{at} t="b"><v>{rng.randint(0, 1)}</v></c>')
        elif kind == 'i': cells.append(f'<c{at} t="inlineStr"><is><t>i{rng.randint(0, 99)}</t></is></c>')
        elif kind == 'e': cells.append(f'<c{at} t="e"><v>#REF!</v></c>')
      rows.append(f'<row r="{row}">' + ''.join(cells) + '</row>')
    sheets.append(''.join(rows))
  ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
  rel = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
  with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as z:
    z.writestr('docProps/app.xml', '<Properties/>')
    z.writestr('[Content_Types].xml', '<Types/>')
    z.writestr('xl/workbook.xml', f'<workbook {ns}><workbookPr date1904="{int(is1904)}"/><sheets>' + ''.join(f'<sheet name="n{i}" sheetId="{i}" r:id="r{i}"/>' for i in range(len(sheets))) + '</sheets></workbook>')
    z.writestr('xl/_rels/workbook.xml.rels', '<Relationships>' + ''.join(f'<Relationship Id="r{i}" Type="{rel}worksheet" Target="worksheets/s{i}.xml"/>' for i in range(len(sheets))) + f'<Relationship Id="x" Type="{rel}sharedStrings" Target="sharedStrings.xml"/><Relationship Id="y" Type="{rel}styles" Target="styles.xml"/></Relationships>')
    z.writestr('xl/styles.xml', f'<styleSheet {ns}><numFmts><numFmt numFmtId="170" formatCode="yyyy-mm-dd hh:mm:ss"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/><xf numFmtId="170"/></cellXfs></styleSheet>')
    z.writestr('xl/sharedStrings.xml', f'<sst {ns}>' + ''.join(f'<si><t xml:space="preserve">{escape(t)}</t></si>' for t in shared) + '</sst>')
    for i, s in enumerate(sheets): z.writestr(f'xl/worksheets/s{i}.xml', f'<worksheet {ns}><sheetData>{s}</sheetData></worksheet>')
def read(path):
  z = zipfile.ZipFile(path)
  book = E.fromstring(z.read('xl/workbook.xml'))
  base = datetime.datetime(1904, 1, 1) if book.find(N + 'workbookPr').get('date1904') == '1' else datetime.datetime(1899, 12, 30)
  shared = [''.join(t.text or '' for t in si.iter(N + 't')) for si in E.fromstring(z.read('xl/sharedStrings.xml'))]
  shared = [re.sub('_x000D_', '\\r', t) for t in shared]
  out = []
  for i, _ in enumerate(book.iter(N + 'sheet')):
    rows = []
    for row in E.fromstring(z.read(f'xl/worksheets/s{i}.xml')).iter(N + 'row'):
      cells = {}
      for c in row:
        v = c.find(N + 'v'); t = c.get('t', 'n')
        col = 0
        for ch in re.match('[A-Z]+', c.get('r')).group(): col = col * 26 + ord(ch) - 64
        if t == 's': s = shared[int(v.text)]
        elif t == 'b': s = ['FALSE', 'TRUE'][int(v.text)]
        elif t == 'inlineStr': s = c.find(N + 'is').find(N + 't').text
        elif t == 'e': s = v.text
        elif c.get('s') in ('1', '2'): s = (base + datetime.timedelta(seconds=round(float(v.text) * 86400))).strftime('%Y-%m-%d %H:%M:%S')
        else: s = v.text if re.match('-?[0-9]+$', v.text) else '%g' % float(v.text)
        cells[col - 1] = s
      line = [cells.get(k, '') for k in range(max(cells, default=-1) + 1)]
      while line and line[-1] == '': line.pop()
      if line: rows.append(line)
    out.append(rows)
  return out
rng = random.Random(20260304)
all = []
for n in range(int(sys.argv[1])):
  write(f'oracle-{n}.xlsx', rng)
  all.append(read(f'oracle-{n}.xlsx'))
print(json.dumps(all))
`;

const PARSE = `
import csv, io, json, sys
out = []
for text in json.load(sys.stdin):
  rows = []
  for row in csv.reader(io.StringIO(text, newline='')):
    while row and row[-1] == '': row.pop()
    if row: rows.append(row)
  out.append(rows)
print(json.dumps(out))
`;

describe.skipIf(!hasPython)('beside another reader (python3)', () => {
  test('sixty workbooks at random say the same', async () => {
    const books = 60;
    const made = spawnSync('python3', ['-c', ORACLE, String(books)], { cwd: folder, maxBuffer: 1 << 28 });
    expect(made.stderr.toString()).toBe('');
    const expected: string[][][][] = JSON.parse(made.stdout.toString());
    const texts: string[] = [];
    for (let book = 0; book < books; book++) {
      for (const sheet of await sheetsOf(join(folder, `oracle-${book}.xlsx`))) {
        expect(sheet.problem).toBeNull();
        texts.push(sheet.text);
      }
    }
    const parsed = spawnSync('python3', ['-c', PARSE], { input: JSON.stringify(texts), maxBuffer: 1 << 28 });
    expect(JSON.parse(parsed.stdout.toString())).toEqual(expected.flat());
  });
});
