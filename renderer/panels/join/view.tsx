/** The join builder: what is joined above, live counts beside it, the rows below, and what can be done with them. */
import { ChevronDown, ChevronRight, Code, Sparkles } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { z } from 'zod';
import type { Filter, Source } from '../../../shared/filter';
import { describeFilter, printFilter } from '../../../shared/filter/text';
import { ColumnsButton } from '../../grid/columns-button';
import { FilterChips } from '../../grid/filter-chips';
import { useChartIt, useExportIt, viewRequestSchema } from '../../grid/requests';
import { FIRST_COLUMNS, resultColumnsSchema, shownColumns } from '../../grid/result-columns';
import { eventColumn, neededColumns, ResultGrid } from '../../grid/result-grid';
import { SaveViewDialog } from '../../grid/save-view-dialog';
import { fromOfKey, fromTitle } from '../../grid/tables';
import { useSource } from '../../grid/use-source';
import type { Clause } from '../../state/filter';
import { useAnnounce, useCommands, useFilter, usePanelState, useWork, useZone } from '../../state/hooks';
import { savedView } from '../../state/work';
import { Button, IconButton } from '../../ui/button';
import { countText } from '../../ui/event-text';
import { Menu } from '../../ui/menu';
import { ProblemText } from '../../ui/problem-text';
import { Builder } from './builder';
import { EMPTY_PLAN, HOW_WORDS, type Plan, planOf, planSchema } from './plan';
import { PRESETS } from './presets';
import { OWN_CLAUSES, useJoin } from './use-join';
import { useJoinCount } from './use-join-count';
import './view.css';

const AUTHOR = 'join';

