/** Breaks a dissector's samples for tests: flipped bits and random bytes must give bounded messages, never an exception. */
import fc from 'fast-check';
import { Cursor } from './cursor';
import { bytesOfHex, type Dissector, type Message, type Side } from './dissector';

export interface Campaign {
  readonly seed: number;
  /** Conversations of five to eight data units each. */
  readonly conversations: number;
}

/** Reads a message may take for each byte of its conversation so far, and besides. */
const STEPS_PER_BYTE = 24;
const STEPS_BESIDES = 400;

/** Counts what is read through cursors, while `run` runs. */
function counting(run: (steps: () => number) => void): void {
  let steps = 0;
  const originals = ['u8', 'u16', 'peek', 'skip', 'part'].map((name) => {
    const original: unknown = Reflect.get(Cursor.prototype, name);
    if (typeof original !== 'function') throw new Error(`a cursor has no ${name}`);
    const counted = function (this: Cursor, ...given: unknown[]): unknown {
      steps += 1;
      return Reflect.apply(original, this, given);
    };
    Reflect.set(Cursor.prototype, name, counted);
    return [name, original] as const;
  });
  try {
    run(() => steps);
  } finally {
    for (const [name, original] of originals) Reflect.set(Cursor.prototype, name, original);
  }
}

/** Data units that were tried; throws with the smallest conversation that breaks what must hold. */
export function fuzz(dissector: Dissector, { seed, conversations }: Campaign): number {
  const seeds = dissector.samples.flatMap(({ units }) => units.map(({ hex }) => bytesOfHex(hex)));
  const flipped = fc
    .tuple(fc.nat(seeds.length - 1), fc.array(fc.nat(), { maxLength: 12 }))
    .map(([index, flips]) => flip(seeds[index] ?? new Uint8Array(1), flips));
  const random = fc.uint8Array({ minLength: 1, maxLength: 300 });
  const unit = fc.tuple(fc.oneof(flipped, random), fc.constantFrom<Side>('client', 'server'));
  let tried = 0;
  counting((steps) =>
    fc.assert(
      fc.property(fc.array(unit, { minLength: 5, maxLength: 8 }), (units) => {
        const session = dissector.begin();
        let seen = 0;
        for (const [bytes, from] of units) {
          tried += 1;
          seen += bytes.length;
          const before = steps();
          dissector.looksLike(bytes, 0, bytes.length);
          dissector.unitLength(bytes, 0, bytes.length);
          const messages = session.message(new Cursor(bytes, 0, bytes.length), from);
          const taken = steps() - before;
          if (taken > STEPS_BESIDES + STEPS_PER_BYTE * seen)
            throw new Error(`${taken} steps for ${bytes.length} bytes of ${seen}`);
          if (messages.length > bytes.length)
            throw new Error(`${messages.length} messages of ${bytes.length} bytes`);
          for (const message of messages) checkMessage(message, bytes.length, seen);
        }
      }),
      { seed, numRuns: conversations },
    ),
  );
  return tried;
}

function flip(bytes: Uint8Array, flips: readonly number[]): Uint8Array {
  const copy = bytes.slice();
  for (const place of flips) {
    const at = Math.floor(place / 8) % copy.length;
    copy[at] = (copy[at] ?? 0) ^ (1 << (place & 7));
  }
  return copy;
}

/** What holds for every message, however broken its bytes: bounded, named, one line. */
function checkMessage(message: Message, bytes: number, seen: number): void {
  const values = message.points.reduce((sum, { values }) => sum + values.length, 0);
  const holds =
    message.text.length < 2000 &&
    // BACnet has a reason of that name.
    !/[\n\r]|undefined(?!-enumeration)|NaN/.test(message.text) &&
    /^[a-z][a-z0-9_]*$/.test(message.action) &&
    values <= bytes * 8 &&
    (message.facts ?? []).length <= seen + 16 &&
    (message.facts ?? []).every(({ value }) => value.length < 2000);
  if (!holds) throw new Error(`not bounded, named and one line: ${JSON.stringify(message).slice(0, 2000)}`);
}
