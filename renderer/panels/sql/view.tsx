/** The SQL panel: the statement above, its rows below; what it gives can be saved, charted and shown as a view. */
import { History, Play, Square } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { z } from 'zod';
import { type Filter, filterSchema, type Source } from '../../../shared/filter';
import { ColumnsButton } from '../../grid/columns-button';
import { FilterChips } from '../../grid/filter-chips';
import { useChartIt, useExportIt, viewRequestSchema } from '../../grid/requests';
import { FIRST_COLUMNS, resultColumnsSchema, shownColumns } from '../../grid/result-columns';
import { neededColumns, ResultGrid } from '../../grid/result-grid';
import { SaveViewDialog } from '../../grid/save-view-dialog';
import { useSource } from '../../grid/use-source';
import {
  useCommands,
  useEngine,
  useFactsVersion,
  usePanelState,
  useShowPanel,
  useWork,
} from '../../state/hooks';
import { savedView } from '../../state/work';
import { Button } from '../../ui/button';
import { countText } from '../../ui/event-text';
import { Menu } from '../../ui/menu';
import { ProblemText } from '../../ui/problem-text';
import type { EditorHandle, Tables } from './editor';
import { heldState, useRun } from './use-run';
import './view.css';

const Editor = lazy(() => import('./editor').then((module) => ({ default: module.Editor })));

const FIRST = `SELECT event_domain, event_dataset, count(*) AS events
FROM event_view
GROUP BY ALL
ORDER BY events DESC`;
const MOST_HISTORY = 60;
const historySchema = z.array(z.string().max(100_000)).max(MOST_HISTORY);
const savedSchema = z.object({ id: z.string(), name: z.string() }).nullable();

export function SqlView(): ReactNode {
  const [text, setText] = usePanelState('sql.text', z.string().max(1_000_000), FIRST);
  const [past, setPast] = usePanelState('sql.history', historySchema, []);
  const [saved, setSaved] = usePanelState('sql.saved', savedSchema, null);
  const [filters, setFilters] = usePanelState('sql.filters', z.array(filterSchema).max(50), []);
  const [columns, setColumns] = usePanelState('sql.columns', resultColumnsSchema, FIRST_COLUMNS);
  const [saving, setSaving] = useState(false);
  const editor = useRef<EditorHandle>(null);
  const tables = useTables();
  const showPanel = useShowPanel();
  const chartIt = useChartIt();
  const exportIt = useExportIt();
  const { ran, running, problem, run, cancel } = useRun();
  const seconds = useSeconds(running);
  useRequestedView((view) => {
    setText(view.text);
    setSaved({ id: view.id, name: view.name });
  });

  // Sorted or filtered, the rows are the whole result's, not those first shown.
  const isWhole = ran !== null && (filters.length > 0 || columns.sort.length > 0);
  const source: Source | null =
    ran === null ? null : { from: { kind: 'sql', text: ran.sql }, filter: all(filters) };
  const whole = useSource(isWhole ? source : null, columns.sort, (list) => neededColumns(list, columns));
  const held = useMemo(() => (ran === null ? null : heldState(ran)), [ran]);
  const rows = isWhole ? whole : held;
  const list = rows?.opened?.columns ?? ran?.columns ?? [];

  const start = (): void => {
    const statement = text.trim();
    if (statement === '') return;
    setPast((was) => [statement, ...was.filter((one) => one !== statement)].slice(0, MOST_HISTORY));
    setFilters([]);
    setColumns(FIRST_COLUMNS);
    run(text);
  };
  const none = source === null ? 'Nothing was run yet.' : null;
  const write = (): void => {
    if (source !== null)
      exportIt({
        source,
        sort: columns.sort,
        columns: shownColumns(list, columns).map(({ name }) => name),
      });
  };
  useCommands([
    {
      id: 'sql.focus',
      title: 'Write SQL',
      group: 'SQL',
      run: () => {
        showPanel('sql', false);
        editor.current?.focus();
      },
    },
    { id: 'sql.run', title: 'Run the statement', group: 'SQL', keys: 'Ctrl+Enter', local: true, run: start },
    {
      id: 'sql.cancel',
      title: 'Cancel the statement',
      group: 'SQL',
      unavailable: running ? null : 'Nothing is running.',
      run: cancel,
    },
    {
      id: 'sql.save',
      title: 'Save the query as a view',
      group: 'SQL',
      unavailable: none,
      run: () => setSaving(true),
    },
    {
      id: 'sql.chart',
      title: 'Chart the query',
      group: 'SQL',
      unavailable: none,
      run: () => source !== null && chartIt(source),
    },
  ]);
  return (
    <div className="sql">
      <div className="sql-bar">
        {running ? (
          <Button onClick={cancel}>
            <Square /> Cancel
          </Button>
        ) : (
          <Button look="primary" onClick={start} title="Ctrl+Enter">
            <Play /> Run
          </Button>
        )}
        <Menu
          trigger={
            <Button look="plain" disabled={past.length === 0}>
              <History /> History
            </Button>
          }
          entries={past.slice(0, 30).map((one) => ({
            label: one.replace(/\s+/g, ' ').slice(0, 90),
            run: () => {
              setText(one);
              setSaved(null);
              editor.current?.focus();
            },
          }))}
        />
        <Status
          ran={problem === null ? ran : null}
          running={running}
          seconds={seconds}
          isWhole={isWhole}
          rows={rows?.opened?.rows ?? null}
        />
        <FilterChips filters={filters} onChange={(next) => setFilters([...next])} />
        <span className="spring" />
        {ran !== null && <ColumnsButton columns={list} state={columns} onChange={setColumns} />}
        <Button look="plain" disabled={none !== null} onClick={write}>
          Export…
        </Button>
        <Button look="plain" disabled={none !== null} onClick={() => source !== null && chartIt(source)}>
          Chart it
        </Button>
        <Button disabled={none !== null} onClick={() => setSaving(true)}>
          Save view…
        </Button>
      </div>
      <div className="sql-edit">
        <Suspense fallback={<div className="sql-editor" aria-busy="true" />}>
          <Editor ref={editor} text={text} tables={tables} onChange={setText} onRun={start} />
        </Suspense>
      </div>
      {problem !== null && <ProblemText problem={problem} />}
      {rows !== null && problem === null && (
        <ResultGrid
          label="Rows of the query"
          author="sql"
          state={rows}
          columns={columns}
          onColumns={setColumns}
          onFilter={(clause: Filter) => setFilters((was) => [...was, clause])}
          empty="The query gives no rows."
        />
      )}
      {rows === null && problem === null && (
        <p className="sql-hint label">
          One SELECT over {tableNames(tables)}. It reads only this case and changes nothing. Ctrl+Enter runs
          it.
        </p>
      )}
      {saving && source !== null && (
        <SaveViewDialog
          draft={{ source, chart: null, columns: shownColumns(list, columns).map(({ name }) => name) }}
          saved={saved}
          suggestion="Query"
          columns={list}
          lane={false}
          onSaved={setSaved}
          onClose={() => setSaving(false)}
        />
      )}
    </div>
  );
}