export function JoinView(): ReactNode {
  const [plan, setPlan] = usePanelState<Plan>('join.plan', planSchema, EMPTY_PLAN);
  const [columns, setColumns] = usePanelState('join.columns', resultColumnsSchema, FIRST_COLUMNS);
  const [open, setOpen] = usePanelState('join.open', z.boolean(), true);
  const [sqlShown, showSql] = useState(false);
  const [saving, setSaving] = useState<'view' | 'lane' | null>(null);
  const filter = useFilter();
  const announce = useAnnounce();
  const { views } = useWork();
  const state = useJoin(plan);
  const count = useJoinCount(state.bare);
  const { answer } = count;
  const counts = answer?.counts ?? null;
  const isCounted = count.of === JSON.stringify(state.bare);
  const exploded = counts !== null && answer !== null && counts.rows > answer.cap;
  const rows = useSource(
    isCounted && counts !== null && !exploded ? state.source : null,
    columns.sort,
    (all) => neededColumns(all, columns),
  );
  const { opened } = rows;
  const event = opened === null ? null : eventColumn(opened.columns);
  const chartIt = useChartIt();
  const exportIt = useExportIt();
  useRequestedView(setPlan);

  const filtering = plan.left.current
    ? filter.clauses.filter(({ muted, author }) => !muted && !OWN_CLAUSES.includes(author))
    : [];
  const withoutFilter = (): void =>
    setPlan((was) => ({
      ...was,
      left: { ...was.left, current: false },
      right: { ...was.right, current: false },
    }));
  const change = (next: Plan): void => setPlan(next);
  const title = titleOf(plan, views);
  const asSaved = (): Source | null => {
    const saved = plan.saved === null ? undefined : savedView(views, plan.saved.id);
    // A view that still is what was saved is cited by name: chips and charts then tell which it is.
    const same = saved !== undefined && JSON.stringify(saved.source) === JSON.stringify(state.source);
    return same ? { from: { kind: 'saved', id: saved.id }, filter: { kind: 'and', of: [] } } : state.source;
  };
  const showEvents = (): void => {
    const of = asSaved();
    if (of === null || event === null) return;
    filter.setFrom(AUTHOR, { kind: 'member', field: 'event_id', of, column: event });
    announce('Every panel shows the events of this join');
  };
  const none = opened === null || opened.rows === 0 ? 'There are no joined rows.' : null;
  const acts = [
    {
      id: 'join.save',
      title: 'Save the join as a view',
      unavailable: state.source === null ? 'The join is not complete.' : null,
      run: () => setSaving('view'),
    },
    {
      id: 'join.lane',
      title: 'Show the join on the timeline',
      unavailable: none,
      run: () => setSaving('lane'),
    },
    { id: 'join.chart', title: 'Chart the join', unavailable: none, run: () => chart() },
    {
      id: 'join.events',
      title: 'Show these events in every panel',
      unavailable: none ?? (event === null ? 'Its rows are no events.' : null),
      run: showEvents,
    },
    { id: 'join.export', title: 'Export the joined rows', unavailable: none, run: () => write() },
  ];
  const chart = (): void => {
    const source = asSaved();
    if (source !== null) chartIt(source);
  };
  const write = (): void => {
    if (state.source === null || opened === null) return;
    exportIt({
      source: state.source,
      sort: columns.sort,
      columns: shownColumns(opened.columns, columns).map(({ name }) => name),
    });
  };
  useCommands([
    ...acts.map((act) => ({ ...act, group: 'Join' })),
    ...PRESETS.map((preset) => ({
      id: `join.preset.${preset.id}`,
      title: `Join: ${preset.title.charAt(0).toLowerCase()}${preset.title.slice(1)}`,
      group: 'Join',
      also: preset.help,
      run: () => change({ ...EMPTY_PLAN, ...preset.plan }),
    })),
  ]);

  return (
    <div className="join">
      <div className="join-bar">
        <IconButton
          label={open ? 'Fold the builder away' : 'Show the builder'}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open ? <ChevronDown /> : <ChevronRight />}
        </IconButton>
        <Menu
          trigger={
            <Button look="plain" data-focus-first="">
              <Sparkles /> Common joins
            </Button>
          }
          entries={PRESETS.map((preset) => ({
            label: preset.title,
            run: () => change({ ...EMPTY_PLAN, ...preset.plan }),
          }))}
        />
        <h2 className="join-title">{title}</h2>
        <span className="spring" />
        <Button
          look="plain"
          aria-pressed={sqlShown}
          disabled={answer === null}
          onClick={() => showSql(!sqlShown)}
        >
          <Code /> SQL
        </Button>
        <Button disabled={acts[4]?.unavailable !== null} look="plain" onClick={write}>
          Export…
        </Button>
        <Button disabled={acts[3]?.unavailable !== null} look="plain" onClick={showEvents}>
          Show these events
        </Button>
        <Button disabled={none !== null} look="plain" onClick={() => setSaving('lane')}>
          Lane…
        </Button>
        <Button disabled={none !== null} look="plain" onClick={chart}>
          Chart it
        </Button>
        <Button disabled={state.source === null} onClick={() => setSaving('view')}>
          Save view…
        </Button>
      </div>
      {open && (
        <Builder plan={plan} state={state} counts={counts} counting={count.counting} onPlan={setPlan} />
      )}
      {sqlShown && answer !== null && (
        <section className="join-sql" aria-label="The SQL of this join">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so by keyboard. */}
          <pre className="mono" tabIndex={0}>
            {opened?.sql ?? answer.sql}
          </pre>
        </section>
      )}
      {count.problem !== null && (
        <ProblemText problem={count.problem} action={<Button onClick={count.retry}>Try again</Button>} />
      )}
      {!state.join.ok && state.leftProblem === null && state.rightProblem === null && (
        <p className="join-hint label">{state.join.problem.what}</p>
      )}
      {exploded && counts !== null && answer !== null && (
        <div className="join-explosion" role="alert">
          <p>
            <strong>{countText(counts.rows)} rows</strong> would come of this: one row of the left has up to{' '}
            {countText(counts.most)} partners. At most {countText(answer.cap)} can be held.
          </p>
          <p>Add a condition, narrow a side by a filter, or keep only rows without a match.</p>
        </div>
      )}
      {opened !== null && (
        <div className="join-status">
          <output className="label" aria-label="Joined rows" aria-busy={rows.opening}>
            <strong>{countText(opened.rows)}</strong> {opened.rows === 1 ? 'row' : 'rows'}
            {counts !== null && plan.result.length > 0 && <> of {countText(counts.rows)}</>}
            {counts !== null && counts.most > 1 && plan.how !== 'anti' && (
              <span className={counts.most > 100 ? 'warn' : ''}>
                , up to {countText(counts.most)} partners each
              </span>
            )}
            {opened.cap !== null && `, the first ${countText(opened.cap.held)} held`}
          </output>
          <FilterChips
            filters={plan.result}
            onChange={(result) => setPlan((was) => ({ ...was, result: [...result] }))}
          />
          <span className="spring" />
          <ColumnsButton columns={opened.columns} state={columns} onChange={setColumns} />
        </div>
      )}
      {(opened !== null || rows.problem !== null) && (
        <ResultGrid
          label="Joined rows"
          author={AUTHOR}
          state={rows}
          columns={columns}
          onColumns={setColumns}
          onFilter={(clause: Filter) => setPlan((was) => ({ ...was, result: [...was.result, clause] }))}
          empty={
            plan.result.length > 0
              ? 'No joined row passes its filters.'
              : emptyWords(
                  plan,
                  counts?.left.rows ?? 0,
                  filtering.length > 0 && <LeftFiltered clauses={filtering} onWithout={withoutFilter} />,
                )
          }
        />
      )}
      {saving !== null && state.source !== null && (
        <SaveViewDialog
          draft={{
            source: state.source,
            chart: null,
            columns: opened === null ? [] : shownColumns(opened.columns, columns).map(({ name }) => name),
          }}
          saved={plan.saved}
          suggestion={title}
          columns={opened?.columns ?? state.left}
          lane={saving === 'lane'}
          onSaved={(saved) => setPlan((was) => ({ ...was, saved }))}
          onClose={() => setSaving(null)}
        />
      )}
    </div>
  );
}

