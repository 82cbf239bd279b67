import { describe, expect, it } from 'vitest';
import type { SavedView } from '../../shared/case';
import { EVERYTHING } from '../../shared/filter';
import type { Result } from '../../shared/protocol';
import { fakeEngine, OPEN_CASE } from './fake-engine-for-tests';
import { createWork, savedView } from './work';

const view: SavedView = {
  kind: 'view',
  id: 'v1',
  schema: 1,
  name: 'Writes',
  source: { from: { kind: 'table', table: 'event_view' }, filter: EVERYTHING },
  chart: null,
  columns: [],
  lane: null,
  by: null,
  at: '2026-03-16T00:00:00.000000Z',
};

function made(views: readonly SavedView[]) {
  const list = (): Result<'work.list'> => ({
    findings: [],
    views: [...views],
    tags: [],
    stars: 1,
    notes: 0,
    lost: [],
  });
  const engine = fakeEngine({
    'work.list': list,
    'view.save': () => ({ case: OPEN_CASE, id: 'v1' }),
    'work.remove': () => OPEN_CASE,
  });
  return { engine, work: createWork(engine) };
}

describe('the analyst’s work', () => {
  it('is asked for anew whenever it or the facts changed', async () => {
    const { engine, work } = made([view]);
    engine.notify('work.changed', { case: OPEN_CASE });
    await new Promise((done) => setTimeout(done));
    expect(work.getState().views).toEqual([view]);
    expect(work.getState().stars).toBe(1);
    const { version } = work.getState();
    engine.notify('facts.changed', { case: OPEN_CASE });
    await new Promise((done) => setTimeout(done));
    expect(work.getState().version).toBe(version + 1);
    expect(savedView(work.getState().views, 'v1')?.name).toBe('Writes');
    expect(savedView(work.getState().views, 'v2')).toBeUndefined();
  });

  it('gives the id of a view it saved, and says why one could not be', async () => {
    const { work } = made([]);
    const { name, source, chart, columns, lane } = view;
    expect(await work.getState().saveView(null, { name, source, chart, columns, lane })).toEqual({
      ok: true,
      value: 'v1',
    });
    const refused = createWork(fakeEngine({}));
    const outcome = await refused.getState().saveView(null, { name, source, chart, columns, lane });
    expect(outcome.ok).toBe(false);
  });

  it('keeps nothing of a case that was closed', async () => {
    const { work } = made([view]);
    await work.getState().reload();
    const late = work.getState().reload();
    work.getState().forget();
    await late;
    expect(work.getState().views).toEqual([]);
  });
});
