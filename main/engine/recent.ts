/** The cases opened last on this computer, kept beside the host's own files, not in any case. */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from '../case/durable';

const KEPT = 20;

const recentSchema = z.array(z.object({ name: z.string(), folder: z.string(), openedAt: z.number() }));
export type RecentCase = z.infer<typeof recentSchema>[number];

export interface Recent {
  list(): Promise<readonly RecentCase[]>;
  /** `openedAt` in milliseconds since 1970. Never fails: a lost list is no loss of work. */
  add(entry: RecentCase): Promise<void>;
}

/** `dataFolder` null: nothing is remembered. */
export function openRecent(dataFolder: string | null): Recent {
  const file = dataFolder === null ? null : join(dataFolder, 'recent.json');
  const list = async (): Promise<readonly RecentCase[]> => {
    if (file === null) return [];
    try {
      const parsed = recentSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
      return parsed.success ? parsed.data : [];
    } catch {
      return [];
    }
  };
  return {
    list,
    async add(entry) {
      if (file === null) return;
      const others = (await list()).filter(({ folder }) => folder !== entry.folder);
      try {
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        await writeWhole(file, JSON.stringify([entry, ...others].slice(0, KEPT)));
      } catch {
        // See above.
      }
    },
  };
}
