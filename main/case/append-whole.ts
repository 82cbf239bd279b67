/** Bytes added to the end of a file: on disk when this returns, or not there. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Writable, writeAll } from '../store/write-all';
import { syncFolder } from './durable';

/** What of a `FileHandle` is used. */
export interface AppendedFile extends Writable {
  stat(): Promise<{ readonly size: number }>;
  truncate(length: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

export type OpenToAppend = (path: string) => Promise<AppendedFile>;

/** Not for appending only: Windows cuts no file that is opened so. */
export const openToAppend: OpenToAppend = (path) => open(path, constants.O_RDWR | constants.O_CREAT, 0o600);

export type Appended =
  | { readonly kind: 'kept' }
  /** The file is what it was. */
  | { readonly kind: 'refused'; readonly error: unknown }
  /** A part of the bytes may be there: what was written could not be taken back. */
  | { readonly kind: 'unsure'; readonly error: unknown }
  /** The file has not the size it should have; nothing was written. */
  | { readonly kind: 'changed'; readonly size: number };

/** `size`: bytes the file has, 0 where it is not there yet. Never throws. */
export async function appendWhole(
  path: string,
  size: number,
  bytes: Uint8Array,
  openFile: OpenToAppend = openToAppend,
): Promise<Appended> {
  let file: AppendedFile | null = null;
  let isTouched = false;
  try {
    file = await openFile(path);
    const found = await file.stat();
    if (found.size !== size) return { kind: 'changed', size: found.size };
    isTouched = true;
    await writeAll(file, bytes, size);
    await file.sync();
    if (size === 0) await syncFolder(dirname(path));
    return { kind: 'kept' };
  } catch (error) {
    const isBack = file === null || !isTouched || (await cutBack(file, size));
    return { kind: isBack ? 'refused' : 'unsure', error };
  } finally {
    // What was synced stays, whatever closing says.
    await file?.close().catch(() => undefined);
  }
}

async function cutBack(file: AppendedFile, size: number): Promise<boolean> {
  try {
    await file.truncate(size);
    await file.sync();
    return true;
  } catch {
    return false;
  }
}
