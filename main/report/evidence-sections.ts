/** The second half of the report: what the evidence is, what could not be read, how clocks were set, how to check. */

import { describeProblem } from '../../shared/problem';
import { formatDuration, formatInstant } from '../../shared/time';
import type { ReportData } from './data';
import { counted, type Html, html, NOTHING, thousands } from './html';

export function evidenceSections(data: ReportData): Html {
  return html`${ledger(data)}${rejects(data)}${captures(data)}${clocks(data)}${checking(data)}`;
}

function ledger({ ledger: rows }: ReportData): Html {
  return html`<section><h2>Evidence</h2>
<p class="told">Every record is loaded, rejected or skipped; the three add up to the records read.</p>
<div class="wide"><table>
<thead><tr><th class="number">No.</th><th class="file">Name and SHA-256</th><th>Format</th><th>Zone</th><th class="number">Bytes</th><th class="number">Records</th><th class="number">Loaded</th><th class="number">Rejected</th><th class="number">Skipped</th><th class="number">Events</th><th>Status</th></tr></thead>
<tbody>${rows.map((row) => {
    const zone = row.time_zone === null ? '' : `${row.time_zone} (${row.time_zone_source ?? 'unknown'})`;
    const status = row.removed ? `${row.status}, removed from view` : row.status;
    const problem = row.problem
      ? html`<br><span class="faint">${describeProblem(row.problem)}</span>`
      : NOTHING;
    const held = [
      row.acquirer ? `acquired by ${row.acquirer}` : '',
      row.exhibit ? `exhibit ${row.exhibit}` : '',
    ]
      .filter((part) => part !== '')
      .join(', ');
    return html`<tr><td class="number">${row.evidence_id}</td><td class="file">${row.name}${row.member === null ? '' : ` › ${row.member}`}${held === '' ? NOTHING : html`<br><span class="faint">${held}</span>`}<br><span class="hash">${row.sha256 ?? 'no SHA-256'}</span>${problem}</td><td class="words">${row.format_title ?? row.format}</td><td class="words">${zone}</td><td class="number">${thousands(row.size_bytes)}</td><td class="number">${thousands(row.records)}</td><td class="number">${thousands(row.loaded)}</td><td class="number">${thousands(row.rejected)}</td><td class="number">${thousands(row.skipped)}</td><td class="number">${thousands(row.events)}</td><td class="words">${status}</td></tr>\n`;
  })}</tbody></table></div></section>`;
}

function rejects({ rejects: rows, ledger: all }: ReportData): Html {
  // What is removed from view is in no table of the case.
  const total = all.reduce((sum, { rejected, removed }) => (removed ? sum : sum + rejected), 0);
  const listed = rows.reduce((sum, { count }) => sum + count, 0);
  if (total === 0 && listed === 0)
    return html`<section><h2>Rejected records</h2><p>None: every record could be read.</p></section>`;
  return html`<section><h2>Rejected records</h2>
<p class="told">${counted(total, 'record')} could not be read. They are in no count of events.${listed < total ? ` The table holds the most frequent reasons, ${counted(listed, 'record')} of these.` : ''}</p>
<div class="wide"><table>
<thead><tr><th>Evidence</th><th>Reason</th><th class="number">Records</th><th>First ones</th></tr></thead>
<tbody>${rows.map(
    ({ evidence, reason, count, records }) =>
      html`<tr><td>${evidence}</td><td>${reason}</td><td class="number">${count}</td><td class="mono">${records}</td></tr>\n`,
  )}</tbody></table></div></section>`;
}

/** So that "not seen" can be told from "could not be seen". */
function captures({ ledger: rows }: ReportData): Html {
  const all = rows.flatMap(({ name, quality, removed }) =>
    quality === null || removed ? [] : [{ name, quality }],
  );
  if (all.length === 0) return NOTHING;
  const clean = all.filter(({ quality }) => quality.length === 0).length;
  const table = html`<div class="wide"><table>
<thead><tr><th>Capture</th><th>What was found</th><th>What follows</th></tr></thead>
<tbody>${all.flatMap(({ name, quality }) =>
    quality.map(({ text, means }) => html`<tr><td>${name}</td><td>${text}</td><td>${means}</td></tr>\n`),
  )}</tbody></table></div>`;
  return html`<section><h2>What the captures could not see</h2>
<p class="told">${counted(all.length, 'capture')}; in ${thousands(clean)} of them nothing was found amiss.</p>
${clean === all.length ? NOTHING : table}</section>`;
}

function clocks({ ledger: rows, zone }: ReportData): Html {
  const set = rows.flatMap((row) => (row.clock ? [{ row, clock: row.clock }] : []));
  if (set.length === 0)
    return html`<section><h2>Clocks</h2><p>No clock was corrected: times are as recorded, under the zones named above.</p></section>`;
  return html`<section><h2>Clocks</h2>
<p class="told">Corrected time = recorded time + offset + drift since the reference. Recorded times are kept.</p>
<div class="wide"><table>
<thead><tr><th>Evidence</th><th>Zone</th><th class="number">Offset</th><th class="number">Drift</th><th>Reference</th><th>Reason</th></tr></thead>
<tbody>${set.map(
    ({ row, clock }) =>
      html`<tr><td>${row.name}</td><td>${clock.zone ?? row.time_zone}</td><td class="number">${clock.offsetUs < 0 ? '−' : '+'}${formatDuration(Math.abs(clock.offsetUs))}</td><td class="number">${clock.driftPpm} ppm</td><td class="time">${formatInstant(clock.referenceAtUs, zone)}</td><td>${clock.reason}</td></tr>\n`,
  )}</tbody></table></div></section>`;
}

function checking({ journal, version }: ReportData): Html {
  return html`<section><h2>How to check this</h2>
<ul>
<li>Each file of evidence: <code>sha256sum FILE</code> must give the SHA-256 above.</li>
<li>The case file this report was made from, if you have it: <code>throughline verify FILE.tlcase</code>, or without Throughline <code>unzip FILE.tlcase</code> and <code>sha256sum -c SHA256SUMS</code>.</li>
<li>The journal of the work held ${counted(journal.operations, 'operation')} when this was written; its last line has the SHA-256 <code>${journal.head}</code>.</li>
<li>Each event names its evidence and the number of its record there.</li>
</ul>
<p class="told">Throughline ${version} made this page. It holds no script and loads nothing.</p></section>`;
}
