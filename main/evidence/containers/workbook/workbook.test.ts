/** Workbooks: what cells become, sheets as evidence of their own, and workbooks that no program writes. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importSegment } from '../../import';
import { formatLibrary } from '../../library-of-formats';
import type { EvidenceEntry } from '../../segment';
import { readHead } from '../../source';
import { extractMember } from '../unpack';
import { momentFormat, momentText, numberText } from './number-formats';
import { type Book, makeBook, makeZip, type Sheet, sheetsOf } from './workbook-for-tests';

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
    const parts = {
      'xl/worksheets/_rels/sheet1.xml.rels':
        '<Relationships><Relationship Id="c" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments" Target="../comments1.xml"/></Relationships>',
      'xl/comments1.xml':
        '<comments><commentList><comment ref="B2"><text><r><t>checked,</t></r><r><t xml:space="preserve">&#10;by &lt;me&gt;</t></r></text></comment><comment ref="F5"/></commentList></comments>',
    };
    const path = write(makeBook({ sheets: [{ name: 'S &amp; T', xml }], shared, styles: STYLES, parts }));
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
      '2 cells have comments, which stand in no row: B2 (checked, by <me>), F5.',
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
