/** A format being described: its template and head, and the changes that pointing at pieces makes. Pure. */
import type { ImportOptions, Preview } from '../../../../shared/evidence';
import {
  type FormatSample,
  formatYaml,
  idOf,
  idProblem,
  ownName,
} from '../../../../shared/propose/format-text';
import { propose } from '../../../../shared/propose/propose';
import {
  type Means,
  matchLine,
  type Slot,
  slotsOf,
  type Template,
} from '../../../../shared/propose/template';

export interface Draft {
  readonly template: Template;
  readonly title: string;
  /** Null follows the title. */
  readonly ownId: string | null;
  readonly domain: string;
  /** Which slot in force is pointed at; keys of pairs come after the slots. */
  readonly selected: number;
}

const REFERENCE = 'Described by hand from sample lines';
const REFUSED = ['This line is of another kind.', '', '§', '0'];
const MOST_SAMPLES = 3;

export function newDraft(records: readonly string[], fileName: string): Draft {
  const template = propose(records);
  const title = titleOf(fileName);
  return { template, title, ownId: null, domain: 'operations', selected: 0 };
}

/** `pump_house-2026-03.log` → `Pump house`. */
export function titleOf(fileName: string): string {
  const stem = fileName.replace(/^.*[\\/]/, '').replace(/\.[A-Za-z0-9]{1,5}(?:\.(?:gz|bz2|xz|zst))?$/, '');
  const words = stem
    .replace(/[^A-Za-z]+/g, ' ')
    .trim()
    .toLowerCase();
  return words === '' ? 'Own format' : `${words[0]?.toUpperCase() ?? ''}${words.slice(1)}`;
}

export function draftId({ ownId, title }: Draft): string {
  return ownId ?? idOf(title);
}

/** What the slot at `index` means from now on; a field or the time is taken from whoever had it. */
export function nameSlot(draft: Draft, index: number, means: Means): Draft {
  const { template } = draft;
  const inForce = slotsOf(template).length;
  const free = (own: Means): Means =>
    means.to === 'field' && own.to === 'field' && own.field === means.field ? { to: 'nothing' } : own;
  const slots = template.slots.map((slot, at) => ({
    ...slot,
    means: at === index && !isRest(template, index) ? means : free(slot.means),
  }));
  const restMeans = isRest(template, index) ? means : free(template.restMeans);
  const pairs =
    template.pairs?.map((pair, at) => ({
      ...pair,
      means: inForce + at === index ? means : free(pair.means),
    })) ?? null;
  return { ...draft, template: { ...template, slots, restMeans, pairs } };
}

export function isRest(template: Template, index: number): boolean {
  return template.restFrom !== null && index === template.restFrom;
}

/** A piece read as a plain word instead of what it looks like, or as what it looks like again. */
export function setKind(draft: Draft, index: number, kind: string): Draft {
  const slots = draft.template.slots.map((slot, at) => (at === index ? { ...slot, kind } : slot));
  return { ...draft, template: { ...draft.template, slots } };
}

/** Takes the pieces from `at` on together; null takes the line apart to its end. */
export function setRest(draft: Draft, at: number | null): Draft {
  const { template } = draft;
  const restFrom = at === null ? null : Math.min(Math.max(0, at), template.slots.length);
  const isMessageTaken = template.slots
    .slice(0, restFrom ?? template.slots.length)
    .some(({ means }) => means.to === 'field' && means.field === 'message');
  const restMeans: Means =
    restFrom === null || isMessageTaken || template.restMeans.to !== 'nothing' || template.pairs !== null
      ? template.restMeans
      : { to: 'field', field: 'message' };
  const next = { ...template, restFrom, restMeans, pairs: restFrom === null ? null : template.pairs };
  return { ...draft, template: next, selected: Math.min(draft.selected, slotsOf(next).length - 1) };
}

/** What keeps a format from being useful, in words; `blocks` where it cannot be kept at all. */
export function adviceOf(draft: Draft): readonly { readonly text: string; readonly blocks: boolean }[] {
  const { template } = draft;
  const slots = slotsOf(template);
  const advice: { text: string; blocks: boolean }[] = [];
  if (refusedLine(template) === null)
    advice.push({
      text: 'Every line would be of this format: take at least one piece out of the rest.',
      blocks: true,
    });
  if (draft.title.trim() === '') advice.push({ text: 'The format needs a name.', blocks: true });
  const badId = idProblem(draftId(draft));
  if (badId !== null) advice.push({ text: badId, blocks: true });
  if (!slots.some(({ means }) => means.to === 'time'))
    advice.push({ text: 'No piece is the time: every event would be undated.', blocks: false });
  const all = [...slots, ...(template.pairs ?? [])];
  if (all.some(({ means }) => means.to === 'own' && ownName(means.name) === ''))
    advice.push({ text: 'A name of your own needs a letter.', blocks: false });
  return advice;
}

function refusedLine(template: Template): string | null {
  return REFUSED.find((line) => matchLine(template, line) === null) ?? null;
}

/** The YAML as it stands; samples and what they become from what the import shows. */
export function draftYaml(draft: Draft, preview: Preview | null, options: ImportOptions): string {
  const head = {
    id: draftId(draft),
    title: draft.title.trim() || 'Own format',
    domain: draft.domain,
    reference: REFERENCE,
  };
  const read = (preview?.records ?? []).filter(({ event, raw }) => event !== null && !raw.includes('\n'));
  const samples = read.slice(0, MOST_SAMPLES).map(({ raw, event }): FormatSample => {
    const timestamp = event?.timestamp;
    const year = options.year ?? (typeof timestamp === 'string' ? Number(timestamp.slice(0, 4)) : undefined);
    const isYearless = draft.template.slots.some(
      ({ kind, means }) => kind === 'syslog' && means.to === 'time',
    );
    return {
      line: raw,
      options: {
        ...(options.zone === undefined ? {} : { zone: options.zone }),
        ...(isYearless && year !== undefined ? { year } : {}),
      },
      event: isYearless && options.year === undefined ? null : event,
    };
  });
  const given = samples.length > 0 ? samples : [{ line: 'none yet', options: {}, event: null }];
  return formatYaml(draft.template, head, given, refusedLine(draft.template) ?? REFUSED[0] ?? '');
}

/** Pieces of a line to draw: text between, then each slot in force; null where the line does not fit. */
export function segments(
  template: Template,
  line: string,
): readonly { readonly text: string; readonly slot: number | null }[] | null {
  const spans = matchLine(template, line);
  if (spans === null) return null;
  const parts: { text: string; slot: number | null }[] = [];
  let at = 0;
  for (const [slot, { from, to }] of spans.entries()) {
    if (from > at) parts.push({ text: line.slice(at, from), slot: null });
    parts.push({ text: line.slice(from, to), slot });
    at = to;
  }
  if (at < line.length) parts.push({ text: line.slice(at), slot: null });
  return parts;
}

export function exampleOf(slot: Slot, index: number, template: Template, line: string): string {
  if (slot.kind !== 'rest') return slot.example;
  const span = matchLine(template, line)?.[index];
  return span === undefined ? '' : line.slice(span.from, span.to);
}
