/** The import dialog's state: what was surveyed, what each file looks like, and the choices made so far. */
import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import type { ImportOptions, Preview } from '../../../shared/evidence';
import type { Params, Result } from '../../../shared/protocol';
import * as plans from './import-plan';

/** The calls of the contract the dialog makes. Each rejects with what the engine said. */
export interface ImportCalls {
  readonly prepare: () => void;
  readonly survey: (
    tokens: string[],
    most: number,
    signal: AbortSignal,
  ) => Promise<Result<'evidence.survey'>>;
  readonly preview: (token: string, options: ImportOptions, signal: AbortSignal) => Promise<Preview>;
  readonly start: (params: Params<'evidence.import'>) => Promise<Result<'evidence.import'>>;
}

export interface ImportPlanState {
  readonly plan: plans.Plan | null;
  readonly surveying: boolean;
  readonly failure: unknown;
  /** Token of the file whose preview is shown. */
  readonly open: string | null;
  /** Why a preview could not be made, by token. */
  readonly previewFailures: ReadonlyMap<string, unknown>;
  readonly change: (edit: (plan: plans.Plan) => plans.Plan) => void;
  readonly show: (token: string) => void;
  readonly add: (tokens: readonly string[]) => Promise<void>;
}

/** Files looked at before the list is shown, and then at a time. */
const LOOKED_AT_ONCE = 100;

/** `settings`: those an evidence was imported with, to begin from. */
export function useImportPlan(calls: ImportCalls, settings: ImportOptions | null = null): ImportPlanState {
  const [plan, setPlan] = useState<plans.Plan | null>(null);
  const [surveying, setSurveying] = useState(false);
  const [failure, setFailure] = useState<unknown>(undefined);
  const [open, setOpen] = useState<string | null>(null);
  const failures = useRef(new Map<string, unknown>());
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const alive = useRef(new AbortController());

  useEffect(() => {
    const controller = new AbortController();
    alive.current = controller;
    return () => controller.abort();
  }, []);

  const given = useRef(settings);
  const add = useCallback(
    async (tokens: readonly string[]) => {
      if (tokens.length === 0) return;
      setSurveying(true);
      setFailure(undefined);
      const { signal } = alive.current;
      try {
        const survey = await calls.survey([...tokens], LOOKED_AT_ONCE, signal);
        if (signal.aborted) return;
        const fresh = plans.makePlan(survey);
        const first = given.current === null ? fresh : plans.withSettings(fresh, given.current);
        setPlan((was) => (was === null ? first : plans.mergePlan(was, survey)));
        setOpen(
          (was) =>
            was ??
            survey.files.find((file) => file.problem === null)?.token ??
            survey.files[0]?.token ??
            null,
        );
      } catch (reason) {
        if (!signal.aborted) setFailure(reason);
      } finally {
        if (!signal.aborted) setSurveying(false);
      }
    },
    [calls],
  );

  // The rest of a long list is looked at while the list is there to be read, and may be imported meanwhile.
  const unlooked = plan === null ? [] : plans.unlooked(plan).slice(0, LOOKED_AT_ONCE);
  const asked = unlooked.join(' ');
  useEffect(() => {
    if (asked === '') return;
    const controller = new AbortController();
    const { signal } = controller;
    const tokens = asked.split(' ');
    calls
      .survey(tokens, LOOKED_AT_ONCE, signal)
      .then((survey) => {
        if (!signal.aborted) setPlan((was) => was && plans.mergeLooked(was, tokens, survey));
      })
      .catch((reason: unknown) => {
        if (!signal.aborted) setFailure(reason);
      });
    return () => controller.abort();
  }, [calls, asked]);

  // Looks into one file at a time, the one shown first; a change of its options makes it look again.
  const next = plan === null ? null : plans.nextToPreview(plan, open, new Set(failures.current.keys()));
  const token = next?.token ?? null;
  const options = plan === null || next === null ? null : JSON.stringify(plans.effectiveOptions(plan, next));
  useEffect(() => {
    if (token === null || options === null) return;
    const controller = new AbortController();
    const parsed: ImportOptions = JSON.parse(options);
    calls
      .preview(token, parsed, controller.signal)
      .then((preview) => {
        if (!controller.signal.aborted) setPlan((was) => was && plans.setPreview(was, token, preview));
      })
      .catch((reason: unknown) => {
        if (controller.signal.aborted) return;
        failures.current.set(token, reason);
        redraw();
      });
    return () => controller.abort();
  }, [calls, token, options]);

  return {
    plan,
    surveying,
    failure,
    open,
    previewFailures: failures.current,
    change: (edit) => {
      failures.current.clear();
      setPlan((was) => was && edit(was));
    },
    show: setOpen,
    add,
  };
}
