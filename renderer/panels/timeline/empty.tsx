/** No bars: nothing imported, everything filtered out, or nothing dated. Says which, and the one thing to do. */
import type { ReactNode } from 'react';
import { useCase, useFilter, useImports, useRunCommand } from '../../state/hooks';
import { Button } from '../../ui/button';
import { plural } from '../../ui/event-text';
import { NonePasses } from '../none-passes';

export function TimelineEmpty({ undated }: { readonly undated: number }): ReactNode {
  const open = useCase();
  const { clauses, clear } = useFilter();
  const { running } = useImports();
  const run = useRunCommand();
  if (open === null) return null;
  if (open.events === 0) {
    if (running.length > 0)
      return <div className="empty">Events appear here as soon as the import is committed.</div>;
    return (
      <div className="empty">
        <p>Import exported logs, tickets or captures, and their events appear here in one timeline.</p>
        <Button onClick={() => run('evidence.import')}>Import evidence…</Button>
      </div>
    );
  }
  const words = undated > 0 ? `${plural(undated, 'event')} pass the filter, but none has a time.` : null;
  return (
    <div className="empty">
      <p>{words ?? <NonePasses />}</p>
      {clauses.length > 0 && <Button onClick={clear}>Remove all filters</Button>}
    </div>
  );
}
