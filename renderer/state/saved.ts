/**
 * What survives a restart: layout, filter, zone, columns. One JSON text per case, loaded when the case opens and
 * saved a moment after something changed. A part that cannot be read starts anew; the others stay.
 */
import { z } from 'zod';
import type { Engine } from './engine';

export interface SavedPart {
  readonly key: string;
  /** The part as JSON; undefined when there is nothing to keep. */
  readonly snapshot: () => unknown;
  /** Takes what `snapshot` once gave, or undefined for a case without it. Must not throw on junk. */
  readonly restore: (value: unknown) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

export interface Saved {
  /** Reads the open case's state and hands it to the parts. */
  readonly load: () => Promise<void>;
  /** Saves at once what waits to be saved. */
  readonly flush: () => Promise<void>;
  /** Stops saving until the next `load`: the case is being closed. */
  readonly pause: () => void;
  readonly dispose: () => void;
}

const fileSchema = z.object({ version: z.literal(1), parts: z.record(z.string(), z.unknown()) });
const LONGEST = 1_000_000;

function readState(text: string | null): Readonly<Record<string, unknown>> {
  if (text === null) return {};
  try {
    const file = fileSchema.safeParse(JSON.parse(text));
    return file.success ? file.data.parts : {};
  } catch {
    return {};
  }
}

/** `canSave` is asked before each save: false when no case is open or it is read-only. */
export function createSaved(
  engine: Engine,
  parts: readonly SavedPart[],
  canSave: () => boolean,
  delayMs = 600,
): Saved {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let active = false;
  let stored = '';

  const stateText = (): string => {
    const entries = parts.map((part) => [part.key, part.snapshot()] as const);
    const kept = entries.filter(([, value]) => value !== undefined);
    return JSON.stringify({ version: 1, parts: Object.fromEntries(kept) });
  };
  const save = async (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (!active || !canSave()) return;
    const state = stateText();
    if (state === stored || state.length > LONGEST) return;
    stored = state;
    const outcome = await engine.call('workspace.save', { state });
    if (!outcome.ok && stored === state) stored = '';
  };
  const touch = (): void => {
    if (!active) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void save(), delayMs);
  };
  const stops = parts.map((part) => part.subscribe(touch));

  return {
    load: async () => {
      active = false;
      const loaded = await engine.call('workspace.load', {});
      const found = readState(loaded.ok ? loaded.value.state : null);
      for (const part of parts) part.restore(Object.hasOwn(found, part.key) ? found[part.key] : undefined);
      stored = stateText();
      active = true;
    },
    flush: save,
    pause: () => {
      active = false;
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
    dispose: () => {
      active = false;
      if (timer !== null) clearTimeout(timer);
      for (const stop of stops) stop();
    },
  };
}
