import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Cursor } from './cursor';
import { bytesOfHex, type Dissector, type Message, runSample, type Side } from './dissector';
import { dissectors, listDissectors } from './index';

describe.each(dissectors.map((dissector) => [dissector.id, dissector] as const))('%s', (_id, dissector) => {
  test.each(
    dissector.samples
      .filter(({ kind }) => kind !== 'foreign')
      .map((sample) => [sample.title, sample] as const),
  )('%s', (_title, sample) => {
    const results = runSample(dissector, sample);
    sample.units.forEach((unit, index) => {
      const result = results[index];
      expect(Array.isArray(result), `unit ${index}: ${String(result)}`).toBe(true);
      expect(result).toHaveLength(unit.messages.length);
      unit.messages.forEach((expected, place) => {
        expect(result?.[place]).toMatchObject(expected);
      });
    });
  });

  test.each(
    dissector.samples
      .filter(({ kind }) => kind === 'foreign')
      .map((sample) => [sample.title, sample] as const),
  )('refuses: %s', (_title, sample) => {
    expect(runSample(dissector, sample)).toEqual(sample.units.map(() => 'no'));
  });

  test('a secret in a sample is in no message, neither as text nor as bytes', () => {
    for (const sample of dissector.samples) {
      if (sample.secret === undefined) continue;
      const hidden = Buffer.from(sample.secret, 'latin1');
      const sent = sample.units.map(({ hex }) => hex.replace(/\s+/g, '').toLowerCase()).join('');
      expect(sent).toContain(hidden.toString('hex'));
      const shown = JSON.stringify(runSample(dissector, sample)).toLowerCase();
      for (const form of ['latin1', 'hex', 'base64'] as const)
        expect(shown).not.toContain(hidden.toString(form).toLowerCase());
    }
  });

  test('a sample cut at any byte asks for more or is refused, and never gives a whole message', () => {
    // A datagram is whole by itself.
    if (dissector.over === 'udp' || dissector.over === 'link') return;
    for (const sample of dissector.samples.filter(({ kind }) => kind === 'normal')) {
      for (const { hex } of sample.units) {
        const bytes = bytesOfHex(hex);
        for (let size = 1; size < bytes.length; size++) {
          const length = dissector.unitLength(bytes, 0, size);
          expect(length === 0 || length > size, `${size} of ${bytes.length} bytes`).toBe(true);
        }
      }
    }
  });

  test('random and bit-flipped bytes give messages, never an exception', () => {
    const seeds = dissector.samples.flatMap(({ units }) => units.map(({ hex }) => bytesOfHex(hex)));
    const flipped = fc
      .tuple(fc.nat(seeds.length - 1), fc.array(fc.nat(), { maxLength: 12 }))
      .map(([index, flips]) => flip(seeds[index] ?? new Uint8Array(1), flips));
    const random = fc.uint8Array({ minLength: 1, maxLength: 300 });
    const unit = fc.tuple(fc.oneof(flipped, random), fc.constantFrom<Side>('client', 'server'));
    fc.assert(
      fc.property(fc.array(unit, { minLength: 5, maxLength: 8 }), (units) => {
        const session = dissector.begin();
        for (const [bytes, from] of units) {
          dissector.looksLike(bytes, 0, bytes.length);
          dissector.unitLength(bytes, 0, bytes.length);
          for (const message of session.message(new Cursor(bytes, 0, bytes.length), from))
            checkMessage(message, bytes.length);
        }
      }),
      { seed: 42, numRuns: 2000 },
    );
  });
});

function flip(bytes: Uint8Array, flips: readonly number[]): Uint8Array {
  const copy = bytes.slice();
  for (const place of flips) {
    const at = Math.floor(place / 8) % copy.length;
    copy[at] = (copy[at] ?? 0) ^ (1 << (place & 7));
  }
  return copy;
}

/** What holds for every message, however broken its bytes: bounded, named, one line. */
function checkMessage(message: Message, bytes: number): void {
  const values = message.points.reduce((sum, { values }) => sum + values.length, 0);
  const holds =
    message.text.length < 2000 &&
    !/[\n\r]|undefined|NaN/.test(message.text) &&
    /^[a-z][a-z0-9_]*$/.test(message.action) &&
    values <= bytes * 8;
  if (!holds) expect(message).toBe('bounded, named, one line');
}

test('a dissector never takes another one’s samples for its own', () => {
  const claims: string[] = [];
  const claim = (one: Dissector, bytes: Uint8Array): boolean =>
    one.looksLike(bytes, 0, bytes.length) === 'yes';
  for (const owner of dissectors) {
    for (const sample of owner.samples.filter(({ kind }) => kind === 'normal')) {
      for (const { hex } of sample.units) {
        for (const other of dissectors) {
          if (other !== owner && claim(other, bytesOfHex(hex)))
            claims.push(`${other.id} takes ${owner.id}: ${hex}`);
        }
      }
    }
  }
  expect(claims).toEqual([]);
});

test('every dissector is listed with a sample and its meaning', () => {
  expect(listDissectors().map(({ id }) => id)).toEqual(expect.arrayContaining(['modbus', 's7comm']));
  for (const entry of listDissectors()) {
    expect(entry.sample.hex).not.toBe('');
    expect(entry.sample.meaning).not.toBe('');
  }
});
