/** One change to the case: a labelled difference of records, and its reverse. Pure; the journal keeps them. */
import { z } from 'zod';
import { type CaseRecord, recordSchema } from '../../shared/case';

export const diffSchema = z.object({
  added: z.array(recordSchema),
  updated: z.array(z.tuple([recordSchema, recordSchema])),
  removed: z.array(recordSchema),
});
export type RecordsDiff = z.infer<typeof diffSchema>;

export const operationSchema = z.object({
  id: z.string(),
  /** ISO 8601 UTC. */
  at: z.string(),
  /** The author, asked once per case; null until asked. */
  by: z.string().nullable(),
  /** The verb the analyst sees after Undo: `Remove 3 evidences`. */
  label: z.string(),
  diff: diffSchema,
  /** The operation this one reverses. */
  undoes: z.string().optional(),
  /** SHA-256 of the journal line before; 64 zeros in the first. */
  previous: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Operation = z.infer<typeof operationSchema>;

/** Applying a difference and then its reverse changes nothing. */
export function reverse(diff: RecordsDiff): RecordsDiff {
  return {
    added: diff.removed,
    updated: diff.updated.map(([before, after]) => [after, before]),
    removed: diff.added,
  };
}

export function recordKey({ kind, id }: Pick<CaseRecord, 'kind' | 'id'>): string {
  return `${kind}/${id}`;
}

/** Records by kind and id after the operations, in order. */
export function applyAll(operations: readonly Operation[]): Map<string, CaseRecord> {
  const records = new Map<string, CaseRecord>();
  for (const operation of operations) applyTo(records, operation);
  return records;
}

/** One operation more. A record that changes keeps its place, one that comes back goes to the end. */
export function applyTo(records: Map<string, CaseRecord>, { diff }: Operation): void {
  for (const record of diff.removed) records.delete(recordKey(record));
  for (const [, after] of diff.updated) records.set(recordKey(after), after);
  for (const record of diff.added) records.set(recordKey(record), record);
}

/**
 * What Undo and Redo would reverse. An operation that undoes another takes it off the one stack and goes on the
 * other; a fresh one forgets what could be redone.
 */
export function stacks(operations: readonly Operation[]): { undo: Operation[]; redo: Operation[] } {
  const undo: Operation[] = [];
  const redo: Operation[] = [];
  for (const operation of operations) {
    if (operation.undoes === undefined) {
      undo.push(operation);
      redo.length = 0;
    } else if (undo.at(-1)?.id === operation.undoes) {
      undo.pop();
      redo.push(operation);
    } else if (redo.at(-1)?.id === operation.undoes) {
      redo.pop();
      undo.push(operation);
    }
  }
  return { undo, redo };
}

/** `3,7-9` from ids in any order. */
export function packIds(ids: Iterable<number>): string {
  const sorted = [...new Set(ids)].sort((a, b) => a - b);
  const ranges: string[] = [];
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while ((sorted[to + 1] ?? Number.NaN) === (sorted[to] ?? 0) + 1) to += 1;
    ranges.push(from === to ? `${sorted[from]}` : `${sorted[from]}-${sorted[to]}`);
    from = to + 1;
  }
  return ranges.join(',');
}

/** Evidence numbers leave 36 bits of an event's to its place; text with greater ones is none of ours. */
const MOST_IDS = 2 ** 28;
const MOST_UNPACKED = 5_000_000;

/** The ids of `packIds`. Text that is none of ours gives no ids. */
export function unpackIds(text: string): number[] {
  const ids: number[] = [];
  for (const range of text.split(',')) {
    const [from = '', to = from] = range.split('-');
    const last = Number(to);
    if (from === '' || !Number.isSafeInteger(last) || last > MOST_IDS) continue;
    for (let id = Number(from); id <= last && ids.length < MOST_UNPACKED; id += 1) ids.push(id);
  }
  return ids;
}
