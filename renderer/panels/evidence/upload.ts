/**
 * Streams a dropped file into the workspace, one chunk at a time: the next is read only when the engine has taken
 * the one before, so a file of any size needs one chunk of memory.
 */

/** A quarter of what one message may carry comfortably; also the step of the progress bar. */
export const CHUNK_BYTES = 1 << 20;

/** The three calls of the contract, and nothing else of the engine. */
export interface UploadCalls {
  readonly begin: (name: string, sizeBytes: number) => Promise<{ uploadId: string }>;
  readonly chunk: (uploadId: string, offset: number, data: Uint8Array<ArrayBuffer>) => Promise<unknown>;
  readonly end: (uploadId: string) => Promise<{ token: string; sha256: string }>;
}

/** The part of `File` that is used. */
export interface Uploadable {
  readonly name: string;
  readonly size: number;
  slice(from: number, to: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

export interface UploadProgress {
  readonly name: string;
  readonly sentBytes: number;
  readonly totalBytes: number;
}

/**
 * Sends a file and returns the token of its copy in the workspace. Rejects with the signal's reason when cancelled,
 * or with whatever a call or the file's own reader throws.
 */
export async function upload(
  file: Uploadable,
  name: string,
  calls: UploadCalls,
  signal: AbortSignal,
  onProgress: (progress: UploadProgress) => void,
): Promise<{ token: string; sha256: string }> {
  signal.throwIfAborted();
  const { uploadId } = await calls.begin(name, file.size);
  for (let offset = 0; offset < file.size; offset += CHUNK_BYTES) {
    const end = Math.min(file.size, offset + CHUNK_BYTES);
    const data = new Uint8Array(await file.slice(offset, end).arrayBuffer());
    signal.throwIfAborted();
    await calls.chunk(uploadId, offset, data);
    signal.throwIfAborted();
    onProgress({ name, sentBytes: end, totalBytes: file.size });
  }
  return calls.end(uploadId);
}
