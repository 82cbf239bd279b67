/** Test support: workbooks made part by part, as files on disk, so that tests can make what no program would. */

import { crc32, deflateRawSync } from 'node:zlib';
import { readHead } from '../../source';
import { openContainer } from '../unpack';

export interface BookSheet {
  readonly name: string;
  /** Everything inside `worksheet`. */
  readonly xml: string;
  readonly state?: string;
}

export interface Book {
  readonly sheets: readonly BookSheet[];
  /** Everything inside `sst`. */
  readonly shared?: string;
  /** Everything inside `styleSheet`. */
  readonly styles?: string;
  readonly is1904?: boolean;
  /** Parts to add, or to put in place of others. */
  readonly parts?: Readonly<Record<string, string | Buffer>>;
}

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships';

/** Bytes of a workbook. */
export function makeBook({ sheets, shared, styles, is1904, parts }: Book): Buffer {
  const listed = sheets.map(({ name, state }, index) => {
    const hidden = state === undefined ? '' : ` state="${state}"`;
    return `<sheet name="${name}" sheetId="${index + 1}"${hidden} r:id="rId${index + 1}"/>`;
  });
  const relations = sheets.map((_, index) =>
    relation(`rId${index + 1}`, 'worksheet', `worksheets/sheet${index + 1}.xml`),
  );
  const all: Record<string, string | Buffer> = {
    '[Content_Types].xml': '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    '_rels/.rels': `<Relationships xmlns="${PACKAGE}">${relation('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    'xl/workbook.xml': `<?xml version="1.0"?><workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><workbookPr${is1904 ? ' date1904="1"' : ''}/><sheets>${listed.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${PACKAGE}">${relations.join('')}${relation('s1', 'sharedStrings', '/xl/sharedStrings.xml')}${relation('s2', 'styles', 'styles.xml')}</Relationships>`,
    'xl/styles.xml': `<styleSheet xmlns="${MAIN}">${styles ?? ''}</styleSheet>`,
    'xl/sharedStrings.xml': `<sst xmlns="${MAIN}">${shared ?? ''}</sst>`,
  };
  for (const [index, { xml }] of sheets.entries())
    all[`xl/worksheets/sheet${index + 1}.xml`] = `<worksheet xmlns="${MAIN}">${xml}</worksheet>`;
  return makeZip({ ...all, ...parts });
}

function relation(id: string, type: string, target: string): string {
  return `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
}

/** A ZIP of deflated entries. */
export function makeZip(parts: Readonly<Record<string, string | Buffer>>): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(parts)) {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
    const packed = deflateRawSync(bytes);
    const header = Buffer.alloc(26);
    header.writeUInt16LE(20, 0);
    header.writeUInt16LE(0x800, 2);
    header.writeUInt16LE(8, 4);
    header.writeUInt32LE(crc32(bytes), 10);
    header.writeUInt32LE(packed.length, 14);
    header.writeUInt32LE(bytes.length, 18);
    header.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), header, Buffer.from(name, 'utf8'), packed]);
    const central = Buffer.alloc(42);
    header.copy(central, 2);
    central.writeUInt32LE(at, 38);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), central, Buffer.from(name, 'utf8')]));
    locals.push(local);
    at += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...locals, listed, Buffer.from('PK\x05\x06'), end]);
}

export interface Sheet {
  readonly name: string;
  readonly text: string;
  readonly delimiter: string | null;
  readonly notes: readonly string[];
  readonly problem: string | null;
}

/** Every sheet as text, or what became of it. */
export async function sheetsOf(path: string): Promise<Sheet[]> {
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
