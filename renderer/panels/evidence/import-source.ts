/**
 * Where files come from: dropped on the window, picked in a dialog, or typed as a path. In the desktop window they
 * become tokens at once; in a browser their bytes are streamed into the workspace.
 */
import { type UploadCalls, type UploadProgress, upload } from './upload';

/** What the desktop window's preload offers; absent in a browser. */
export interface DesktopBridge {
  readonly grantFiles: (files: readonly File[]) => Promise<readonly Grant[]>;
  readonly pickFiles: () => Promise<readonly Grant[]>;
  readonly pickFolder: () => Promise<readonly Grant[]>;
}

export interface Grant {
  readonly token: string;
  readonly name: string;
}

/** A file found in a drop, with its path below the folder that was dropped. */
export interface DroppedFile {
  readonly file: File;
  readonly name: string;
}

function isBridge(value: unknown): value is DesktopBridge {
  return typeof value === 'object' && value !== null && 'grantFiles' in value && 'pickFiles' in value;
}

/** The desktop bridge, or null in a browser window. */
export function desktopBridge(): DesktopBridge | null {
  const bridge: unknown = Reflect.get(globalThis, 'throughline');
  return isBridge(bridge) ? bridge : null;
}

interface Entry {
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly name: string;
}

function isFileEntry(entry: Entry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolderEntry(entry: Entry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

/** Must run inside the drop event: the browser forgets the items afterwards. */
export function entriesOf(transfer: DataTransfer): { entries: FileSystemEntry[]; files: File[] } {
  const entries: FileSystemEntry[] = [];
  for (const item of transfer.items) {
    const entry = item.kind === 'file' ? item.webkitGetAsEntry() : null;
    if (entry !== null) entries.push(entry);
  }
  return { entries, files: [...transfer.files] };
}

/** Every file of what was dropped, folders walked, in the order of their names. */
export async function walkEntries(entries: readonly FileSystemEntry[]): Promise<DroppedFile[]> {
  const found: DroppedFile[] = [];
  for (const entry of entries) await walk(entry, '', found);
  return found;
}

async function walk(entry: FileSystemEntry, prefix: string, found: DroppedFile[]): Promise<void> {
  const name = `${prefix}${entry.name}`;
  if (isFileEntry(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    found.push({ file, name });
    return;
  }
  if (!isFolderEntry(entry)) return;
  const reader = entry.createReader();
  const children: FileSystemEntry[] = [];
  // A browser hands a folder out in parts and says it is done with an empty one.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (part.length === 0) break;
    children.push(...part);
  }
  children.sort((a, b) => a.name.localeCompare(b.name));
  for (const child of children) await walk(child, `${name}/`, found);
}

/** True while something that can be imported is dragged over the window. */
export function carriesFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes('Files') ?? false;
}

export interface SendProgress extends UploadProgress {
  readonly fileIndex: number;
  readonly files: number;
}

/** Streams files into the workspace one after another and returns their tokens. */
export async function sendFiles(
  files: readonly DroppedFile[],
  calls: UploadCalls,
  signal: AbortSignal,
  onProgress: (progress: SendProgress) => void,
): Promise<string[]> {
  const tokens: string[] = [];
  for (const [fileIndex, { file, name }] of files.entries()) {
    const report = (at: UploadProgress) => onProgress({ ...at, fileIndex, files: files.length });
    report({ name, sentBytes: 0, totalBytes: file.size });
    tokens.push((await upload(file, name, calls, signal, report)).token);
  }
  return tokens;
}
