/** Frames: what is sent arrives, and nothing else is taken for a frame. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeFrame, encodeFrame } from './frame';
import type { Message } from './protocol';

const plain = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)));
const withBytes = fc.record({
  arrow: fc.uint8Array({ maxLength: 50 }),
  nested: fc.record({ list: fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 3 }), plain }),
});

it('carries any message with its bytes', () => {
  fc.assert(
    fc.property(fc.nat(), withBytes, fc.string(), (id, value, name) => {
      const messages: unknown[] = [
        { id, ok: true, value },
        { id, name, params: value },
        { cancel: id },
        { notice: name, value: null },
      ];
      for (const message of messages) expect(decodeFrame(encodeFrame(message as Message))).toEqual(message);
    }),
    { seed: 1, numRuns: 300 },
  );
});

it('keeps a member called __proto__ a member, and pollutes nothing', () => {
  const params = JSON.parse('{"__proto__":{"polluted":true},"data":null}');
  const message = decodeFrame(encodeFrame({ id: 1, name: 'session.hello', params }));
  expect(JSON.stringify(message)).toContain('"__proto__":{"polluted":true}');
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});

it('refuses bytes in places that do not exist or are taken, and lengths beyond the frame', () => {
  const craft = (header: unknown, tail = 0): Uint8Array => {
    const text = new TextEncoder().encode(JSON.stringify(header));
    const frame = new Uint8Array(Math.ceil((4 + text.length) / 8) * 8 + tail);
    new DataView(frame.buffer).setUint32(0, text.length, true);
    frame.set(text, 4);
    return frame;
  };
  const message = { id: 1, name: 'x', params: { data: null, taken: 5 } };
  expect(
    decodeFrame(craft({ message, attached: [{ path: ['params', 'data'], length: 8 }] }, 8)),
  ).not.toBeNull();
  for (const attached of [
    [{ path: ['params', 'data'], length: 9 }],
    [{ path: ['params', 'data'], length: -1 }],
    [{ path: ['params', 'data'], length: 1e300 }],
    [{ path: ['params', 'taken'], length: 8 }],
    [{ path: ['params', 'other'], length: 8 }],
    [{ path: ['__proto__', 'x'], length: 8 }],
    [{ path: ['params', 'constructor'], length: 8 }],
    [{ path: [], length: 8 }],
    'none',
    null,
  ]) {
    expect(decodeFrame(craft({ message, attached }, 8)), JSON.stringify(attached)).toBeNull();
  }
  for (const bad of [null, 5, {}, { id: 'x', name: 'y' }, { id: 1 }, { cancel: 'x' }, []]) {
    expect(decodeFrame(craft({ message: bad, attached: [] }))).toBeNull();
  }
});

it('returns for any bytes whatever', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      decodeFrame(bytes);
    }),
    { seed: 2, numRuns: 3000 },
  );
  const good = encodeFrame({ id: 7, ok: true, value: { arrow: new Uint8Array([1, 2, 3]) } });
  for (let length = 0; length < good.length; length++) {
    const cut = decodeFrame(good.subarray(0, length));
    // The last bytes are padding, without which the frame is whole.
    if (length < good.length - 5) expect(cut).toBeNull();
  }
});
