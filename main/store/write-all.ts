/** Bytes into a file, all of them: a system may take less than it is given, and on a full disk it does; and why not. */

/** What of a `FileHandle` writing needs. */
export interface Writable {
  write(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number | null,
  ): Promise<{ readonly bytesWritten: number }>;
}

/**
 * Writes all of `bytes` at `position`, in bytes from the file's beginning; null: where the last write ended.
 * @throws what the system says of the first byte it does not take
 */
export async function writeAll(
  file: Writable,
  bytes: Uint8Array,
  position: number | null = null,
): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const at = position === null ? null : position + done;
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at);
    if (bytesWritten === 0) throw new Error('the system took none of the bytes and did not say why');
    done += bytesWritten;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full.',
  EDQUOT: 'The room you may use on this disk is used up.',
  EROFS: 'The disk can only be read.',
  EACCES: 'The system does not allow it to be written.',
  EPERM: 'The system does not allow it to be written.',
  EIO: 'The disk reported an error.',
};

/** Why a file could not be written, for a Problem's `why`. */
export function whyNotWritten(error: unknown): string {
  return REASONS[codeOf(error)] ?? firstLine(error);
}

/** Whether writing failed for want of room. */
export function isDiskFull(error: unknown): boolean {
  return codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? '').slice(0, 500);
}
