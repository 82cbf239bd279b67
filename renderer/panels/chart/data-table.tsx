/** The numbers behind a picture as a table, for whoever does not see it or wants them exactly. */
import type { ReactNode } from 'react';
import type { Groups } from '../../../shared/chart/groups';
import { amountText } from '../../../shared/chart/words';

const MOST = 1000;

export function DataTable({
  groups,
  caption,
  along,
  measure,
}: {
  readonly groups: Groups;
  readonly caption: string;
  readonly along: string;
  readonly measure: string;
}): ReactNode {
  const places = groups.x.places.slice(0, MOST);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so by keyboard.
    <section className="pivot" tabIndex={0} aria-label="The chart as a table">
      <table>
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{along}</th>
            {groups.rows.places.map((place) => (
              <th key={`${place.kind} ${String(place.value)}`} scope="col" className="right">
                {groups.rows.field === null ? measure : place.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {places.map((place, at) => (
            <tr key={`${place.kind} ${String(place.value)}`}>
              <th scope="row" className="mono">
                {place.label}
              </th>
              {groups.rows.places.map((row, index) => (
                <td key={`${row.kind} ${String(row.value)}`} className="mono right">
                  {groups.values[index]?.[at] == null ? (
                    <span className="faint">·</span>
                  ) : (
                    amountText(groups.values[index]?.[at] ?? null)
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {groups.x.places.length > MOST && (
        <p className="label pivot-more">
          The first {MOST} of {groups.x.places.length}.
        </p>
      )}
    </section>
  );
}
