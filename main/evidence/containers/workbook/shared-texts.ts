/** Texts that the cells of all sheets share by number (ECMA-376 Part 1, 18.4), and how a text is written in XML. */
import { damagedMember, type OpenMember } from '../container';
import { readXmlPart } from './xml-part';

/** Together, characters; beyond this the rest of the workbook's texts is not read. */
const MOST_CHARACTERS = 256 << 20;
const MOST_TEXTS = 16 << 20;

export class SharedTexts {
  private readonly texts: string[] = [];
  private characters = 0;

  /** False when there is no room for it. */
  add(text: string): boolean {
    this.characters += text.length;
    if (this.characters > MOST_CHARACTERS || this.texts.length >= MOST_TEXTS) return false;
    this.texts.push(text);
    return true;
  }

  /** Undefined for a number that no text has. */
  at(number: number): string | undefined {
    return this.texts[number];
  }
}

/** Fills `shared`; on an error those read so far are in it. @throws MemberError */
export async function readSharedTexts({ member, read }: OpenMember, shared: SharedTexts): Promise<void> {
  const collector = new TextCollector();
  let isFull = false;
  await readXmlPart(member.name, read(), {
    open(name) {
      if (name === 'si') collector.start();
      else collector.open(name);
    },
    close(name) {
      if (name === 'si') isFull ||= !shared.add(fromEscapes(collector.text));
      else collector.close(name);
    },
    text(text) {
      collector.add(text);
    },
  });
  if (isFull) throw damagedMember(member.name, 'It holds more text than any honest workbook.');
}

/** Text of one `si` or `is`: its runs together, without the readings that stand above East Asian text. */
export class TextCollector {
  text = '';
  private isText = false;
  private readings = 0;

  start(): void {
    this.text = '';
    this.isText = false;
    this.readings = 0;
  }

  open(name: string): void {
    if (name === 't') this.isText = true;
    else if (name === 'rPh') this.readings++;
  }

  close(name: string): void {
    if (name === 't') this.isText = false;
    else if (name === 'rPh') this.readings--;
  }

  add(text: string): void {
    if (this.isText && this.readings === 0) this.text += text;
  }
}

/** `_x000D_` stands for a character that XML cannot hold (ECMA-376 Part 1, 22.9.2.19); only line ends and tabs are taken back. */
export function fromEscapes(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x(0009|000[aAdD]|005[fF])_/g, (_, code: string) => {
    return String.fromCharCode(Number.parseInt(code, 16));
  });
}
