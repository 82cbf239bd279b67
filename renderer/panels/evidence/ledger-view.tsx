/** The ledger as a list: a full table where there is room, name and count in a narrow dock. Sums stand below it. */
import { type ReactNode, useMemo, useState } from 'react';
import { countText, plural, sizeText } from '../../ui/event-text';
import { ListCell, ListHeadCell, VirtualList } from '../../ui/virtual-list';
import type { Coverage } from './coverage';
import { addsUp, type LedgerEntry, type LedgerSort, sortRows, statusCounts, totals } from './ledger';
import { NARROW_COLUMNS, WIDE_COLUMNS } from './ledger-columns';

export interface LedgerViewProps {
  readonly rows: readonly LedgerEntry[];
  readonly wide: boolean;
  readonly zone: string;
  readonly coverage: Coverage;
  readonly selectedId: number | null;
  readonly onSelect: (evidenceId: number) => void;
  readonly onOpen: (evidenceId: number) => void;
  readonly onRemove: (evidenceId: number) => void;
  readonly onMenu: (evidenceId: number, x: number, y: number) => void;
}

export function LedgerView(props: LedgerViewProps): ReactNode {
  const [sort, setSort] = useState<{ by: LedgerSort; reverse: boolean }>({ by: 'import', reverse: false });
  const rows = useMemo(() => sortRows(props.rows, sort.by, sort.reverse), [props.rows, sort]);
  const columns = props.wide ? WIDE_COLUMNS : NARROW_COLUMNS;
  const at = rows.findIndex((row) => row.evidence_id === props.selectedId);
  return (
    <>
      <VirtualList
        id="ledger"
        label="Evidence"
        className={props.wide ? 'ledger wide' : 'ledger narrow'}
        rowCount={rows.length}
        rowHeight={24}
        template={columns.map((column) => column.width).join(' ')}
        {...(props.wide ? { minWidth: 1320 } : {})}
        head={columns.map((column) => (
          <ListHeadCell
            key={column.id}
            right={column.right}
            title={column.help}
            sorted={column.sort === sort.by ? (sort.reverse ? 'descending' : 'ascending') : null}
            {...(column.sort === null ? {} : { onSort: () => setSort(nextSort(sort, column.sort)) })}
          >
            {column.title === '' ? <span className="sr-only">{column.help}</span> : column.title}
          </ListHeadCell>
        ))}
        selected={at < 0 ? null : at}
        onSelect={(row) => onRow(rows[row], props.onSelect)}
        onOpen={(row) => onRow(rows[row], props.onOpen)}
        onMenu={(row, x, y) => onRow(rows[row], (id) => props.onMenu(id, x, y))}
        onKey={(event, row) => {
          if (event.key !== 'Delete' || row === null) return;
          event.preventDefault();
          onRow(rows[row], props.onRemove);
        }}
        rowClass={(row) => (rows[row]?.removed === true ? 'removed' : '')}
        renderRow={(row) => {
          const entry = rows[row];
          if (entry === undefined) return null;
          return columns.map((column) => (
            <ListCell key={column.id} right={column.right} {...(column.right ? { className: 'mono' } : {})}>
              {column.render(entry, props.zone, props.coverage)}
            </ListCell>
          ));
        }}
      />
      <Sums rows={props.rows} wide={props.wide} />
    </>
  );
}

function onRow(row: LedgerEntry | undefined, act: (evidenceId: number) => void): void {
  if (row !== undefined) act(row.evidence_id);
}

function nextSort(
  current: { by: LedgerSort; reverse: boolean },
  by: LedgerSort | null,
): { by: LedgerSort; reverse: boolean } {
  if (by === null) return current;
  return { by, reverse: current.by === by ? !current.reverse : false };
}

/** records = loaded + rejected + skipped, over all evidence, with the sum checked before the reader's eyes. */
function Sums({ rows, wide }: { readonly rows: readonly LedgerEntry[]; readonly wide: boolean }): ReactNode {
  const sum = totals(rows);
  const right = addsUp(sum);
  return (
    <div className={wide ? 'sums wide' : 'sums'} role="status" aria-label="Totals of the ledger">
      <p className="sums-files">
        {plural(sum.files, 'file')}, {sizeText(sum.sizeBytes)}
        {statusCounts(rows).map((one) => (
          <span key={one.status} className={`status ${one.tone}`}>
            <span className="status-mark" aria-hidden="true" />
            {countText(one.count)} {one.status}
          </span>
        ))}
      </p>
      <p className="sums-line">
        <Term value={sum.records} word="records" />
        <Term sign="=" value={sum.loaded} word="loaded" />
        <Term sign="+" value={sum.rejected} word="rejected" />
        <Term sign="+" value={sum.skipped} word="skipped" />
        <span className={right ? 'good' : 'bad'}>{right ? '✓ adds up' : '✗ does not add up'}</span>
      </p>
      <p className="sums-line">
        <Term value={sum.events} word="events" />
        <Term value={sum.undated} word="undated" sign="·" />
      </p>
    </div>
  );
}

function Term(props: { readonly sign?: string; readonly value: number; readonly word: string }): ReactNode {
  return (
    <span className="term">
      {props.sign !== undefined && <span className="label">{props.sign} </span>}
      <span className="mono">{countText(props.value)}</span> <span className="label">{props.word}</span>
    </span>
  );
}
