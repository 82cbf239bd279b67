/** A passphrase from a file descriptor or from a person at a terminal; never from an argument, which others can see. */
import { closeSync, readSync } from 'node:fs';
import type { Given, Option } from './command';
import { Ended } from './ended';
import { EXIT } from './exit';
import { warn } from './output';

export const PASSPHRASE_OPTION: Option = {
  name: 'passphrase-fd',
  value: 'N',
  help: 'read the passphrase from this open file descriptor; else it is asked for',
};

const LONGEST = 1000;

/** From `--passphrase-fd`, or null where it is not given. */
export function passphraseGiven(given: Given): string | null {
  const text = given.option('passphrase-fd');
  if (text === undefined) return null;
  const descriptor = Number(text);
  if (!Number.isInteger(descriptor) || descriptor < 0) {
    warn('--passphrase-fd is the number of an open file descriptor.');
    throw new Ended(EXIT.usage);
  }
  return readDescriptor(descriptor);
}

/** `twice` where a slip of the finger would lock the file for good. */
export async function askPassphrase(twice: boolean): Promise<string> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    warn('A passphrase is needed, and there is no terminal to ask at. Give it with --passphrase-fd N.');
    throw new Ended(EXIT.usage);
  }
  const first = await readHidden('Passphrase: ');
  if (first === '') {
    warn('The passphrase is empty.');
    throw new Ended(EXIT.usage);
  }
  if (twice && (await readHidden('Once more: ')) !== first) {
    warn('The two differ.');
    throw new Ended(EXIT.usage);
  }
  return first;
}

function readDescriptor(descriptor: number): string {
  const parts: Buffer[] = [];
  const buffer = Buffer.alloc(4096);
  try {
    for (let size = 0; size <= 4 * LONGEST; ) {
      const got = readSync(descriptor, buffer, 0, buffer.length, null);
      if (got === 0) break;
      parts.push(Buffer.from(buffer.subarray(0, got)));
      size += got;
    }
    if (descriptor > 2) closeSync(descriptor);
  } catch (error) {
    warn(`The passphrase cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    throw new Ended(EXIT.usage);
  }
  const text = Buffer.concat(parts)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  if (text !== '' && text.length <= LONGEST) return text;
  warn(text === '' ? 'The passphrase is empty.' : `The passphrase is longer than ${LONGEST} characters.`);
  throw new Ended(EXIT.usage);
}

function readHidden(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(prompt);
  stdin.setRawMode(true);
  stdin.resume();
  stdin.setEncoding('utf8');
  return new Promise((done, refuse) => {
    let text = '';
    const end = (): void => {
      stdin.off('data', take);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
    };
    const take = (chunk: string): void => {
      for (const key of chunk) {
        if (key === '\r' || key === '\n' || key === '\u0004') {
          end();
          done(text);
          return;
        }
        if (key === '\u0003') {
          end();
          refuse(new Ended(EXIT.cancelled));
          return;
        }
        text = key === '\u007f' || key === '\b' ? [...text].slice(0, -1).join('') : text + key;
      }
    };
    stdin.on('data', take);
  });
}
