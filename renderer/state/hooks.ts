/** How panels and frame reach the window's stores. Everything here must run below a `WorkbenchContext`. */
import { createContext, useCallback, useContext, useEffect, useMemo, useRef } from 'react';
import type { z } from 'zod';
import { useStore } from 'zustand';
import type { Filter } from '../../shared/filter';
import type { Problem } from '../../shared/problem';
import type { CaseState, Notice, NoticeName } from '../../shared/protocol';
import type { Command } from './commands';
import { areStale, type Counts } from './counts';
import type { DisplayState } from './display';
import { ROW_HEIGHT } from './display';
import type { Engine } from './engine';
import { combine, type FilterState } from './filter';
import type { ImportsState } from './imports';
import type { SelectionState } from './selection';
import type { SessionState } from './session';
import type { TimeWindowState } from './time-window';
import type { WorkState } from './work';
import type { Workbench } from './workbench';

export const WorkbenchContext = createContext<Workbench | null>(null);

export function useWorkbench(): Workbench {
  const workbench = useContext(WorkbenchContext);
  if (workbench === null) throw new Error('no WorkbenchContext above this component');
  return workbench;
}

export function useEngine(): Engine {
  return useWorkbench().engine;
}

/** Hears a notice of the engine while mounted; `listener` may change with every render. */
export function useNotice<N extends NoticeName>(name: N, listener: (value: Notice<N>) => void): void {
  const { engine } = useWorkbench();
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => engine.on(name, (value) => latest.current(value)), [engine, name]);
}

export function useSession(): SessionState {
  return useStore(useWorkbench().session);
}

/** The open case, or null. */
export function useCase(): CaseState | null {
  return useStore(useWorkbench().session, (state) => state.case);
}

/** Grows whenever events changed: put it in the dependencies of whatever was asked of the engine. */
export function useFactsVersion(): number {
  return useStore(useWorkbench().session, (state) => state.factsVersion);
}

/** Clauses, the filter in force and every way to change them. */
export function useFilter(): FilterState {
  return useStore(useWorkbench().filter);
}

/** The filter in force without the clauses of these authors: for a panel that shows what it filters. */
export function useFilterExcept(authors: readonly string[]): Filter {
  const clauses = useStore(useWorkbench().filter, (state) => state.clauses);
  const text = JSON.stringify(combine(clauses, authors));
  return useMemo((): Filter => JSON.parse(text), [text]);
}

export interface CountsView {
  readonly counts: Counts | null;
  /** Counted under another filter than the one in force: about to change. */
  readonly stale: boolean;
  /** Says what `view.open` answered for the filter in force. */
  readonly publish: (of: Filter, counts: Counts) => void;
}

export function useCounts(): CountsView {
  const { counts, filter } = useWorkbench();
  const state = useStore(counts);
  const inForce = useStore(filter, (one) => one.filter);
  return { counts: state.counts, stale: areStale(state, inForce), publish: state.publish };
}

export function useSelection(): SelectionState {
  return useStore(useWorkbench().selection);
}

export function useTimeWindow(): TimeWindowState {
  return useStore(useWorkbench().time);
}

/** The display zone: IANA name or offset, for `shared/time.ts`. */
export function useZone(): string {
  return useStore(useWorkbench().display, (state) => state.zone);
}

export function useDisplay(): DisplayState {
  return useStore(useWorkbench().display);
}

/** Height of a grid row in px for the chosen density. */
export function useRowHeight(): number {
  return useStore(useWorkbench().display, (state) => ROW_HEIGHT[state.density]);
}

export function useImports(): ImportsState {
  return useStore(useWorkbench().imports);
}

/** Saved views, findings, tags and how the marks stand. */
export function useWork(): WorkState {
  return useStore(useWorkbench().work);
}

/** Puts a problem in the status bar; show it where it happened as well. */
export function useReport(): (problem: Problem, author: string) => void {
  return useStore(useWorkbench().messages, (state) => state.report);
}

/** Reads words out to a screen reader, politely. */
export function useAnnounce(): (text: string) => void {
  return useStore(useWorkbench().messages, (state) => state.announce);
}

/** Says what was done, for eye and ear; `undo` offers to take it back. */
export function useTell(): (text: string, undo?: boolean) => void {
  return useStore(useWorkbench().messages, (state) => state.tell);
}

/** Opens a panel or brings it to the front. */
export function useShowPanel(): (panel: string, focus?: boolean) => void {
  return useStore(useWorkbench().layout, (state) => state.showPanel);
}

/** Runs a command by id, whoever registered it; false when it is not there or not available. */
export function useRunCommand(): (id: string) => boolean {
  return useStore(useWorkbench().commands, (state) => state.run);
}

/** Registers commands while mounted. `run` always sees the latest render. */
export function useCommands(commands: readonly Command[]): void {
  const { register } = useStore(useWorkbench().commands);
  const latest = useRef(commands);
  useEffect(() => {
    latest.current = commands;
  });
  const shape = JSON.stringify(commands.map(({ run, ...rest }) => [rest, run !== undefined]));
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` stands for everything that is listed.
  useEffect(
    () =>
      register(
        latest.current.map((command) =>
          command.run === undefined
            ? command
            : { ...command, run: () => latest.current.find(({ id }) => id === command.id)?.run?.() },
        ),
      ),
    [register, shape],
  );
}

/**
 * A value of a panel that is kept with the case. `key` is the panel's id, or `<id>.<part>`; junk and older shapes
 * give `initial`. The setter takes a value or a function of the last one.
 */
export function usePanelState<T>(
  key: string,
  schema: z.ZodType<T>,
  initial: T,
): readonly [T, (next: T | ((was: T) => T)) => void] {
  const { panels } = useWorkbench();
  const stored = useStore(panels, (state) => state.values[key]);
  const first = useRef(initial);
  const shape = useRef(schema);
  const read = (value: unknown): T => {
    const parsed = shape.current.safeParse(value);
    return parsed.success ? parsed.data : first.current;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: `read` only depends on what never changes.
  const value = useMemo(() => read(stored), [stored]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above.
  const put = useCallback(
    (next: T | ((was: T) => T)) => {
      const was = read(panels.getState().values[key]);
      panels.getState().put(key, isUpdate(next) ? next(was) : next);
    },
    [panels, key],
  );
  return [value, put];
}

function isUpdate<T>(next: T | ((was: T) => T)): next is (was: T) => T {
  return typeof next === 'function';
}
