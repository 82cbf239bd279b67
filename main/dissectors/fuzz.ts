/** Breaks a dissector's samples for tests: flipped bits and random bytes must give bounded messages, never an exception. */
import fc from 'fast-check';
import { Cursor } from './cursor';
import { bytesOfHex, type Dissector, type Message, type Side } from './dissector';

export interface Campaign {
  readonly seed: number;
  /** Conversations of five to eight data units each. */
  readonly conversations: number;
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
  fc.assert(
    fc.property(fc.array(unit, { minLength: 5, maxLength: 8 }), (units) => {
      const session = dissector.begin();
      for (const [bytes, from] of units) {
        tried += 1;
        dissector.looksLike(bytes, 0, bytes.length);
        dissector.unitLength(bytes, 0, bytes.length);
        for (const message of session.message(new Cursor(bytes, 0, bytes.length), from))
          checkMessage(message, bytes.length);
      }
    }),
    { seed, numRuns: conversations },
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
function checkMessage(message: Message, bytes: number): void {
  const values = message.points.reduce((sum, { values }) => sum + values.length, 0);
  const holds =
    message.text.length < 2000 &&
    !/[\n\r]|undefined|NaN/.test(message.text) &&
    /^[a-z][a-z0-9_]*$/.test(message.action) &&
    values <= bytes * 8;
  if (!holds) throw new Error(`not bounded, named and one line: ${JSON.stringify(message).slice(0, 2000)}`);
}
