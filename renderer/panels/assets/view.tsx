/** Lists of assets and addresses, one at a time; a row filters the events to what it did. */
import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import { z } from 'zod';
import type { Filter } from '../../../shared/filter';
import { ColumnsButton } from '../../grid/columns-button';
import { useExportIt } from '../../grid/requests';
import { type ResultColumns, resultColumnsSchema, shownColumns } from '../../grid/result-columns';
import { ResultGrid } from '../../grid/result-grid';
import { useSource } from '../../grid/use-source';
import { useAnnounce, useCommands, useFilter, usePanelState, useShowPanel } from '../../state/hooks';
import { Button } from '../../ui/button';
import { countText } from '../../ui/event-text';
import { type AssetList, eventsOf, KEYS, LISTS } from './lists';
import './view.css';

const AUTHOR = 'assets';

export function AssetsView(): ReactNode {
  const [chosen, choose] = usePanelState('assets.list', z.string(), LISTS[0]?.id ?? '');
  const showPanel = useShowPanel();
  const list = LISTS.find(({ id }) => id === chosen) ?? LISTS[0];
  useCommands(
    LISTS.map(({ id, title, help }) => ({
      id: `assets.${id}`,
      title: `Assets: ${title}`,
      group: 'Assets',
      also: help,
      run: () => {
        choose(id);
        showPanel('assets');
      },
    })),
  );
  if (list === undefined) return null;
  return (
    <div className="assets">
      <List key={list.id} list={list} onChoose={choose} />
    </div>
  );
}

interface ListProps {
  readonly list: AssetList;
  readonly onChoose: (id: string) => void;
}

function List({ list, onChoose }: ListProps): ReactNode {
  const first: ResultColumns = { shown: [...list.columns], widths: {}, sort: [...list.sort] };
  const [columns, setColumns] = usePanelState(`assets.columns.${list.id}`, resultColumnsSchema, first);
  const [filters, setFilters] = usePanelState('assets.words', z.string().max(200), '');
  const filter = useFilter();
  const showPanel = useShowPanel();
  const announce = useAnnounce();
  const exportIt = useExportIt();
  const words = filters.trim();
  const source = {
    ...list.source,
    filter: words === '' ? list.source.filter : all([list.source.filter, { kind: 'words', text: words }]),
  };
  const state = useSource(source, columns.sort, (known) => {
    const names = new Set([...shownColumns(known, columns).map(({ name }) => name), ...KEYS]);
    return known.flatMap(({ name }) => (names.has(name) ? [name] : []));
  });
  const known = state.opened?.columns ?? [];
  const show = (clause: Filter): void => {
    filter.setFrom(AUTHOR, clause);
    showPanel('events', false);
    announce('Every panel shows the events of this row');
  };
  return (
    <>
      <div className="assets-bar">
        <div
          role="tablist"
          aria-label="Lists of assets"
          className="assets-tabs"
          onKeyDown={(event) => {
            const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
            const at = LISTS.findIndex(({ id }) => id === list.id);
            const next = LISTS[(at + step + LISTS.length) % LISTS.length];
            if (step === 0 || next === undefined) return;
            event.preventDefault();
            onChoose(next.id);
          }}
        >
          {LISTS.map(({ id, title, help }) => (
            <button
              key={id}
              type="button"
              role="tab"
              aria-selected={id === list.id}
              className="assets-tab"
              tabIndex={id === list.id ? 0 : -1}
              title={help}
              onClick={() => onChoose(id)}
            >
              {title}
            </button>
          ))}
        </div>
        <output className="label assets-count" aria-label="Rows">
          {state.opened === null ? '' : `${countText(state.opened.rows)} rows`}
        </output>
        <span className="spring" />
        <input
          type="text"
          className="text-box assets-words"
          aria-label="Find in the list"
          placeholder="Find in the list"
          value={filters}
          onChange={(event) => setFilters(event.target.value)}
        />
        <ColumnsButton columns={known} state={columns} onChange={setColumns} />
        <Button
          look="plain"
          className="columns-button"
          title="Export…"
          disabled={state.opened === null}
          onClick={() =>
            exportIt({
              source,
              sort: columns.sort,
              columns: shownColumns(known, columns).map(({ name }) => name),
            })
          }
        >
          <Download aria-hidden="true" />
          <span className="button-words">Export…</span>
        </Button>
      </div>
      <ResultGrid
        label={list.title}
        author={AUTHOR}
        state={state}
        columns={columns}
        onColumns={setColumns}
        rowActs={(cell) => {
          const clause = eventsOf(cell);
          return clause === null
            ? []
            : [{ label: 'Show its events', keys: 'Enter', run: () => show(clause) }];
        }}
        empty={words === '' ? list.empty : 'Nothing in the list holds these words.'}
      />
    </>
  );
}

function all(of: readonly Filter[]): Filter {
  return { kind: 'and', of };
}
