import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Groups, MOST_SERIES, type Place } from '../../../shared/chart/groups';
import { type Slice, slicesOf } from '../../../shared/chart/pie';
import { PieSurface, slicePaths } from './pie-surface';

function place(label: string): Place {
  return { kind: 'value', value: label, end: null, label };
}

function groupsOf(amounts: readonly number[]): Groups {
  const x = {
    kind: 'value' as const,
    field: 'event_domain',
    width: null,
    places: amounts.map((_, at) => place(`d${at}`)),
  };
  const rows = { kind: 'value' as const, field: null, width: null, places: [place('all')] };
  return { x, rows, values: [amounts], sum: 0, highest: 0, tooMany: false, leftOut: 0 };
}

const labels = (slices: readonly Slice[]) => slices.map(({ place: { label } }) => label);

describe('slices', () => {
  it('leave out what is nothing and say what the last one stands for', () => {
    expect(labels(slicesOf(groupsOf([5, 0, 3])))).toEqual(['d0', 'd2']);
    const many = slicesOf(groupsOf([9, 8, 7, 6, 5, 4, 3, 2]));
    expect(many).toHaveLength(MOST_SERIES);
    expect(many.at(-1)).toMatchObject({ place: { label: 'other' }, amount: 5 });
    expect(many.at(-1)?.places.map(({ label }) => label)).toEqual(['d6', 'd7']);
  });

  it('go clockwise from the top; a whole pie is two halves', () => {
    const [right, left] = slicePaths(slicesOf(groupsOf([1, 1])), 10, 50, 50);
    expect(right).toBe('M50 50 L50.0 40.0 A10 10 0 0 1 50.0 60.0Z');
    expect(left).toBe('M50 50 L50.0 60.0 A10 10 0 0 1 50.0 40.0Z');
    expect(slicePaths(slicesOf(groupsOf([4])), 10, 50, 50)).toEqual([
      'M50.0 40.0 A10 10 0 0 1 50.0 60.0 A10 10 0 0 1 50.0 40.0Z',
    ]);
  });
});

describe('keys on a pie', () => {
  let root: Root;
  let host: HTMLElement;
  const said: string[] = [];
  const chosen: string[][] = [];
  const slices = slicesOf(groupsOf([6, 3, 1]));
  const show = (brushed: readonly boolean[]) =>
    act(async () =>
      root.render(
        <PieSurface
          slices={slices}
          chosen={brushed}
          label="Pie of events by domain"
          width={400}
          height={200}
          onSay={(text) => said.push(text)}
          onChoose={(some) => chosen.push(labels(some))}
        />,
      ),
    );
  const surface = () => host.querySelector<HTMLElement>('[role="application"]');
  const press = (key: string, shiftKey = false) =>
    act(async () => surface()?.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey, bubbles: true })));

  beforeEach(async () => {
    vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
    said.length = 0;
    chosen.length = 0;
    host = document.body.appendChild(document.createElement('div'));
    root = createRoot(host);
    await show([]);
  });
  afterEach(async () => {
    await act(async () => root.unmount());
    host.remove();
    vi.unstubAllGlobals();
  });

  it('walk its slices and read them out; Enter filters by the one they are on', async () => {
    expect(surface()?.tabIndex).toBe(0);
    await press('Enter');
    expect(chosen).toEqual([]);
    await press('ArrowRight');
    await press('ArrowRight');
    expect(said).toEqual(['d0: 6 (60 %)', 'd1: 3 (30 %)']);
    expect(host.querySelectorAll('.slice-draft')).toHaveLength(1);
    await press('Enter');
    expect(chosen).toEqual([['d1']]);
    expect(host.querySelectorAll('path')).toHaveLength(0);
  });

  it('choose several with Shift, stop at the ends, and give up with Escape', async () => {
    await press('End');
    await press('End');
    await press('ArrowLeft', true);
    expect(said.at(-1)).toBe('d2: 1 (10 %) to d1: 3 (30 %)');
    await press('Enter');
    expect(chosen).toEqual([['d1', 'd2']]);
    await press('Escape');
    expect(chosen.at(-1)).toEqual([]);
  });

  it('dim what is not chosen', async () => {
    await show([false, true, false]);
    expect(host.querySelectorAll('.slice-out')).toHaveLength(2);
    await press('ArrowRight');
    expect(host.querySelectorAll('.slice-out')).toHaveLength(0);
  });
});
