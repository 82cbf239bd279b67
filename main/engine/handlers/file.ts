/** The case file: pack, verify, work on it; and the report. */
import { existsSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fail, type Problem, succeed } from '../../../shared/problem';
import { makeWorkspace, packOpenCase, verifyFile } from '../case-file-jobs';
import { openCaseOf } from '../context';
import { openCase } from '../open-case';
import { freshFolder, unknownToken } from './case';
import type { Handlers } from './handlers';

type Names = 'case.workOn' | 'case.pack' | 'case.verify' | 'case.report' | 'host.grantSave';

export const fileHandlers: Pick<Handlers, Names> = {
  async 'case.workOn'({ name }, { context }) {
    const open = openCaseOf(context);
    if (!open.ok) return open;
    const folder = freshFolder(context.settings.casesFolder, name);
    if (!folder.ok) return folder;
    const made = await makeWorkspace(open.value, folder.value, name);
    if (!made.ok) return made;
    const opened = await openCase(context, { folder: made.value, mode: 'write', create: false, cache: true });
    if (!opened.ok) return opened;
    const state = opened.value.state();
    context.notify('facts.changed', { case: state });
    return succeed(state);
  },

  async 'case.pack'({ token, embed, passphrase, signKey }, { context, signal }) {
    const open = openCaseOf(context);
    if (!open.ok) return open;
    const target = context.tokens.resolve(token);
    const key = signKey === null ? null : context.tokens.resolve(signKey);
    if (!target || (signKey !== null && !key)) return fail(unknownToken);
    const keyPath = key ? (key.readFrom ?? key.path) : null;
    const asked = { target: resolve(target.path), embed, passphrase, signKey: keyPath };
    return packOpenCase(context, open.value, asked, signal);
  },

  async 'case.verify'({ token, passphrase }, { context, signal }) {
    const granted = context.tokens.resolve(token);
    if (!granted) return fail(unknownToken);
    const path = resolve(granted.readFrom ?? granted.path);
    return verifyFile(context, { path, passphrase: passphrase ?? null }, signal);
  },

  async 'case.report'({ token, zone }, call) {
    const granted = call.context.tokens.resolve(token);
    if (!granted) return fail(unknownToken);
    // Charts bring a library of a megabyte, which no other start of the engine should wait for.
    const { writeReport } = await import('../report');
    return writeReport(call, resolve(granted.path), zone);
  },

  'host.grantSave'({ path }, { context }) {
    const { host, casesFolder } = context.settings;
    if (host !== 'browser' || casesFolder === null) return fail(notThisHost);
    if (path.includes('\0')) return fail(noFolder(path));
    const full = isAbsolute(path) ? resolve(path) : join(casesFolder, path);
    if (!isAbsolute(path) && dirname(full) !== casesFolder) return fail(noFolder(path));
    if (isAbsolute(path) && !isFolder(dirname(full))) return fail(noFolder(dirname(full)));
    if (isFolder(full)) return fail(isAFolder(full));
    return succeed({ token: context.tokens.grant({ path: full }), path: full, exists: existsSync(full) });
  },
};

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

const notThisHost: Problem = {
  code: 'not-this-host',
  what: 'Where to save is chosen in a dialog here, not typed.',
};

function noFolder(where: string): Problem {
  return {
    code: 'path-missing',
    what: 'There is no such folder.',
    where,
    help: 'Give a full path into a folder that is there, or a name alone.',
  };
}

function isAFolder(where: string): Problem {
  return { code: 'path-is-folder', what: 'This is a folder, not a file.', where, help: 'Add a file name.' };
}
