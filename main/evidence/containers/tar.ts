/** tar in one pass (POSIX.1-1988 ustar, GNU long names, pax paths); regular files are members, the rest is left out. */
import { damagedMember, type Member, MemberError, MOST_MEMBERS, type OpenMember } from './container';

const BLOCK_BYTES = 512;
const MOST_NAME_BYTES = 1 << 16;

/** A stream from which a given number of bytes can be taken at a time. */
class Taker {
  private readonly source: AsyncIterator<Uint8Array>;
  private held: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.source = source[Symbol.asyncIterator]();
  }

  /** At most `most` bytes, none at the end. They are valid until the next call. */
  async some(most: number): Promise<Uint8Array> {
    while (this.held.length === 0) {
      const { value, done } = await this.source.next();
      if (done) return this.held;
      this.held = value;
    }
    const part = this.held.subarray(0, most);
    this.held = this.held.subarray(part.length);
    return part;
  }

  async exactly(count: number): Promise<Buffer | null> {
    const bytes = Buffer.alloc(count);
    for (let filled = 0; filled < count; ) {
      const part = await this.some(count - filled);
      if (part.length === 0) return null;
      bytes.set(part, filled);
      filled += part.length;
    }
    return bytes;
  }

  async close(): Promise<void> {
    await this.source.return?.();
  }
}

/**
 * Members in file order; each must be read, or is passed over, before the next. `told` gets what the ledger should say
 * of the container. @throws MemberError
 */
export async function* readTar(
  source: AsyncIterable<Uint8Array>,
  told: string[] = [],
): AsyncGenerator<OpenMember, void, undefined> {
  const taker = new Taker(source);
  let longName: string | null = null;
  let longSize: number | null = null;
  let isSparse = false;
  let index = 0;
  const links: string[] = [];
  try {
    for (;;) {
      const header = await taker.exactly(BLOCK_BYTES);
      if (header === null) throw cutShort(index);
      if (header.every((byte) => byte === 0)) return await expectPadding(taker);
      if (!isHeader(header))
        throw damagedMember('', `The header of part ${index + 1} is damaged; what follows is lost.`);
      const size = longSize ?? number(header, 124, 12);
      const padding = (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
      const type = String.fromCharCode(header[156] ?? 0);
      if (type === 'L' || type === 'x') {
        const body = size > MOST_NAME_BYTES ? null : await taker.exactly(size + padding);
        if (body === null)
          throw damagedMember('', `The name of part ${index + 1} is damaged; what follows is lost.`);
        const said = body.subarray(0, size);
        if (type === 'L') longName = text(said, 0, said.length);
        else {
          longName = paxWord(said, 'GNU.sparse.name') ?? paxWord(said, 'path') ?? longName;
          longSize = paxSize(said);
          isSparse = ['major', 'size', 'map'].some((word) => paxWord(said, `GNU.sparse.${word}`) !== null);
        }
        continue;
      }
      let left = size;
      const hasHoles = type === 'S' || isSparse;
      const isFile = type === '0' || type === '\0' || type === '7' || hasHoles;
      if (isFile) {
        if (index >= MOST_MEMBERS)
          throw damagedMember('', `It holds more than ${MOST_MEMBERS} parts; the rest is not read.`);
        const member: Member = {
          index,
          name: longName ?? nameOf(header),
          isFolder: false,
          modifiedMs: number(header, 136, 12) * 1000,
          encrypted: false,
          packedBytes: null,
        };
        index++;
        yield {
          member,
          read: async function* () {
            if (hasHoles) throw withHoles(member.name);
            while (left > 0) {
              const part = await taker.some(left);
              if (part.length === 0)
                throw damagedMember(member.name, `The container ends ${left} bytes before it does.`);
              left -= part.length;
              yield part;
            }
          },
        };
      }
      if (type === '1' || type === '2')
        links.push(`${longName ?? nameOf(header)} → ${text(header, 157, 100)}`);
      longName = null;
      longSize = null;
      isSparse = false;
      if (type === 'S') await passMaps(taker, header);
      for (let rest = left + padding; rest > 0; ) {
        const part = await taker.some(rest);
        if (part.length === 0) throw cutShort(index);
        rest -= part.length;
      }
    }
  } finally {
    const [first] = links;
    if (first !== undefined)
      told.push(
        `${links.length} links are left out, the first of them ${first}. What they lead to is read under its own name where it is in here.`,
      );
    await taker.close();
  }
}

/** Every tar ends with blocks of zeros (pax, "ustar Interchange Format"); one that does not may lack its last files. */
function cutShort(parts: number): MemberError {
  return damagedMember('', `It ends after ${parts} parts without an end mark; what came after them is lost.`);
}

/** Nothing but zeros follows the end mark, unless containers were put one behind the other. */
async function expectPadding(taker: Taker): Promise<void> {
  for (let bytes = 0; ; ) {
    const part = await taker.some(BLOCK_BYTES);
    if (part.length === 0) return;
    if (part.some((byte) => byte !== 0)) {
      throw damagedMember('', `Something follows ${bytes} bytes after its end mark and is not read.`);
    }
    bytes += part.length;
  }
}

/** Blocks that go on with the map of a file with holes stand between its header and its bytes (GNU). */
async function passMaps(taker: Taker, header: Buffer): Promise<void> {
  for (let isMore = header[482] === 1; isMore; ) {
    const block = await taker.exactly(BLOCK_BYTES);
    isMore = block?.[504] === 1;
  }
}

function withHoles(name: string): MemberError {
  return new MemberError({
    code: 'container-method-not-read',
    what: 'This part of the container is stored with its holes left out, which is not read.',
    why: 'tar was told to store it as a sparse file.',
    where: name,
    help: 'Unpack it with tar and import what comes out.',
  });
}

function isHeader(header: Buffer): boolean {
  let sum = 0;
  for (let at = 0; at < BLOCK_BYTES; at++) sum += at >= 148 && at < 156 ? 32 : (header[at] ?? 0);
  return sum === number(header, 148, 8);
}

/** Octal digits, or a binary number where the first bit is set (GNU). */
function number(header: Buffer, at: number, length: number): number {
  if (((header[at] ?? 0) & 0x80) !== 0)
    return Number(header.readBigUInt64BE(at + length - 8) & 0x1f_ffff_ffff_ffffn);
  const digits = /^[ 0]*([0-7]*)/.exec(text(header, at, length))?.[1] ?? '';
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

function text(bytes: Buffer, at: number, length: number): string {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? field.length : end);
}

function nameOf(header: Buffer): string {
  const prefix = text(header, 257, 6) === 'ustar' ? text(header, 345, 155) : '';
  const name = text(header, 0, 100);
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Value of a keyword in an extended header: `length keyword=value\n`, one after the other. */
function paxWord(body: Buffer, keyword: string): string | null {
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(32, at);
    const length = Number(body.toString('latin1', at, space < 0 ? at : space));
    if (!Number.isInteger(length) || length < 5) return null;
    const [key, value] = splitOnce(body.toString('utf8', space + 1, at + length - 1));
    if (key === keyword) return value;
    at += length;
  }
  return null;
}

function splitOnce(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function paxSize(body: Buffer): number | null {
  const size = Number(paxWord(body, 'size') ?? Number.NaN);
  return Number.isSafeInteger(size) && size >= 0 ? size : null;
}
