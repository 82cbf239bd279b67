/** The signature beside a case file, checked over all its bytes before any of them is understood. */
import { basename } from 'node:path';
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import { errorCode, errorText } from '../case/durable';
import { type FileBytes, sumBytes } from './file-bytes';
import {
  checkSignature,
  type PublicKey,
  parsePublicKey,
  parseSignature,
  readShort,
  signedDigest,
} from './minisign';

export interface Signed {
  /** Key id of a signature that held. */
  readonly by: string | null;
  /** A signature that nobody here can check. */
  readonly note: Problem | null;
}

/** Fails where there is a signature and it does not hold. `keyFiles` are public keys at hand; the named key first. */
export async function checkBeside(
  file: FileBytes,
  keyFiles: readonly string[],
  mustBe: string | null,
): Promise<Outcome<Signed>> {
  const path = `${file.path}.minisig`;
  let text: string;
  try {
    text = await readShort(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') return fail({ ...unreadable(errorText(error)), where: path });
    return mustBe === null ? succeed({ by: null, note: null }) : fail({ ...unsigned, where: path });
  }
  const signature = parseSignature(text);
  if (!signature.ok) return fail({ ...signature.problem, where: path });
  const key = mustBe === null ? await findKey(keyFiles, signature.value.keyId) : await keyOf(mustBe);
  if (!key.ok) return key;
  if (key.value === null)
    return succeed({ by: null, note: { ...unknownKey(signature.value.keyId), where: path } });
  const digest = signedDigest();
  await sumBytes(file, 0, file.size, (block) => {
    digest.update(block);
  });
  const problem = checkSignature(signature.value, key.value, digest.digest(), basename(file.path));
  return problem ? fail({ ...problem, where: path }) : succeed({ by: key.value.id, note: null });
}

async function keyOf(path: string): Promise<Outcome<PublicKey>> {
  try {
    const key = parsePublicKey(await readShort(path));
    return key.ok ? key : fail({ ...key.problem, where: path });
  } catch (error) {
    return fail({
      code: 'key-unreadable',
      what: 'The public key cannot be read.',
      why: errorText(error),
      where: path,
    });
  }
}

/** Files that are no keys are passed over: they merely end like one. */
async function findKey(paths: readonly string[], id: string): Promise<Outcome<PublicKey | null>> {
  for (const path of paths) {
    const key = await keyOf(path);
    if (key.ok && key.value.id === id) return key;
  }
  return succeed(null);
}

const unsigned: Problem = {
  code: 'signature-missing',
  what: 'There is no signature beside the case file.',
  help: 'Ask its sender for the .minisig file, or check without a key.',
};

function unreadable(why: string): Problem {
  return { code: 'signature-unreadable', what: 'The signature beside the file cannot be read.', why };
}

function unknownKey(id: string): Problem {
  return {
    code: 'signature-key-missing',
    what: 'The signature was not checked: its public key is not here.',
    why: `the file was signed with key ${id}`,
    help: 'Put the public key (.pub) beside the file, once its id is confirmed by another way.',
  };
}
