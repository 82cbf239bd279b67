import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame } from './frame';

describe('frame', () => {
  it('carries bytes beside the JSON, each part on a multiple of eight', () => {
    const message = { id: 7, ok: true, value: { total: 2, arrow: new Uint8Array([1, 2, 3]) } };
    const frame = encodeFrame(message);
    expect(frame.byteLength % 8).toBe(0);
    expect(decodeFrame(frame)).toEqual(message);
  });

  it('gives back any message with any bytes in it', () => {
    const bytes = fc.uint8Array({ maxLength: 40 });
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        bytes,
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(
          fc.string().filter((key) => key !== '__proto__'),
          tie('tree'),
          { maxKeys: 4, noNullPrototype: true },
        ),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(decodeFrame(encodeFrame(value))).toEqual(value);
      }),
    );
  });

  it('refuses what is no frame, without throwing', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (junk) => void decodeFrame(junk)));
    const frame = encodeFrame({ value: new Uint8Array(20) });
    for (let cut = 0; cut < frame.byteLength - 4; cut += 1) {
      expect(decodeFrame(frame.subarray(0, cut))).toBeUndefined();
    }
  });

  it('never writes to a prototype', () => {
    const json = '{"message":{},"parts":[[["__proto__","polluted"],1]]}';
    const header = new TextEncoder().encode(json);
    const frame = new Uint8Array(4 + header.byteLength + 16);
    new DataView(frame.buffer).setUint32(0, header.byteLength, true);
    frame.set(header, 4);
    expect(decodeFrame(frame)).toBeUndefined();
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});
