/** Workbooks made at random say the same to us as to Python's own ZIP and XML readers. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sheetsOf } from './workbook-for-tests';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-workbook-oracle-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
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
