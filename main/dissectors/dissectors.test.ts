import { describe, expect, test } from 'vitest';
import { bytesOfHex, type Dissector, type Message, newMessage, newRun, runSample } from './dissector';
import { fuzz } from './fuzz';
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
    if (!['tcp', 'both'].includes(dissector.over)) return;
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

  test('10,000 data units of random and bit-flipped bytes give messages, never an exception', () => {
    expect(fuzz(dissector, { seed: 42, conversations: 2000 })).toBeGreaterThanOrEqual(10_000);
  });
});

test('what throws, floods or breaks the line does not pass', () => {
  const [good] = dissectors;
  if (!good) throw new Error('there is no dissector');
  const told = { kind: 'request', action: 'read' } as const;
  const broken = (message: (bytes: number) => Message): Dissector => ({
    ...good,
    begin: () => ({ message: (cursor) => [message(cursor.left)] }),
  });
  const run = (dissector: Dissector) => () => fuzz(dissector, { seed: 1, conversations: 20 });
  expect(run(broken(() => newMessage({ ...told, text: 'Read' })))()).toBeGreaterThanOrEqual(100);
  const points = (bytes: number) => [newRun(null, 0, 1, new Uint8Array(bytes * 8 + 1))];
  for (const bad of [
    () => newMessage({ ...told, text: 'two\nlines' }),
    () => newMessage({ ...told, text: 'Read', action: 'No name' }),
    (bytes: number) => newMessage({ ...told, text: 'Read', points: points(bytes) }),
    (bytes: number) =>
      newMessage({
        ...told,
        text: 'Read',
        facts: new Array(bytes * 9 + 1).fill({ of: 'sender', fact: 'name', value: 'a' }),
      }),
    () => {
      throw new RangeError('out of bounds');
    },
  ])
    expect(run(broken(bad))).toThrow();
  // Steps that grow with a number on the wire instead of with its bytes.
  const endless: Dissector = {
    ...good,
    begin: () => ({
      message: (cursor) => {
        for (let left = 65536; left > 0; left--) cursor.u8();
        return [];
      },
    }),
  };
  expect(run(endless)).toThrow();
});

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
