/**
 * An Office Open XML workbook (ECMA-376): a ZIP whose parts name each other. Every sheet is a member, written out as
 * text by `sheet.ts`. Shared texts and styles are read once; nothing is calculated, fetched or run.
 */
import { stat } from 'node:fs/promises';
import { posix } from 'node:path';
import { resolve } from '../../readers/xml/element';
import { damagedMember, type Member, MemberError, type OpenMember } from '../container';
import { openZip, type ZipParts } from '../zip';
import { readSharedTexts, SharedTexts } from './shared-texts';
import { SHOWN_COMMENTS, SheetNotes, sheetText } from './sheet';
import { readStyles, type Styles } from './styles';
import { attributeOf, readXmlPart } from './xml-part';

const MOST_COMMENTS = 100_000;
/** Of one comment; its note shows less. */
const COMMENT_CHARACTERS = 1000;
const MOST_SHEETS = 4096;
const PART_NAMES = /^(?:\[Content_Types\]\.xml|_rels\/|docProps\/|xl\/|customXml\/)/i;

interface Sheet {
  readonly name: string;
  readonly hidden: boolean;
  /** Name of its part; null for charts and what cannot be found. */
  readonly part: string | null;
}

interface Relation {
  readonly kind: string;
  readonly target: string;
}

/** Whether the first entry of a ZIP has a name that workbooks (and other Office files) have. */
export function mayBeWorkbook(head: Uint8Array): boolean {
  const view = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  if (view.length < 31) return false;
  return PART_NAMES.test(view.toString('latin1', 30, Math.min(view.length, 30 + view.readUInt16LE(26))));
}

/** What the parts of a ZIP make it: a workbook, one in the binary form that is not read, or neither. */
export async function workbookKind(path: string): Promise<'xlsx' | 'xlsb' | null> {
  let zip: ZipParts | null = null;
  try {
    zip = await openZip(path, undefined);
    if (!zip.parts.some(({ member }) => /^\[Content_Types\]\.xml$/i.test(member.name))) return null;
    const isNamed = (name: RegExp) => zip?.parts.some(({ member }) => name.test(member.name)) === true;
    if (isNamed(/(?:^|\/)workbook\.xml$/i)) return 'xlsx';
    return isNamed(/(?:^|\/)workbook\.bin$/i) ? 'xlsb' : null;
  } catch {
    return null;
  } finally {
    await zip?.close();
  }
}

/** Sheets in the workbook's order. @throws MemberError where it does not say which there are */
export async function* readWorkbook(
  path: string,
  password: string | undefined,
): AsyncGenerator<OpenMember, void, undefined> {
  const zip = await openZip(path, password);
  try {
    const book = new Workbook(zip);
    const { sheets, is1904 } = await book.sheets();
    const modifiedMs = (await book.modified()) ?? (await stat(path)).mtimeMs;
    for (const [index, sheet] of sheets.slice(0, MOST_SHEETS).entries()) {
      if (sheet.part === null) continue;
      const part = book.part(sheet.part);
      const notes = new SheetNotes(sheet.hidden);
      const member: Member = {
        index,
        name: sheet.name,
        isFolder: false,
        modifiedMs,
        encrypted: part?.member.encrypted ?? false,
        packedBytes: (part?.member.packedBytes ?? 0) + book.sharedBytes,
      };
      yield { member, read: () => book.read(sheet, part, is1904, notes), made: notes };
    }
  } finally {
    await zip.close();
  }
}

class Workbook {
  private readonly zip: ZipParts;
  private readonly parts = new Map<string, OpenMember>();
  private shared: SharedTexts | null = null;
  private sharedProblem: MemberError | null = null;
  private styles: Styles | null = null;
  private sharedPart: OpenMember | undefined;
  private stylesPart: OpenMember | undefined;

  constructor(zip: ZipParts) {
    this.zip = zip;
    for (const part of zip.parts) {
      const name = part.member.name.replaceAll('\\', '/').toLowerCase();
      if (!this.parts.has(name)) this.parts.set(name, part);
    }
  }

  part(name: string): OpenMember | undefined {
    return this.parts.get(name.toLowerCase());
  }

  get sharedBytes(): number {
    return this.sharedPart?.member.packedBytes ?? 0;
  }

