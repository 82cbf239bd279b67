/**
 * What the import dialog is about to do: the files found, what each is taken for, and the choices made. Pure: the
 * dialog shows it, `evidence.import` gets `importItems`.
 */
import type { ImportOptions, Preview } from '../../../shared/evidence';
import type { Problem } from '../../../shared/problem';
import type { Params, Result } from '../../../shared/protocol';

export type SurveyFile = Result<'evidence.survey'>['files'][number];

export interface PlanFile extends SurveyFile {
  readonly include: boolean;
  /** Why no format was chosen for it by itself: a question the dialog answers, where `problem` stops the import. */
  readonly doubt: Problem | null;
  readonly options: ImportOptions;
  /** Null until it was looked into. */
  readonly preview: Preview | null;
}

export interface Plan {
  readonly files: readonly PlanFile[];
  readonly totalBytes: number;
  readonly freeBytes: number;
  readonly copy: boolean;
  /** Zone for every file whose records state none; null = UTC, assumed. */
  readonly zone: string | null;
  /** Year for every file whose records state none; null = worked out from file time. */
  readonly year: number | null;
  /** Tried on protected archives; kept nowhere. Empty: none. */
  readonly password: string;
}

/** Room kept free beside a copy: derived tables and the cache take about as much as the text itself. */
const WORKING_SHARE = 0.6;

/** What choosing or describing a format settles. */
const WANT_OF_FORMAT: ReadonlySet<string> = new Set(['format-unknown', 'format-unsure']);

export function makePlan(survey: Result<'evidence.survey'>): Plan {
  return {
    files: survey.files.map((file) => {
      const doubt = file.problem !== null && WANT_OF_FORMAT.has(file.problem.code) ? file.problem : null;
      return {
        ...file,
        problem: doubt === null ? file.problem : null,
        doubt,
        include: file.problem === null,
        options: {},
        preview: null,
      };
    }),
    totalBytes: survey.totalBytes,
    freeBytes: survey.freeBytes,
    copy: false,
    zone: null,
    year: null,
    password: '',
  };
}

/** The same plan with the settings that an evidence was imported with. */
export function withSettings(plan: Plan, { zone, year, ...own }: ImportOptions): Plan {
  return {
    ...plan,
    zone: zone ?? null,
    year: year ?? null,
    files: plan.files.map((file) => ({ ...file, options: own })),
  };
}

/** Adds files of another survey. A file listed already keeps its token, where two that were sent may share a name. */
export function mergePlan(plan: Plan, survey: Result<'evidence.survey'>): Plan {
  const known = new Set(plan.files.map(({ token }) => token));
  const fresh = makePlan(survey).files.filter(({ token }) => !known.has(token));
  return {
    ...plan,
    files: [...plan.files, ...fresh],
    totalBytes: plan.totalBytes + fresh.reduce((sum, file) => sum + file.sizeBytes, 0),
    freeBytes: survey.freeBytes,
  };
}

/**
 * What was found in files that were only listed before, where `tokens` were asked for. A file that the analyst left out
 * stays out.
 */
export function mergeLooked(plan: Plan, tokens: readonly string[], survey: Result<'evidence.survey'>): Plan {
  const asked = new Set(tokens);
  const looked = new Map(makePlan(survey).files.map((file) => [file.token, file]));
  return {
    ...plan,
    files: plan.files.map((file) => {
      const found = looked.get(file.token);
      if (file.looked || !asked.has(file.token)) return file;
      // It has become a folder since: nothing more is to be found, and the import will tell.
      if (found === undefined) return { ...file, looked: true };
      const { looked: isLooked, candidates, members, problem, doubt } = found;
      const isIn = file.include && (found.include || (doubt !== null && file.options.format !== undefined));
      return { ...file, looked: isLooked, candidates, members, problem, doubt, include: isIn };
    }),
  };
}

/** Tokens of files that nobody looked at yet, in order. */
export function unlooked(plan: Plan): readonly string[] {
  return plan.files.filter((file) => !file.looked).map(({ token }) => token);
}

function change(plan: Plan, token: string, edit: (file: PlanFile) => PlanFile): Plan {
  return { ...plan, files: plan.files.map((file) => (file.token === token ? edit(file) : file)) };
}

export function include(plan: Plan, token: string, on: boolean): Plan {
  return change(plan, token, (file) => ({ ...file, include: on }));
}

export function includeAll(plan: Plan, on: boolean): Plan {
  return { ...plan, files: plan.files.map((file) => ({ ...file, include: on && file.problem === null })) };
}

/** New options of one file; its preview is asked for again. A format said for a file that had none takes it in. */
export function setOptions(plan: Plan, token: string, options: ImportOptions): Plan {
  return change(plan, token, (file) => ({
    ...file,
    options,
    preview: null,
    include: file.include || (file.doubt !== null && options.format !== undefined),
  }));
}

export function setPreview(plan: Plan, token: string, preview: Preview): Plan {
  return change(plan, token, (file) => ({ ...file, preview }));
}

/** A zone for all files; their previews are asked for again where the zone matters. */
export function setZone(plan: Plan, zone: string | null): Plan {
  return {
    ...plan,
    zone,
    files: plan.files.map((file) => (needsZone(file) ? { ...file, preview: null } : file)),
  };
}

export function setYear(plan: Plan, year: number | null): Plan {
  return { ...plan, year, files: plan.files.map((file) => ({ ...file, preview: null })) };
}

/** Whether it is known what the file is taken for. */
export function isSeen({ looked, preview }: PlanFile): boolean {
  return looked || preview !== null;
}

