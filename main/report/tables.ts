/** Rows of a view as an HTML table; how many there are is told where not all are shown. */
import type { ReportTable } from './data';
import { type Html, html, NOTHING, thousands } from './html';

export function dataTable({ columns, rows, total }: ReportTable): Html {
  const told =
    rows.length < total
      ? html`<p class="told">The first ${rows.length} of ${thousands(total)} rows.</p>`
      : NOTHING;
  const classOf = (index: number): string => {
    const column = columns[index];
    if (column?.isTime) return 'time';
    return column?.isNumber ? 'number' : '';
  };
  return html`${told}<div class="wide"><table>
<thead><tr>${columns.map(({ label }, index) => html`<th class="${classOf(index)}">${label}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) =>
      html`<tr>${row.map((cell, index) => html`<td class="${classOf(index)}">${cell === null ? html`<span class="null">·</span>` : cell}</td>`)}</tr>\n`,
  )}</tbody></table></div>`;
}
