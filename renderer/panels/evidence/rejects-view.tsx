/** Records that could not be read: why, where, and how they begin. Paged, so a million of them is no matter. */
import { type ReactNode, useCallback, useEffect, useReducer, useRef, useState } from 'react';
import { type ArrowRows, readArrowRows } from '../../ui/arrow-rows';
import { countText } from '../../ui/event-text';
import { PageCache } from '../../ui/page-cache';
import { ListCell, ListHeadCell, VirtualList } from '../../ui/virtual-list';
import { MiddleText } from './ledger-columns';

const PAGE_ROWS = 200;

/** One page of `evidence.rejects`, still as Arrow bytes. */
export type LoadRejects = (
  offset: number,
  limit: number,
  signal: AbortSignal,
) => Promise<{ total: number; arrow: Uint8Array }>;

export interface RejectsViewProps {
  readonly title: string;
  /** Above the list: what narrows it. */
  readonly filter: ReactNode;
  readonly wide: boolean;
  /** The list is over several evidences, so that a record's number says nothing without the file's name. */
  readonly several: boolean;
  readonly load: LoadRejects;
  /** Name of an evidence, for a list over several. */
  readonly nameOf: (evidenceId: number) => string;
  readonly onBack: () => void;
  readonly renderFailure: (failure: unknown) => ReactNode;
}

export function RejectsView({
  title,
  filter,
  wide,
  several,
  load,
  nameOf,
  onBack,
  renderFailure,
}: RejectsViewProps): ReactNode {
  const [cache, setCache] = useState<PageCache<ArrowRows> | null>(null);
  const [failure, setFailure] = useState<unknown>(undefined);
  const [selected, setSelected] = useState<number | null>(null);
  const [, redraw] = useReducer((count: number) => count + 1, 0);

  useEffect(() => {
    const controller = new AbortController();
    let made: PageCache<ArrowRows> | null = null;
    setFailure(undefined);
    setSelected(null);
    load(0, 1, controller.signal)
      .then(({ total }) => {
        if (controller.signal.aborted) return;
        if (total === 1) setSelected(0);
        made = new PageCache<ArrowRows>({
          rowCount: total,
          pageRows: PAGE_ROWS,
          capacity: 20,
          parallel: 1,
          load: async (offset, limit, signal) => readArrowRows((await load(offset, limit, signal)).arrow),
          onChange: redraw,
        });
        setCache(made);
      })
      .catch((reason: unknown) => {
        if (!controller.signal.aborted) setFailure(reason);
      });
    return () => {
      controller.abort();
      made?.dispose();
    };
  }, [load]);

  // The button that led here is gone, and the focus with it.
  const root = useRef<HTMLDivElement>(null);
  const isRead = cache !== null;
  useEffect(() => {
    if (isRead && document.activeElement === document.body) {
      root.current?.querySelector<HTMLElement>('[role="grid"]')?.focus();
    }
  }, [isRead]);

  const onWindow = useCallback(
    (first: number, end: number, direction: number) => cache?.want(first, end, direction),
    [cache],
  );
  const chosen = selected === null ? undefined : cache?.find(selected);
  const problem = failure ?? cache?.failure;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape from anywhere inside leads back; nothing here is pressed.
    <div
      ref={root}
      className="rejects"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onBack();
      }}
    >
      <header className="rejects-head">
        <button type="button" className="button" onClick={onBack}>
          ← Ledger
        </button>
        <h3>
          {cache === null ? '' : countText(cache.rowCount)} rejected <span className="label">{title}</span>
        </h3>
      </header>
      {filter}
      {problem !== undefined && renderFailure(problem)}
      {cache !== null && (
        <VirtualList
          id="rejects"
          label={`Rejected records of ${title}`}
          rowCount={cache.rowCount}
          rowHeight={24}
          template={template(wide, several)}
          head={
            <>
              {several && <ListHeadCell>Evidence</ListHeadCell>}
              <ListHeadCell right>Record</ListHeadCell>
              {wide && <ListHeadCell right>Offset</ListHeadCell>}
              <ListHeadCell>Reason</ListHeadCell>
              {wide && <ListHeadCell>Excerpt</ListHeadCell>}
            </>
          }
          selected={selected}
          onSelect={setSelected}
          onWindow={onWindow}
          renderRow={(row) => {
            const found = cache.find(row);
            if (found === undefined) return <ListCell>…</ListCell>;
            const { page, index } = found;
            const name = several ? nameOf(page.number(index, 'evidence_id') ?? 0) : '';
            return (
              <>
                {several && (
                  <ListCell title={name}>
                    <MiddleText text={name} />
                  </ListCell>
                )}
                <ListCell right className="mono">
                  {countText(page.number(index, 'record_number') ?? 0)}
                </ListCell>
                {wide && (
                  <ListCell right className="mono label">
                    {countText(page.number(index, 'byte_offset') ?? 0)}
                  </ListCell>
                )}
                <ListCell title={page.text(index, 'reason') ?? ''}>
                  <span>{page.text(index, 'reason')}</span>
                </ListCell>
                {wide && (
                  <ListCell className="mono label">
                    <span>{page.text(index, 'excerpt')}</span>
                  </ListCell>
                )}
              </>
            );
          }}
        />
      )}
      {chosen !== undefined && <RejectDetail rows={chosen.page} index={chosen.index} nameOf={nameOf} />}
    </div>
  );
}

function template(wide: boolean, several: boolean): string {
  if (wide) return `${several ? 'minmax(120px, 1fr) ' : ''}96px 120px minmax(180px, 1fr) minmax(240px, 2fr)`;
  return several ? 'minmax(0, 1fr) 60px minmax(0, 1fr)' : '72px 1fr';
}

interface RejectDetailProps {
  readonly rows: ArrowRows;
  readonly index: number;
  readonly nameOf: (evidenceId: number) => string;
}

function RejectDetail({ rows, index, nameOf }: RejectDetailProps): ReactNode {
  const help = rows.text(index, 'help');
  const evidenceId = rows.number(index, 'evidence_id');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard.
    <section className="reject-detail" aria-label="The rejected record" aria-live="polite" tabIndex={0}>
      <p>{rows.text(index, 'reason')}</p>
      {help !== null && help !== '' && <p>{help}</p>}
      <p className="label">
        {evidenceId !== null && `${nameOf(evidenceId)}: `}
        record {countText(rows.number(index, 'record_number') ?? 0)}, byte{' '}
        {countText(rows.number(index, 'byte_offset') ?? 0)},{' '}
        {countText(rows.number(index, 'byte_length') ?? 0)} bytes
      </p>
      <pre className="mono">{rows.text(index, 'excerpt')}</pre>
    </section>
  );
}
