/** Files a browser window sends because it has no path: streamed into the workspace and hashed in the same pass. */
import { createHash, type Hash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open as openFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, type Problem, succeed } from '../../../shared/problem';
import { whyNotWritten, writeAll } from '../../store/write-all';
import { writableCaseOf } from '../context';
import type { Handlers } from './handlers';

interface Upload {
  readonly client: number;
  readonly name: string;
  readonly sizeBytes: number;
  readonly file: string;
  readonly handle: FileHandle;
  readonly hash: Hash;
  offset: number;
}

const MAX_OPEN = 16;
const uploads = new Map<string, Upload>();

export const uploadHandlers: Pick<Handlers, 'upload.begin' | 'upload.chunk' | 'upload.end'> = {
  async 'upload.begin'({ name, sizeBytes }, { context, client }) {
    const open = writableCaseOf(context);
    if (!open.ok) return open;
    if (uploads.size >= MAX_OPEN)
      return fail({ code: 'too-many-uploads', what: 'Too many files are sent at once.' });
    const uploadId = randomUUID();
    // In staging, so that a file that was sent but never imported is swept away at the next opening.
    const folder = join(open.value.workspace.paths.staging, `upload-${uploadId}`);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, 'bytes');
    const handle = await openFile(file, 'wx', 0o600);
    uploads.set(uploadId, { client, name, sizeBytes, file, handle, hash: createHash('sha256'), offset: 0 });
    return succeed({ uploadId });
  },

  async 'upload.chunk'({ uploadId, offset, data }, { client }) {
    const upload = uploads.get(uploadId);
    if (upload?.client !== client) return fail(noUpload);
    if (offset !== upload.offset || offset + data.byteLength > upload.sizeBytes) return fail(outOfOrder);
    // Taken before the write, so that a second chunk sent meanwhile is checked against it.
    upload.offset += data.byteLength;
    try {
      await writeAll(upload.handle, data, offset);
      upload.hash.update(data);
      return succeed({});
    } catch (error) {
      await drop(uploadId);
      return fail({
        code: 'upload-failed',
        what: 'The file could not be taken in.',
        why: whyNotWritten(error),
      });
    }
  },

  async 'upload.end'({ uploadId }, { context, client }) {
    const upload = uploads.get(uploadId);
    if (upload?.client !== client) return fail(noUpload);
    await drop(uploadId);
    if (upload.offset !== upload.sizeBytes) return fail(outOfOrder);
    const { name, file } = upload;
    return succeed({
      token: context.tokens.grant({ path: name, name, readFrom: file }),
      sha256: upload.hash.digest('hex'),
    });
  },
};

async function drop(uploadId: string): Promise<void> {
  const upload = uploads.get(uploadId);
  uploads.delete(uploadId);
  await upload?.handle.close();
}

const noUpload: Problem = { code: 'no-upload', what: 'This file is not being sent.', help: 'Drop it again.' };
const outOfOrder: Problem = {
  code: 'upload-out-of-order',
  what: 'A part of the file is missing.',
  help: 'Drop it again.',
};
