/** What stands where there are no rows: none yet, none under the filter, or none read so far. */
import { type ReactNode, useEffect, useState } from 'react';
import { useImports } from '../../state/hooks';
import { Button } from '../../ui/button';
import { NonePasses } from '../none-passes';
import { SearchRecords } from './search-records';

/** Shorter waits are not worth a word. */
const SAID_AFTER_MS = 500;

/** A case of millions of events takes a moment to be counted and put in order. */
export function ReadingEvents(): ReactNode {
  const [said, say] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => say(true), SAID_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return said ? (
    <div className="events-empty" role="status">
      <p>Putting the events in order…</p>
    </div>
  ) : null;
}

export function EmptyEvents({
  total,
  onClear,
}: {
  readonly total: number;
  readonly onClear: () => void;
}): ReactNode {
  const { running } = useImports();
  return (
    <div className="events-empty">
      {total === 0 ? (
        <p>
          {running.length > 0
            ? 'Events appear here as soon as the import is committed.'
            : 'No events yet. Drop files on the window to import them.'}
        </p>
      ) : (
        <>
          <p>
            <NonePasses />
          </p>
          <SearchRecords />
          <Button onClick={onClear}>Remove all filters</Button>
        </>
      )}
    </div>
  );
}