  async sheets(): Promise<{ sheets: readonly Sheet[]; is1904: boolean }> {
    const root = [...(await this.relations('')).values()].find(({ kind }) => kind === 'officeDocument');
    const named = this.zip.parts.find(({ member }) => /(?:^|\/)workbook\.xml$/i.test(member.name));
    const book = (root && this.part(root.target)) ?? named;
    if (!book) throw damagedMember('', 'No part of it is the workbook.');
    const relations = await this.relations(book.member.name);
    for (const { kind, target } of relations.values()) {
      if (kind === 'sharedStrings') this.sharedPart ??= this.part(target);
      if (kind === 'styles') this.stylesPart ??= this.part(target);
    }
    const sheets: Sheet[] = [];
    let is1904 = false;
    await readXmlPart(book.member.name, book.read(), {
      open(name, tag) {
        if (name === 'workbookPr') is1904 = /^(?:1|true|on)$/.test(attributeOf(tag(), 'date1904') ?? '');
        if (name !== 'sheet' || sheets.length > MOST_SHEETS) return;
        const written = tag();
        const id = attributeOf(written, 'r:id') ?? /\s[\w.-]+:id\s*=\s*["']([^"']*)/.exec(written)?.[1] ?? '';
        const relation = relations.get(id);
        sheets.push({
          name: resolve(attributeOf(written, 'name') ?? `sheet ${sheets.length + 1}`),
          hidden: /^(?:hidden|veryHidden)$/.test(attributeOf(written, 'state') ?? ''),
          part: relation && relation.kind !== 'worksheet' ? null : (relation?.target ?? ''),
        });
      },
      close: () => undefined,
      text: () => undefined,
    });
    return { sheets, is1904 };
  }

  /** When it was last saved, as it says itself. */
  async modified(): Promise<number | null> {
    const core = this.part('docProps/core.xml');
    let said = '';
    let isInside = false;
    try {
      await readXmlPart('docProps/core.xml', core?.read() ?? nothing(), {
        open: (name) => {
          isInside = name === 'modified';
        },
        close: () => {
          isInside = false;
        },
        text: (text) => {
          if (isInside && said.length < 100) said += text;
        },
      });
    } catch {
      return null;
    }
    const ms = Date.parse(said.trim());
    return Number.isFinite(ms) && ms > 0 ? ms : null;
  }

  async *read(
    { name, part: partName }: Sheet,
    part: OpenMember | undefined,
    is1904: boolean,
    notes: SheetNotes,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    if (!part) throw damagedMember(name, `Its part ${partName ?? ''} is missing.`);
    this.styles ??= await readStyles(this.stylesPart);
    if (this.shared === null) {
      this.shared = new SharedTexts();
      try {
        if (this.sharedPart) await readSharedTexts(this.sharedPart, this.shared);
      } catch (error) {
        // What came before the damage serves; every sheet tells.
        if (!(error instanceof MemberError)) throw error;
        this.sharedProblem = error;
      }
    }
    const { shared, styles } = this;
    yield* sheetText(part, { shared, styles, is1904, notes });
    await this.findComments(part.member.name, notes);
    if (this.sharedProblem && notes.lacksShared > 0) throw this.sharedProblem;
  }

  /** A sheet's comments; damage in them costs nothing else. */
  private async findComments(sheet: string, notes: SheetNotes): Promise<void> {
    try {
      for (const { kind, target } of (await this.relations(sheet)).values()) {
        const part = kind === 'comments' ? this.part(target) : undefined;
        if (!part) continue;
        let isText = false;
        await readXmlPart(target, part.read(), {
          open(name, tag) {
            isText = name === 't';
            if (name !== 'comment' || notes.comments.length >= MOST_COMMENTS) return;
            const place = (attributeOf(tag(), 'ref') ?? '').replace(/[^A-Za-z0-9]/g, '').slice(0, 12);
            notes.comments.push({ place, text: '' });
          },
          close() {
            isText = false;
          },
          text(text) {
            const last = notes.comments.at(-1);
            if (!isText || !last || notes.comments.length > SHOWN_COMMENTS) return;
            if (last.text.length < COMMENT_CHARACTERS) last.text += text.slice(0, COMMENT_CHARACTERS);
          },
        });
      }
    } catch (error) {
      if (!(error instanceof MemberError)) throw error;
    }
  }

  private async relations(of: string): Promise<ReadonlyMap<string, Relation>> {
    const folder = posix.dirname(`/${of}`);
    const name = of === '' ? '_rels/.rels' : `${folder}/_rels/${posix.basename(of)}.rels`.slice(1);
    const found = new Map<string, Relation>();
    const part = this.part(name);
    if (!part) return found;
    await readXmlPart(name, part.read(), {
      open(element, tag) {
        if (element !== 'Relationship') return;
        const written = tag();
        // Nothing beyond the file itself is ever read.
        if (attributeOf(written, 'TargetMode') === 'External') return;
        const type = attributeOf(written, 'Type') ?? '';
        const target = resolve(attributeOf(written, 'Target') ?? '').replaceAll('\\', '/');
        found.set(attributeOf(written, 'Id') ?? '', {
          kind: type.slice(type.lastIndexOf('/') + 1),
          target: posix.resolve(of === '' ? '/' : folder, target).slice(1),
        });
      },
      close: () => undefined,
      text: () => undefined,
    });
    return found;
  }
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}
