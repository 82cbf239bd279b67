/** Which styles of a workbook show their number as a moment (ECMA-376 Part 1, 18.8). */
import { resolve } from '../../readers/xml/element';
import type { OpenMember } from '../container';
import { builtInFormat, type MomentFormat, momentFormat } from './number-formats';
import { attributeOf, readXmlPart } from './xml-part';

const MOST_STYLES = 1 << 20;

/** By the number that a cell's `s` states. */
export type Styles = ReadonlyArray<MomentFormat | null>;

/** @throws MemberError */
export async function readStyles(part: OpenMember | undefined): Promise<Styles> {
  const styles: Array<MomentFormat | null> = [];
  if (!part) return styles;
  const codes = new Map<number, MomentFormat | null>();
  let isCells = false;
  await readXmlPart(part.member.name, part.read(), {
    open(name, tag) {
      if (name === 'numFmt') {
        const written = tag();
        const id = Number(attributeOf(written, 'numFmtId') ?? Number.NaN);
        codes.set(id, momentFormat(resolve(attributeOf(written, 'formatCode') ?? '')));
      } else if (name === 'cellXfs') isCells = true;
      else if (name === 'xf' && isCells && styles.length < MOST_STYLES) {
        const id = Number(attributeOf(tag(), 'numFmtId') ?? 0);
        const own = codes.get(id);
        styles.push(own === undefined ? builtInFormat(id) : own);
      }
    },
    close(name) {
      if (name === 'cellXfs') isCells = false;
    },
    text: () => undefined,
  });
  return styles;
}
