/**
 * pcapng (draft-ietf-opsawg-pcapng): one section, an interface for each of the originals' own, and the packets with
 * their times, lengths and link types as captured. Which events a packet gave stands in its comments.
 */
import { defineExport } from '../export-format';

const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const ENHANCED_PACKET = 6;
const BYTE_ORDER = 0x1a2b3c4d;

const OPTION_COMMENT = 1;
const OPTION_NAME = 2;
const OPTION_DESCRIPTION = 3;
const OPTION_PROGRAM = 4;
const OPTION_RESOLUTION = 9;

const TWO_32 = 4294967296;
/** Of one comment or name, in bytes. */
const MOST_TEXT = 2000;

type Option = readonly [code: number, value: Uint8Array];

export const exportFormat = defineExport({
  id: 'pcapng',
  title: 'Packets (pcapng)',
  help: 'The packets the events were read from, byte for byte with their own times, for Wireshark; events of other evidence stay out and are counted.',
  ending: 'pcapng',
  isSheet: false,
  isFixed: true,
  packets: {
    /** Section header block (§4.1); its length is not told in advance. */
    head(comment: string, program: string) {
      const body = new Uint8Array(16);
      const view = new DataView(body.buffer);
      view.setUint32(0, BYTE_ORDER, true);
      view.setUint16(4, 1, true);
      view.setBigInt64(8, -1n, true);
      return block(SECTION, body, [
        [OPTION_COMMENT, text(comment)],
        [OPTION_PROGRAM, text(program)],
      ]);
    },
    /** Interface description block (§4.2). */
    interface({ link, snapLength, name, description, isMicro }) {
      const body = new Uint8Array(8);
      const view = new DataView(body.buffer);
      view.setUint16(0, link, true);
      view.setUint32(4, snapLength, true);
      return block(INTERFACE, body, [
        [OPTION_NAME, text(name)],
        [OPTION_DESCRIPTION, text(description)],
        [OPTION_RESOLUTION, Uint8Array.of(isMicro ? 6 : 9)],
      ]);
    },
    /** Enhanced packet block (§4.3). A packet without a time gets the earliest there is, and says so. */
    packet({ bytes, timeUs, remainderNs, wireLength }, index, isMicro, comments) {
      const padded = (bytes.length + 3) & ~3;
      const body = new Uint8Array(20 + padded);
      const view = new DataView(body.buffer);
      const [high, low] = ticks(timeUs ?? 0, remainderNs, isMicro);
      view.setUint32(0, index, true);
      view.setUint32(4, high, true);
      view.setUint32(8, low, true);
      view.setUint32(12, bytes.length, true);
      view.setUint32(16, wireLength, true);
      body.set(bytes, 20);
      const said = timeUs === null ? ['This packet has no time in its original.', ...comments] : comments;
      return block(
        ENHANCED_PACKET,
        body,
        said.map((comment): Option => [OPTION_COMMENT, text(comment)]),
      );
    },
  },
});

/** The two halves of a 64-bit count of micro- or nanoseconds, without passing 2^53. */
function ticks(us: number, remainderNs: number, isMicro: boolean): readonly [high: number, low: number] {
  if (isMicro) return [Math.floor(us / TWO_32), us % TWO_32];
  const all = BigInt(us) * 1000n + BigInt(remainderNs);
  return [Number(BigInt.asUintN(32, all >> 32n)), Number(BigInt.asUintN(32, all))];
}

/** Well-formed UTF-8, cut where it is long; a NUL would end it early for who reads. */
function text(value: string): Uint8Array {
  const whole = Buffer.from(value.replaceAll('\0', '␀'), 'utf8');
  if (whole.length <= MOST_TEXT) return whole;
  let end = MOST_TEXT;
  // Not in the middle of a character: its later bytes begin with the bits 10.
  while (end > 0 && ((whole[end] ?? 0) & 0xc0) === 0x80) end--;
  return whole.subarray(0, end);
}

/** Type, length, body, options with their end mark, length again (§3.1); all filled to four bytes. */
function block(type: number, body: Uint8Array, options: readonly Option[]): Uint8Array {
  const size = options.reduce((sum, [, value]) => sum + 4 + ((value.length + 3) & ~3), 0);
  const length = 12 + body.length + (options.length > 0 ? size + 4 : 0);
  const out = new Uint8Array(length);
  const view = new DataView(out.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, length, true);
  out.set(body, 8);
  let at = 8 + body.length;
  for (const [code, value] of options) {
    view.setUint16(at, code, true);
    view.setUint16(at + 2, value.length, true);
    out.set(value, at + 4);
    at += 4 + ((value.length + 3) & ~3);
  }
  view.setUint32(length - 4, length, true);
  return out;
}