interface LeftFilteredProps {
  readonly clauses: readonly Clause[];
  readonly onWithout: () => void;
}

/** The left follows the filter in force, which leaves none of its rows: what that is, and a join beside it. */
function LeftFiltered({ clauses, onWithout }: LeftFilteredProps): ReactNode {
  const zone = useZone();
  return (
    <>
      <p>
        The left has no rows. It follows the filter in force:{' '}
        {clauses.map(({ filter }) => describeFilter(filter, zone)).join(' and ')}.
      </p>
      <Button onClick={onWithout}>Join without the filter</Button>
    </>
  );
}

function emptyWords(plan: Plan, left: number, filtered: ReactNode): ReactNode {
  if (left === 0 && filtered !== false) return filtered;
  if (left === 0) return 'The left has no rows under its filter.';
  return plan.how === 'anti' ? 'Every row of the left has a match.' : 'No row of the left has a match.';
}

function titleOf(plan: Plan, views: Parameters<typeof fromTitle>[1]): string {
  if (plan.saved !== null) return plan.saved.name;
  const left = fromOfKey(plan.left.from);
  const right = fromOfKey(plan.right.from);
  if (left === null || right === null) return 'Join';
  const with_ = plan.how === 'anti' ? 'without' : 'with';
  return `${fromTitle(left, views)} ${with_} ${plan.name || fromTitle(right, views).toLowerCase()}${plan.how === 'left' || plan.how === 'anti' ? '' : `, ${HOW_WORDS[plan.how]}`}`;
}

/** Takes a saved view that another panel wants built on. */
function useRequestedView(setPlan: (plan: Plan) => void): void {
  const [request, settle] = usePanelState('join.request', viewRequestSchema, null);
  const { views } = useWork();
  const zone = useZone();
  useEffect(() => {
    if (request === null) return;
    const view = savedView(views, request.id);
    if (view === undefined) return;
    settle(null);
    const plan = planOf(view.source, { id: view.id, name: view.name }, (one) => printFilter(one, zone));
    if (plan !== null) setPlan(plan);
  }, [request, views, zone, settle, setPlan]);
}
