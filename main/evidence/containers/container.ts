/** What all containers give: members one after another, and the limits that hold whatever a container claims. */
import type { Problem } from '../../../shared/problem';

/** Members of one container; a crafted one may list any number. */
export const MOST_MEMBERS = 20_000;
/** Containers in containers. */
export const MOST_DEPTH = 4;
/** Bytes that one container, with those in it, may unfold to. */
export const MOST_BYTES = 64 * 2 ** 30;
/** How many times its packed size a member may unfold to, once it is beyond `FREE_BYTES`: text stays below 200. */
const MOST_RATIO = 400;
const FREE_BYTES = 256 << 20;

export interface Member {
  /** Place in the container, from 0; its address, for names may come twice. */
  readonly index: number;
  readonly name: string;
  readonly isFolder: boolean;
  /** Last change as the container states it, or null. */
  readonly modifiedMs: number | null;
  readonly encrypted: boolean;
  /** Bytes in the container; null where they cannot be told apart. */
  readonly packedBytes: number | null;
}

/** A member's bytes could not be had, or not all of them. */
export class MemberError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.what);
    this.problem = problem;
  }
}

/** A member that has no bytes of its own, but text that we make of it. */
export interface MadeText {
  /** Between the cells of each line where the text is a table, else null; known once it is read. */
  readonly delimiter: string | null;
  /** What the ledger should tell; known once it is read. */
  readonly notes: readonly string[];
}

export interface OpenMember {
  readonly member: Member;
  readonly made?: MadeText;
  /** To be taken before the next member is asked for. @throws MemberError */
  read(): AsyncIterable<Uint8Array>;
}

/** Counts what unfolds and stops what no honest file does. */
export class Budget {
  private left = MOST_BYTES;

  /** @throws MemberError */
  async *watch(
    member: Member,
    bytes: AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    let total = 0;
    for await (const chunk of bytes) {
      total += chunk.length;
      this.left -= chunk.length;
      const isBomb =
        member.packedBytes !== null && total > FREE_BYTES && total > member.packedBytes * MOST_RATIO;
      if (isBomb || this.left < 0) {
        throw new MemberError({
          code: 'container-unfolds-too-far',
          what: 'This part of the container unfolds to more than any honest one.',
          why: isBomb
            ? `It is ${MOST_RATIO} times its packed size and not at its end.`
            : 'All parts together passed 64 GiB.',
          where: member.name,
          help: 'If the file is what it should be, unpack it with another program and import what comes out.',
        });
      }
      yield chunk;
    }
  }
}

export function damagedMember(name: string, why: string): MemberError {
  return new MemberError({
    code: 'container-damaged',
    what: 'This part of the container is damaged.',
    why,
    where: name,
    help: 'Look for a whole copy of the container.',
  });
}

const LOCKED_HELP =
  'In the window: Import again… on it, with “Password of protected archives”. On the command line: import it with --passphrase-fd.';

/** What the container itself says when some of its members stayed shut. */
export function lockedContainer(first: Problem, locked: number, members: number): Problem {
  const of =
    locked === members
      ? members === 1
        ? 'Its one part'
        : `All its ${members} parts`
      : `${locked} of its ${members} parts`;
  const { where: _, ...rest } = first;
  return {
    ...rest,
    what:
      first.code === 'container-password-wrong'
        ? `The password does not open ${of.charAt(0).toLowerCase()}${of.slice(1)}.`
        : `${of} ${locked === 1 ? 'is' : 'are'} protected by a password.`,
  };
}

export function lockedMember(name: string, wrong: boolean): MemberError {
  return new MemberError({
    code: wrong ? 'container-password-wrong' : 'container-password-needed',
    what: wrong
      ? 'The password does not open this part of the container.'
      : 'This part of the container is protected by a password.',
    where: name,
    help: LOCKED_HELP,
  });
}
