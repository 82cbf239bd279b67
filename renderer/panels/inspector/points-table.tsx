/** Process values read or written in the event. */
import type { ReactNode } from 'react';
import { type EventDetail, pointValue } from './detail';

/** More than this are summed up in words; the rest are in the points table of the case. */
const MOST = 200;

export function PointsTable({ points }: { readonly points: EventDetail['points'] }): ReactNode {
  const named = points.some((point) => point.name !== null);
  const quality = points.some((point) => point.quality !== null);
  // A historian's tags have neither: two empty columns would push the last one out of sight.
  const placed = !named || points.some((point) => point.object !== null || point.address !== null);
  return (
    <>
      <table className="points">
        <thead>
          <tr>
            {named && <th scope="col">Point</th>}
            {placed && <th scope="col">Object</th>}
            {placed && (
              <th scope="col" className="right">
                Address
              </th>
            )}
            <th scope="col" className="right">
              Value
            </th>
            {quality && <th scope="col">Quality</th>}
          </tr>
        </thead>
        <tbody>
          {points.slice(0, MOST).map((point, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a point's place in the event is its identity.
            <tr key={at}>
              {named && <td>{point.name ?? '·'}</td>}
              {placed && <td className="mono">{point.object ?? '·'}</td>}
              {placed && <td className="mono right">{point.address ?? '·'}</td>}
              <td className="mono right value">{pointValue(point)}</td>
              {quality && <td>{point.quality ?? '·'}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {points.length > MOST && <p className="label">and {points.length - MOST} more</p>}
    </>
  );
}
