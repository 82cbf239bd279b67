import { describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../shared/filter';
import { fail, succeed } from '../../shared/problem';
import type { Params, Result } from '../../shared/protocol';
import type { Engine } from './engine';
import { fakeEngine, OPEN_CASE } from './fake-engine-for-tests';
import { withLastingViews } from './lasting-views';

/** An engine that knows the views in `alive` only. */
function small() {
  const alive = new Set<string>();
  const state = { shown: 10, opened: 0 };
  const fake = fakeEngine({
    'view.open': (): Result<'view.open'> => {
      state.opened += 1;
      const viewId = `v${state.opened}`;
      alive.add(viewId);
      return { viewId, shown: state.shown, total: 10, folded: 0, undated: 0, first: null, last: null };
    },
  });
  const call: Engine['call'] = async (name, params, signal) => {
    if (name !== 'view.locate') return fake.call(name, params, signal);
    const { viewId } = params as Params<'view.locate'>;
    const answer = alive.has(viewId)
      ? succeed({ row: Number(viewId.slice(1)) })
      : fail({ code: 'view-stale', what: 'Gone.' });
    return answer as Awaited<ReturnType<Engine['call']>> as never;
  };
  return { engine: withLastingViews({ ...fake, call }), alive, state, fake };
}

const spec = { filter: EVERYTHING, sort: [] };
const locate = { viewId: 'v1', eventId: null, time: 5 };

describe('lasting views', () => {
  it('are opened again when they had to make room, under the id the caller knows', async () => {
    const { engine, alive, state } = small();
    await engine.call('view.open', spec);
    alive.clear();
    const answers = await Promise.all([
      engine.call('view.locate', locate),
      engine.call('view.locate', locate),
    ]);
    expect(answers.map((answer) => answer.ok)).toEqual([true, true]);
    expect(state.opened).toBe(2);
    expect(await engine.load('view.locate', locate)).toEqual({ row: 2 });
  });

  it('stay stale when other rows would come back, or the facts have changed', async () => {
    const { engine, alive, state, fake } = small();
    await engine.call('view.open', spec);
    alive.clear();
    state.shown = 11;
    expect(await engine.call('view.locate', locate)).toMatchObject({ problem: { code: 'view-stale' } });
    state.shown = 10;
    fake.notify('facts.changed', { case: OPEN_CASE });
    expect(await engine.call('view.locate', locate)).toMatchObject({ problem: { code: 'view-stale' } });
  });
});
