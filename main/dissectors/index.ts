/** All dissectors, found by glob: a new file in `protocols/` is all it takes. */
import type { Dissector } from './dissector';

function isDissector(value: unknown): value is Dissector {
  return typeof value === 'object' && value !== null && 'looksLike' in value && 'samples' in value;
}

const modules: Record<string, Record<string, unknown>> = import.meta.glob(
  ['./protocols/**/*.ts', '!./protocols/**/*.test.ts'],
  { eager: true },
);

/** In order of their ids, so that the choice between two never depends on the file system. */
export const dissectors: readonly Dissector[] = Object.values(modules)
  .flatMap((module) => Object.values(module).filter(isDissector))
  .sort((a, b) => (a.id < b.id ? -1 : 1));

export interface DissectorEntry {
  readonly id: string;
  readonly title: string;
  readonly reference: string;
  readonly over: string;
  readonly ports: readonly number[];
  readonly sample: { readonly hex: string; readonly meaning: string };
}

/** What `cli dissectors` shows: each with one sample and what it means. */
export function listDissectors(): readonly DissectorEntry[] {
  return dissectors.map(({ id, title, reference, over, ports, samples }) => {
    const normal = samples.find(({ kind }) => kind === 'normal');
    const unit = normal?.units[0];
    return {
      id,
      title,
      reference,
      over,
      ports,
      sample: { hex: unit?.hex ?? '', meaning: unit?.messages[0]?.text ?? normal?.title ?? '' },
    };
  });
}
