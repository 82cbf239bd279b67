/** What lies in a folder and is no file to read: links, pipes, sockets, devices, names that are no text. */
import type { Stats } from 'node:fs';
import type { Problem } from '../../shared/problem';

/** Null for a file, a folder, and what could not be looked at. A link counts where `stats` are of the link itself. */
export function notAFile(path: string, stats: Stats | null): Problem | null {
  if (stats === null || stats.isFile() || stats.isDirectory()) return null;
  if (stats.isSymbolicLink()) {
    return {
      code: 'link-not-followed',
      what: 'It is a link, and links inside a folder are not followed.',
      why: 'A link may lead out of the folder that was given, or round in circles.',
      where: path,
      help: 'If the file it leads to is evidence, import that file by its own path.',
    };
  }
  return {
    code: 'not-a-file',
    what: `It is ${kindOf(stats)} and not a file; it was not opened.`,
    where: path,
    help: 'What it would give can be saved as a file and imported from there.',
  };
}

export function undecodableName(path: string): Problem {
  return {
    code: 'name-not-utf8',
    what: 'Its name is not valid UTF-8, so it was not opened.',
    why: 'The bytes of such a name cannot be written into the ledger; \ufffd stands for those that are no text.',
    where: path,
    help: 'Copy it under another name, note the old one, and import the copy.',
  };
}

function kindOf(stats: Stats): string {
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isSocket()) return 'a socket';
  return stats.isBlockDevice() || stats.isCharacterDevice() ? 'a device' : 'something else';
}