function all(filters: readonly Filter[]): Filter {
  const [only] = filters;
  return filters.length === 1 && only !== undefined ? only : { kind: 'and', of: [...filters] };
}

interface StatusProps {
  readonly ran: ReturnType<typeof useRun>['ran'];
  readonly running: boolean;
  readonly seconds: number;
  readonly isWhole: boolean;
  readonly rows: number | null;
}

/** `shown 1 000 of 12 362 · 0.04 s`. */
function Status({ ran, running, seconds, isWhole, rows }: StatusProps): ReactNode {
  const time = running && seconds > 0 ? `running, ${seconds} s` : running ? 'running' : '';
  return (
    <output className="label sql-status" aria-label="Rows shown">
      {time !== '' && time}
      {!running && ran !== null && isWhole && rows !== null && (
        <>
          <strong>{countText(rows)}</strong> rows
        </>
      )}
      {!running && ran !== null && !isWhole && (
        <>
          shown <strong>{countText(ran.shown)}</strong> of{' '}
          <strong>{ran.total === null ? 'more' : countText(ran.total)}</strong>
          {` · ${ran.seconds < 0.1 ? ran.seconds.toFixed(3) : ran.seconds.toFixed(1)} s`}
        </>
      )}
    </output>
  );
}

function useTables(): Tables {
  const engine = useEngine();
  const facts = useFactsVersion();
  const [tables, setTables] = useState<Tables>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new evidence brings tables of its own.
  useEffect(() => {
    const controller = new AbortController();
    void engine.call('query.tables', {}, controller.signal).then((outcome) => {
      if (outcome.ok && !controller.signal.aborted) setTables(outcome.value.tables);
    });
    return () => controller.abort();
  }, [engine, facts]);
  return tables;
}

/** The tables of the case; those of single files' own columns are many, and told as one. */
function tableNames(tables: Tables): string {
  const names = tables.map(({ name }) => name);
  const own = names.filter((name) => !/^record_\d+$/.test(name));
  if (own.length === 0) return 'the tables of the case';
  return `${own.join(', ')}${own.length < names.length ? ', and record_<number> for the own columns of each file' : ''}`;
}

/** Whole seconds since it began; 0 while it stands. */
function useSeconds(running: boolean): number {
  const [seconds, tick] = useReducer((was: number, reset: boolean) => (reset ? 0 : was + 1), 0);
  useEffect(() => {
    tick(true);
    if (!running) return;
    const timer = setInterval(() => tick(false), 1000);
    return () => clearInterval(timer);
  }, [running]);
  return seconds;
}

/** Takes a saved query that another panel wants built on. */
function useRequestedView(take: (view: { id: string; name: string; text: string }) => void): void {
  const [request, settle] = usePanelState('sql.request', viewRequestSchema, null);
  const { views } = useWork();
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    if (request === null) return;
    const view = savedView(views, request.id);
    if (view === undefined) return;
    settle(null);
    const { from } = view.source;
    if (from.kind === 'sql') latest.current({ id: view.id, name: view.name, text: from.text });
  }, [request, views, settle]);
}
