/** A pivot as a table that reads well aloud: heads with scope, sums at the ends, a cell's depth behind its number. */
import type { ReactNode } from 'react';
import type { Pivot, PivotHead } from '../../../shared/chart/pivot';
import { amountText } from '../../../shared/chart/words';
import { plural } from '../../ui/event-text';

export interface PivotTableProps {
  readonly pivot: Pivot;
  readonly caption: string;
  readonly rowLabels: readonly string[];
  /** A cell, row (column null) or column (row null) was chosen. */
  readonly onChoose: (row: number | null, column: number | null) => void;
}

/** `all 5 rows`, `the first 60 of 100 columns`. */
function firstOf(shown: number, all: number, word: string): string {
  return shown === all ? `all ${plural(all, word)}` : `the first ${shown} of ${plural(all, word)}`;
}

function key({ values }: PivotHead): string {
  return JSON.stringify(values);
}

export function PivotTable({ pivot, caption, rowLabels, onChoose }: PivotTableProps): ReactNode {
  const most = pivot.cells.flat().reduce<number>((highest, cell) => Math.max(highest, cell ?? 0), 0);
  const depth = (cell: number | null): number =>
    cell === null || cell <= 0 || most <= 0 ? 0 : 8 + Math.round((Math.log1p(cell) / Math.log1p(most)) * 42);
  const isCross = pivot.columns.some(({ values }) => values.length > 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so by keyboard.
    <section className="pivot" tabIndex={0} aria-label={caption}>
      <table>
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            {rowLabels.map((label) => (
              <th key={label} scope="col" className="pivot-corner">
                {label}
              </th>
            ))}
            {pivot.columns.map((head, at) => (
              <th key={key(head)} scope="col" className="right">
                {isCross ? (
                  <button type="button" className="pivot-head" onClick={() => onChoose(null, at)}>
                    {head.labels.join(' · ')}
                  </button>
                ) : (
                  'amount'
                )}
              </th>
            ))}
            {isCross && pivot.rowSums !== null && (
              <th scope="col" className="right">
                all
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {pivot.rows.map((head, row) => (
            <tr key={key(head)}>
              {head.labels.map((label, at) => (
                <th key={rowLabels[at]} scope="row">
                  {at === head.labels.length - 1 ? (
                    <button type="button" className="pivot-head" onClick={() => onChoose(row, null)}>
                      {label}
                    </button>
                  ) : (
                    label
                  )}
                </th>
              ))}
              {(pivot.cells[row] ?? []).map((cell, at) => (
                <td
                  key={key(pivot.columns[at] ?? { labels: [], values: [] })}
                  className="mono right"
                  style={{ ['--depth' as string]: `${depth(cell)}%` }}
                >
                  {cell === null ? (
                    <span className="faint">·</span>
                  ) : (
                    <button type="button" className="pivot-cell" onClick={() => onChoose(row, at)}>
                      {amountText(cell)}
                    </button>
                  )}
                </td>
              ))}
              {isCross && pivot.rowSums !== null && (
                <td className="mono right pivot-sum">{amountText(pivot.rowSums[row] ?? 0)}</td>
              )}
            </tr>
          ))}
        </tbody>
        {pivot.columnSums !== null && (
          <tfoot>
            <tr>
              <th scope="row" colSpan={Math.max(1, rowLabels.length)}>
                all
              </th>
              {pivot.columnSums.map((sum, at) => (
                <td
                  key={key(pivot.columns[at] ?? { labels: [], values: [] })}
                  className="mono right pivot-sum"
                >
                  {amountText(sum)}
                </td>
              ))}
              {isCross && pivot.sum !== null && (
                <td className="mono right pivot-sum">{amountText(pivot.sum)}</td>
              )}
            </tr>
          </tfoot>
        )}
      </table>
      {(pivot.allRows > pivot.rows.length || pivot.allColumns > pivot.columns.length) && (
        <p className="label pivot-more">
          Shown are {firstOf(pivot.rows.length, pivot.allRows, 'row')} and{' '}
          {firstOf(pivot.columns.length, pivot.allColumns, 'column')}.
        </p>
      )}
    </section>
  );
}
