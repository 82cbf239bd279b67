/** The sample investigation as an import: `import.json` beside its files names each with the options it needs. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { importOptionsSchema } from '../../shared/evidence';
import { fail, type Outcome, succeed } from '../../shared/problem';
import type { PlanItem } from './import-plan';

const manifestSchema = z.object({
  name: z.string(),
  files: z
    .array(z.object({ name: z.string().regex(/^[A-Za-z0-9._-]+$/), options: importOptionsSchema }))
    .min(1),
});

export interface Sample {
  readonly name: string;
  readonly items: readonly PlanItem[];
}

export async function readSample(folder: string | null): Promise<Outcome<Sample>> {
  if (folder === null) return fail(missing('this host knows no sample'));
  try {
    const manifest = manifestSchema.parse(JSON.parse(await readFile(join(folder, 'import.json'), 'utf8')));
    const items = manifest.files.map(({ name, options }) => ({ path: join(folder, name), name, options }));
    return succeed({ name: manifest.name, items });
  } catch (error) {
    return fail(missing(error instanceof Error ? error.message.slice(0, 300) : String(error), folder));
  }
}

function missing(why: string, where?: string) {
  return {
    code: 'sample-missing',
    what: 'The sample investigation cannot be read.',
    why,
    ...(where === undefined ? {} : { where }),
    help: 'Write it again with npm run sample-data, or install Throughline again.',
  };
}
