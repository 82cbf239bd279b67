import { expect, test } from 'vitest';
import { Remembered } from './remembered';

test('finds a thing once for each object and key, nothing and null included', () => {
  const remembered = new Remembered<number | null | undefined>();
  const [one, other] = [{}, {}];
  let asked = 0;
  const find = (found: number | null | undefined) => () => {
    asked += 1;
    return found;
  };
  expect(remembered.of(one, 'a', find(1))).toBe(1);
  expect(remembered.of(one, 'a', find(2))).toBe(1);
  expect(remembered.of(one, 'b', find(null))).toBe(null);
  expect(remembered.of(one, 'b', find(3))).toBe(null);
  expect(remembered.of(other, 'a', find(undefined))).toBe(undefined);
  expect(remembered.of(other, 'a', find(4))).toBe(undefined);
  expect(asked).toBe(3);
});
