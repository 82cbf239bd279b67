/** Pointing at pieces: what a change makes of the draft, and what is still missing. */
import { expect, it } from 'vitest';
import { slotsOf } from '../../../../shared/propose/template';
import {
  adviceOf,
  draftId,
  draftYaml,
  nameSlot,
  newDraft,
  segments,
  setKind,
  setRest,
  titleOf,
} from './draft';

const LINES = [0, 1, 2].map(
  (at) => `2026-03-16 22:52:3${at} P${at} 10.0.0.${at}: valve ${'is '.repeat(at)}open`,
);
const fresh = () => newDraft(LINES, '/x/pump_house-2026-03.log.gz');

it('takes name and id from the file, and keeps an id of its own', () => {
  expect([titleOf('a/b/pump_house-2026-03.log.gz'), titleOf('2026.txt')]).toEqual([
    'Pump house',
    'Own format',
  ]);
  expect(draftId(fresh())).toBe('pump-house');
  expect(draftId({ ...fresh(), ownId: 'mine' })).toBe('mine');
});

it('feeds a field from one piece only, and leaves the others alone', () => {
  const first = nameSlot(fresh(), 1, { to: 'field', field: 'source_ip' });
  const means = slotsOf(first.template).map((slot) =>
    slot.means.to === 'field' ? slot.means.field : slot.means.to,
  );
  expect(means.filter((one) => one === 'source_ip')).toHaveLength(1);
  expect(means.slice(0, 2)).toEqual(['time', 'source_ip']);
});

it('moves where the rest begins within the pieces there are', () => {
  const draft = fresh();
  const count = draft.template.slots.length;
  expect(setRest(draft, 99).template.restFrom).toBe(count);
  const all = setRest(draft, 0);
  expect(slotsOf(all.template).map(({ kind }) => kind)).toEqual(['rest']);
  expect(adviceOf(all).filter(({ blocks }) => blocks)).toHaveLength(1);
  expect(adviceOf(all)).toHaveLength(2);
  expect(adviceOf(draft)).toEqual([]);
  expect(adviceOf({ ...draft, title: ' ', ownId: 'Not good' }).filter(({ blocks }) => blocks)).toHaveLength(
    2,
  );
});

it('draws a line as its pieces, and not where it does not fit', () => {
  const draft = setKind(fresh(), 2, 'word');
  const line = LINES[2] ?? '';
  expect(
    segments(draft.template, line)
      ?.map(({ text }) => text)
      .join(''),
  ).toBe(line);
  expect(segments(draft.template, 'of another kind')).toBeNull();
  expect(draftYaml(draft, null, {})).toContain("title: 'Pump house'");
});
