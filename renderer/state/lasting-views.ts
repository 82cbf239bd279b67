/**
 * The engine keeps only the last dozen views. A view that had to make room is opened again behind the caller's back:
 * as long as the facts stand, the same spec gives the same rows. Once they have changed, stale is stale.
 */
import type { Outcome } from '../../shared/problem';
import type { CallName, Params, Result } from '../../shared/protocol';
import { type Engine, ProblemError } from './engine';

interface Known {
  readonly spec: Params<'view.open'>;
  readonly shown: number;
  /** Id the engine knows it by now. */
  current: string;
  reopening: Promise<boolean> | null;
}

const STALE = 'view-stale';
/** Views remembered; far more than panels can have open. */
const MOST = 64;

type ViewCall = 'view.page' | 'view.locate' | 'view.find';

function isViewCall(name: CallName): name is ViewCall {
  return name === 'view.page' || name === 'view.locate' || name === 'view.find';
}

/** The same engine, with views that last. */
export function withLastingViews(engine: Engine): Engine {
  const known = new Map<string, Known>();
  const forget = (): void => known.clear();
  engine.on('facts.changed', forget);
  engine.on('engine.restarted', forget);

  const remember = (spec: Params<'view.open'>, opened: Result<'view.open'>): void => {
    known.set(opened.viewId, { spec, shown: opened.shown, current: opened.viewId, reopening: null });
    for (const id of known.keys()) {
      if (known.size <= MOST) return;
      known.delete(id);
    }
  };
  const reopen = async (view: Known): Promise<boolean> => {
    const opened = await engine.call('view.open', view.spec);
    if (!opened.ok || opened.value.shown !== view.shown) return false;
    view.current = opened.value.viewId;
    return true;
  };
  const askView = async <N extends ViewCall>(
    name: N,
    params: Params<N>,
    signal?: AbortSignal,
  ): Promise<Outcome<Result<N>>> => {
    const view = known.get(params.viewId);
    const ask = (viewId: string) => engine.call(name, { ...params, viewId }, signal);
    const used = view?.current ?? params.viewId;
    const first = await ask(used);
    if (view === undefined || first.ok || first.problem.code !== STALE) return first;
    // Somebody else may have opened it again meanwhile.
    if (view.current === used) {
      view.reopening ??= reopen(view).finally(() => {
        view.reopening = null;
      });
      if (!(await view.reopening)) return first;
    }
    return ask(view.current);
  };

  const call: Engine['call'] = async (name, params, signal) => {
    if (isViewCall(name)) return askView(name, params as Params<ViewCall>, signal) as Promise<Outcome<never>>;
    const outcome = await engine.call(name, params, signal);
    if (name === 'view.open' && outcome.ok) {
      remember(params as Params<'view.open'>, outcome.value as Result<'view.open'>);
    }
    return outcome;
  };
  return {
    ...engine,
    call,
    load: async (name, params, signal) => {
      const outcome = await call(name, params, signal);
      if (!outcome.ok) throw new ProblemError(outcome.problem);
      return outcome.value;
    },
  };
}
