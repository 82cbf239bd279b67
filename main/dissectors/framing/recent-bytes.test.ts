/** What streams said last, where there are more streams than places. */
import { expect, test } from 'vitest';
import { RECENT_BYTES, RecentBytes } from './recent-bytes';

test('the bytes kept last are found by their numbers, across the wrap', () => {
  const recent = new RecentBytes();
  const { place, ticket } = recent.claim();
  const bytes = Uint8Array.from({ length: 700 }, (_, at) => at % 251);
  const first = 0xffffffff - 100;
  recent.put(place, first, bytes, 0, bytes.length);
  expect(recent.holds(place, ticket)).toBe(true);
  for (let at = bytes.length - RECENT_BYTES; at < bytes.length; at++)
    expect(recent.byte(place, (first + at) >>> 0)).toBe(at % 251);
});

test('streams that were silent longest give up their places, those that speak keep theirs', () => {
  const recent = new RecentBytes(100);
  const all = Array.from({ length: 100 }, () => recent.claim());
  expect(new Set(all.map(({ place }) => place)).size).toBe(100);
  // The first to come finds all places in use, and takes the first; from there on use is told apart.
  const late = recent.claim();
  const speaking = all.slice(50, 60);
  const speak = (): boolean => speaking.every(({ place, ticket }) => recent.holds(place, ticket));
  expect(speak()).toBe(true);
  const more = Array.from({ length: 80 }, () => recent.claim());
  expect(speak()).toBe(true);
  expect(recent.holds(late.place, late.ticket)).toBe(true);
  expect(more.every(({ place, ticket }) => recent.holds(place, ticket))).toBe(true);
  expect(all.filter(({ place, ticket }) => recent.holds(place, ticket)).length).toBe(19);
});
