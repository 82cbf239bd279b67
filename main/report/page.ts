/** The report as one HTML page: no script, nothing fetched, all text escaped. */
import { formatInstant, isoInstant, zoneLabel } from '../../shared/time';
import type { ReportData, ReportEvent, ReportFinding, ReportUnseen, ReportView } from './data';
import { evidenceSections } from './evidence-sections';
import { counted, Html, html, NOTHING, thousands } from './html';
import { prose } from './prose';
import { STYLE } from './style';
import { drawnSvg } from './svg';
import { dataTable } from './tables';

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'none'; base-uri 'none'; form-action 'none'";

export function renderReport(data: ReportData): string {
  const { text } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Throughline ${data.version}">
<title>${data.case.name}: report</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
${summary(data)}
<main>
${contents(data)}
${data.findings.map((finding) => findingSection(finding, data.zone))}
${timeline(data)}
${evidenceSections(data)}
</main>
</body>
</html>
`;
  return text;
}

function summary(data: ReportData): Html {
  const { totals, zone, first, last } = data;
  const span =
    first === null || last === null
      ? html`no event has a time`
      : html`${time(first, zone)} to ${time(last, zone)} (${zoneLabel(zone, first)})`;
  const undated = totals.undated > 0 ? ` (${thousands(totals.undated)} without a time)` : '';
  return html`<header>
<h1>${data.case.name}</h1>
<p class="faint">Report of an investigation, made ${data.made.slice(0, 16).replace('T', ' ')} UTC with Throughline ${data.version}</p>
<dl>
<dt>Author</dt><dd>${data.case.author ?? 'not named'}</dd>
<dt>Time span</dt><dd>${span}</dd>
<dt>Evidence</dt><dd>${counted(totals.evidence, 'file')}</dd>
<dt>Events</dt><dd>${thousands(totals.events)}${undated}</dd>
<dt>Findings</dt><dd>${data.findings.length}, citing ${counted(data.timeline.total, 'event')}${unseenInAll(data)}</dd>
<dt>Times</dt><dd>shown in ${zone}${zone === 'UTC' ? '' : ', UTC beside'}; what was assumed is marked: z? zone, y? year, ? ambiguous or nonexistent, ≈ coarse</dd>
</dl>
</header>`;
}

/** One record may be cited by several findings; only each says how many. */
function unseenInAll({ findings }: ReportData): string {
  const some = findings.filter(({ unseen }) => unseen !== null).length;
  if (some === 0) return '';
  return `; ${counted(some, 'finding')} ${some === 1 ? 'cites' : 'cite'} records that are not shown here`;
}

function contents({ findings }: ReportData): Html {
  if (findings.length < 2) return NOTHING;
  return html`<nav><h2>Findings</h2><ol>${findings.map(
    ({ number: place, finding }) => html`<li><a href="#finding-${place}">${finding.title}</a></li>`,
  )}</ol></nav>`;
}

function findingSection(
  { number: place, finding, events, total, unseen, views }: ReportFinding,
  zone: string,
): Html {
  const by = finding.by === null ? '' : ` by ${finding.by}`;
  return html`<section id="finding-${place}">
<h2>${place}. ${finding.title}</h2>
<p class="faint">Written${by}, ${finding.at.slice(0, 16).replace('T', ' ')} UTC</p>
${prose(finding.text)}
${total > 0 ? html`<h4>Cited events</h4>${eventTable(events, total, zone, false)}` : NOTHING}${total === 0 && unseen === null ? html`<p class="told">No event is cited.</p>` : NOTHING}${unseenRecords(unseen)}
${views.map(viewFigure)}
</section>`;
}

function unseenRecords(unseen: ReportUnseen | null): Html {
  if (unseen === null) return NOTHING;
  const count = unseen.parts.reduce((sum, part) => sum + part.count, 0);
  const verb = count === 1 ? 'is' : 'are';
  return html`<h4>Cited, but not shown</h4>
<p class="told">${thousands(count)} of the ${counted(unseen.cited, 'record')} this finding cites ${verb} not shown above:</p>
<ul>${unseen.parts.map((part) => html`<li>${counted(part.count, 'record')} ${part.why}</li>`)}</ul>`;
}

function viewFigure(view: ReportView): Html {
  const caption = html`<figcaption>${view.name}${view.words === '' ? '' : ` — ${view.words}`}</figcaption>`;
  if (view.kind === 'absent')
    return html`<figure>${caption}<p class="told">Not shown: ${view.why}</p></figure>`;
  if (view.kind === 'table') return html`<figure>${caption}${dataTable(view.table)}</figure>`;
  const drawn = drawnSvg(view.svg);
  if (!drawn)
    return html`<figure>${caption}<p class="told">Not shown: the drawing was not plain.</p></figure>`;
  return html`<figure role="group">${caption}${drawn}${view.notes.map((note) => html`<p class="told">${note}</p>`)}</figure>`;
}

function timeline(data: ReportData): Html {
  const {
    timeline: { events, total },
    zone,
  } = data;
  if (total === 0)
    return html`<section><h2>Timeline</h2><p class="told">No finding cites an event${unseenInAll(data) === '' ? '' : ' that is shown'}.</p></section>`;
  return html`<section><h2>Timeline of the cited events</h2>${eventTable(events, total, zone, true)}</section>`;
}

function eventTable(
  events: readonly ReportEvent[],
  total: number,
  zone: string,
  withFindings: boolean,
): Html {
  const told =
    events.length < total
      ? html`<p class="told">The first ${thousands(events.length)} of ${thousands(total)}.</p>`
      : NOTHING;
  const label = zone === 'UTC' ? 'Time (UTC)' : `Time (${zone})`;
  return html`${told}<div class="wide"><table>
<thead><tr><th>${label}</th>${zone === 'UTC' ? NOTHING : html`<th>UTC</th>`}<th>Recorded as</th><th>Domain</th><th>What</th><th>Where</th><th>Message</th><th>Evidence, record</th>${withFindings ? html`<th>Finding</th>` : NOTHING}</tr></thead>
<tbody>${events.map((event) => eventRow(event, zone, withFindings))}</tbody></table></div>`;
}

function eventRow(event: ReportEvent, zone: string, withFindings: boolean): Html {
  const { at } = event;
  const digits = digitsOf(event.precisionUs);
  const shown =
    at === null
      ? html`<span class="null">no time</span>`
      : html`${formatInstant(at, zone, digits)}${marks(event)}`;
  const utc =
    zone === 'UTC' ? NOTHING : html`<td class="time">${at === null ? '' : isoInstant(at, digits)}</td>`;
  const cited = withFindings
    ? html`<td>${event.findings.map((place, index) => html`${index > 0 ? ', ' : ''}<a href="#finding-${place}">${place}</a>`)}</td>`
    : NOTHING;
  return html`<tr><td class="time">${shown}</td>${utc}<td class="mono">${event.recorded}</td><td>${event.domain}</td><td>${event.what}</td><td class="mono where">${event.where}</td><td>${event.message}</td><td>${event.evidence}, ${event.record}</td>${cited}</tr>\n`;
}

/** As many digits as the source can write. */
export function digitsOf(precisionUs: number | null): 0 | 3 | 6 {
  if (precisionUs === null || precisionUs < 1000) return 6;
  return precisionUs < 1_000_000 ? 3 : 0;
}

/** Bits of `time_flags`, as the window marks them. */
function marks({ flags, precisionUs }: ReportEvent): string {
  const parts = [
    (flags & 1) !== 0 ? 'z?' : '',
    (flags & 2) !== 0 ? 'y?' : '',
    (flags & (4 | 8 | 16 | 64)) !== 0 ? '?' : '',
    (flags & 32) !== 0 || (precisionUs ?? 0) >= 60_000_000 ? '≈' : '',
  ].filter((part) => part !== '');
  return parts.length > 0 ? ` ${parts.join(' ')}` : '';
}

function time(at: number, zone: string): string {
  return formatInstant(at, zone, 0);
}
