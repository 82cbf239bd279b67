/**
 * Looks at files in importer processes, so that a hostile head costs such a process and not the engine. They are kept
 * for a while, for a dialog asks again and again; a folder of many files keeps several busy.
 */
import { availableParallelism } from 'node:os';
import type { ImportOptions } from '../../shared/evidence';
import { type FromImporter, fromImporterSchema, type ToImporter } from '../importer/messages';
import { type Child, lastReason } from '../process/pipe';
import type { Spawner } from '../process/spawn';

export type Looked = Pick<
  Extract<FromImporter, { kind: 'looked' }>,
  'candidates' | 'problem' | 'members' | 'preview'
>;

export interface LookFile {
  readonly path: string;
  readonly name: string;
}

/** Beside the file and its options: definitions that do not ship, one being written, and how much to show. */
export type LookMore = Partial<
  Pick<Extract<ToImporter, { kind: 'look' }>, 'formats' | 'draft' | 'records' | 'inside'>
>;

export interface Looker {
  /** How many files are looked at at a time. */
  readonly width: number;
  /** Starts a process, so that the first file need not wait for it. */
  prepare(): void;
  /** `options` null: only what it may be. Never rejects. */
  look(file: LookFile, options: ImportOptions | null, more?: LookMore): Promise<Looked>;
  close(): void;
}

interface OneLooker extends Looker {
  waiting(): number;
}

const IDLE_MS = 60_000;
/** Each process takes some 100 MB. */
const MOST_PROCESSES = 3;

/** Processes start when there is something for them to do. */
export function createLooker(
  spawner: Spawner,
  width = Math.min(MOST_PROCESSES, availableParallelism()),
): Looker {
  const lookers = Array.from({ length: width }, () => createOne(spawner));
  return {
    width,
    prepare() {
      lookers[0]?.prepare();
    },
    look(file, options, more) {
      const [least] = lookers.toSorted((a, b) => a.waiting() - b.waiting());
      if (!least) throw new Error('no looker');
      return least.look(file, options, more);
    },
    close() {
      for (const looker of lookers) looker.close();
    },
  };
}

function createOne(spawner: Spawner): OneLooker {
  let child: Child | null = null;
  let idle: NodeJS.Timeout | undefined;
  let lastId = 0;
  const waiting = new Map<number, { file: LookFile; settle: (looked: Looked) => void }>();

  const start = (): Child => {
    const started = spawner.spawn('importer');
    started.onMessage((value) => {
      const message = fromImporterSchema.safeParse(value);
      if (!message.success) started.kill();
      else if (message.data.kind === 'looked') {
        waiting.get(message.data.requestId)?.settle(message.data);
        waiting.delete(message.data.requestId);
      }
    });
    started.onClose(() => {
      if (child === started) child = null;
      // They are taken in order: the first is the one that ended the process, the others are asked for again.
      const [first, ...others] = [...waiting.entries()];
      waiting.clear();
      if (first) first[1].settle(lost(first[1].file, started.lastWords()));
      for (const [, { settle }] of others) settle(again);
    });
    return started;
  };

  const stay = (): void => {
    clearTimeout(idle);
    idle = setTimeout(() => {
      if (waiting.size === 0) child?.kill();
    }, IDLE_MS).unref();
  };

  const ask = (file: LookFile, options: ImportOptions | null, more: LookMore): Promise<Looked> => {
    stay();
    child ??= start();
    lastId += 1;
    const requestId = lastId;
    const message: ToImporter = { kind: 'look', requestId, ...file, options, ...more };
    return new Promise((settle) => {
      waiting.set(requestId, { file, settle });
      child?.send(message);
    });
  };

  return {
    width: 1,
    waiting: () => waiting.size,
    prepare() {
      stay();
      if (child !== null) return;
      child = start();
      const message: ToImporter = { kind: 'prepare' };
      child.send(message);
    },
    async look({ path, name }, options, more = {}) {
      for (;;) {
        const looked = await ask({ path, name }, options, more);
        if (looked !== again) return looked;
      }
    },
    close() {
      clearTimeout(idle);
      child?.kill();
    },
  };
}

const NOTHING = { candidates: [], members: [], preview: null };
const again: Looked = { ...NOTHING, problem: null };

function lost(file: LookFile, lastWords: string): Looked {
  return {
    ...NOTHING,
    problem: {
      code: 'importer-lost',
      what: 'The importer stopped while it looked at this file.',
      ...(lastWords ? { why: lastReason(lastWords) } : {}),
      where: file.path,
      help: 'Leave this file out, and send the log file.',
    },
  };
}