/** Format that will read the file: chosen, else the preview's, else the survey's best guess. */
export function formatOf(file: PlanFile): { readonly id: string; readonly title: string } | null {
  const id = file.options.format ?? file.preview?.chosen ?? file.candidates[0]?.format;
  if (id === undefined || id === null) return null;
  const candidates = [...(file.preview?.candidates ?? []), ...file.candidates];
  return { id, title: candidates.find((one) => one.format === id)?.title ?? id };
}

/** True when the records state no zone, so that the analyst's word decides what their times mean. */
export function needsZone({ preview }: PlanFile): boolean {
  return preview !== null && (preview.zone.needed || preview.zone.source === 'asked');
}

/** A generic format knows the shape of the records, not their meaning: columns have to be mapped. */
export function isGeneric(file: PlanFile): boolean {
  return formatOf(file)?.id.startsWith('generic-') ?? false;
}

/** Options as sent: the file's own, with the zone and year chosen for all where it has none of its own. */
export function effectiveOptions(plan: Plan, file: PlanFile): ImportOptions {
  const zone = file.options.zone ?? plan.zone;
  const year = file.options.year ?? plan.year;
  return {
    ...file.options,
    ...(zone === null ? {} : { zone }),
    ...(year === null ? {} : { year }),
    ...(plan.password === '' || !mayBeLocked(file) ? {} : { password: plan.password }),
  };
}

/** A ZIP is the one container that can ask for a password; which one does is known only when it is opened. */
export function mayBeLocked(file: PlanFile): boolean {
  return isLocked(file) || /\.(zip|jar|docx|xlsx)$/i.test(file.name);
}

/** Some of its members were found to be protected. */
export function isLocked({ preview }: PlanFile): boolean {
  return preview?.members?.list.some(({ encrypted }) => encrypted) ?? false;
}

export function importItems(plan: Plan): Params<'evidence.import'>['items'] {
  return plan.files
    .filter((file) => file.include)
    .map((file) => {
      const options = effectiveOptions(plan, file);
      // A doubtful guess is shown, and taken once the file is ticked.
      const format = file.doubt === null ? null : formatOf(file);
      return {
        token: file.token,
        options: format === null ? options : { format: format.id, ...options },
      };
    });
}

const NONE_FAILED: ReadonlySet<string> = new Set();

function isWaiting({ preview, problem, token }: PlanFile, failed: ReadonlySet<string>): boolean {
  return preview === null && problem === null && !failed.has(token);
}

export interface PlanSummary {
  readonly chosen: number;
  readonly chosenBytes: number;
  readonly recognised: number;
  readonly generic: number;
  readonly unrecognised: number;
  readonly unreadable: number;
  /** Chosen files whose times will be taken for UTC because nobody said otherwise. */
  readonly zoneAssumed: number;
  /** Chosen files without any zone of their own, whatever was chosen. */
  readonly zoneless: number;
  /** Chosen containers with protected members, while no password is given. */
  readonly locked: number;
  /** Chosen files that were not looked into yet: what is said of the others may come to hold for them. */
  readonly waiting: number;
  readonly enoughSpace: boolean;
  readonly neededBytes: number;
}

export function summarise(plan: Plan, failed: ReadonlySet<string> = NONE_FAILED): PlanSummary {
  const chosen = plan.files.filter((file) => file.include);
  const chosenBytes = chosen.reduce((sum, file) => sum + file.sizeBytes, 0);
  const neededBytes = Math.ceil(chosenBytes * (plan.copy ? 1 + WORKING_SHARE : WORKING_SHARE));
  const zoneless = chosen.filter(needsZone);
  return {
    chosen: chosen.length,
    chosenBytes,
    recognised: chosen.filter((file) => formatOf(file) !== null && !isGeneric(file)).length,
    generic: chosen.filter(isGeneric).length,
    unrecognised: chosen.filter((file) => isSeen(file) && formatOf(file) === null && file.sizeBytes > 0)
      .length,
    unreadable: plan.files.filter((file) => file.problem !== null).length,
    zoneAssumed: zoneless.filter((file) => (file.options.zone ?? plan.zone) === null).length,
    zoneless: zoneless.length,
    locked: plan.password === '' ? chosen.filter(isLocked).length : 0,
    waiting: chosen.filter((file) => isWaiting(file, failed)).length,
    enoughSpace: neededBytes < plan.freeBytes,
    neededBytes,
  };
}

/** Next file to look into: the one open in the dialog first, then those chosen, in order. */
export function nextToPreview(plan: Plan, open: string | null, failed: ReadonlySet<string>): PlanFile | null {
  const missing = (file: PlanFile) => isWaiting(file, failed);
  const first = plan.files.find((file) => file.token === open);
  if (first !== undefined && missing(first)) return first;
  return plan.files.find((file) => file.include && file.looked && missing(file)) ?? null;
}

/** The folder all listed files lie in, with its separator; empty when they share none or there is one file. */
export function commonFolder(files: readonly SurveyFile[]): string {
  const [first, ...rest] = files;
  if (first === undefined || rest.length === 0) return '';
  const folderEnd = (path: string, most: number) =>
    Math.max(path.lastIndexOf('/', most), path.lastIndexOf('\\', most)) + 1;
  let end = folderEnd(first.path, first.path.length);
  for (const { path } of rest) {
    while (end > 0 && path.slice(0, end) !== first.path.slice(0, end)) end = folderEnd(first.path, end - 2);
  }
  return end <= 1 ? '' : first.path.slice(0, end);
}
