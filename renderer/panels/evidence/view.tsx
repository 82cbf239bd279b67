/** The evidence panel: what was taken in and what became of every record; imports under way and their results. */
import { Copy, FileCog, FolderInput } from 'lucide-react';
import { type ReactNode, useCallback, useLayoutEffect, useRef, useState } from 'react';
import { z } from 'zod';
import { problemOf } from '../../state/engine';
import {
  useAnnounce,
  useCase,
  useCommands,
  useEngine,
  useFilter,
  useImports,
  usePanelState,
  useReport,
  useRunCommand,
  useSession,
  useShowPanel,
  useZone,
} from '../../state/hooks';
import { rejectedRecords } from '../../state/imports';
import { Button, IconButton } from '../../ui/button';
import { ContextMenuAt, type MenuEntry } from '../../ui/menu';
import { ProblemText } from '../../ui/problem-text';
import { ClockDialog } from './clock-dialog';
import { CustodyDialog } from './custody-dialog';
import { DuplicatesView } from './duplicates-view';
import { EvidenceDetails } from './evidence-details';
import { ImportResultNote, RunningImports } from './import-status';
import { isUndescribed, type LedgerEntry, rowName } from './ledger';
import { LedgerView } from './ledger-view';
import { EVERY_REJECT, RejectFilter } from './reject-filter';
import { RejectsView } from './rejects-view';
import { useAgain } from './use-again';
import { useCoverage } from './use-coverage';
import './view.css';

const AUTHOR = 'evidence';
const WIDE_FROM = 760;
const panelSchema = z.object({ seenImport: z.string().nullable() });
const NOTHING_SEEN = { seenImport: null };

export function EvidenceView(): ReactNode {
  const engine = useEngine();
  const zone = useZone();
  const filter = useFilter();
  const session = useSession();
  const openCase = useCase();
  const imports = useImports();
  const announce = useAnnounce();
  const report = useReport();
  const run = useRunCommand();
  const showPanel = useShowPanel();
  const [panel, setPanel] = usePanelState('evidence', panelSchema, NOTHING_SEEN);
  const [selectedId, setSelectedId] = useState<number | null>(null);
  const [rejectsOf, setRejects] = useState<number | 'all' | null>(null);
  const [rejectWish, setRejectWish] = useState(EVERY_REJECT);
  const [showsShared, setShowsShared] = useState(false);
  const again = useAgain();
  const [clockOf, setClockOf] = useState<number | null>(null);
  const [custodyOf, setCustodyOf] = useState<number | null>(null);
  const [removed, setRemoved] = useState<string | null>(null);
  const [menu, setMenu] = useState<{ x: number; y: number; entries: readonly MenuEntry[] } | null>(null);
  const closeMenu = useCallback(() => setMenu(null), []);
  const root = useRef<HTMLDivElement>(null);
  const wide = useWide(root);
  const writable = openCase !== null && openCase.readOnly === null;
  const row = imports.evidence.find((one) => one.evidence_id === selectedId) ?? null;

  const { lastResult } = imports;
  const coverage = useCoverage(imports.evidence.some(({ events }) => events > 0));
  const setRejectsOf = (of: number | 'all' | null) => {
    setRejectWish(EVERY_REJECT);
    setShowsShared(false);
    setRejects(of);
  };

  const remove = async (entry: LedgerEntry) => {
    const outcome = await engine.call('evidence.remove', { evidenceIds: [entry.evidence_id] });
    if (!outcome.ok) {
      report(outcome.problem, AUTHOR);
      return;
    }
    setRemoved(rowName(entry));
    announce(`${rowName(entry)} removed. Undo brings it back.`);
  };
  const showOnly = (entry: LedgerEntry) =>
    filter.add({ kind: 'in', field: 'evidence_id', values: [entry.evidence_id] }, AUTHOR);
  // What was imported again takes the place of what was selected.
  const replacing = lastResult?.rows.find(
    ({ path, member }) => row?.removed === true && path === row.path && member === row.member,
  );
  const [followed, follow] = useState<string | null>(null);
  if (lastResult !== null && replacing !== undefined && followed !== lastResult.importId) {
    follow(lastResult.importId);
    setSelectedId(replacing.evidence_id);
  }
  const entryOf = (id: number) => imports.evidence.find((one) => one.evidence_id === id);
  useCommands([
    {
      id: 'evidence.rejects',
      title: 'Show the rejected records of all evidence',
      group: 'Evidence',
      also: 'reasons errors could not be read',
      unavailable: rejectedRecords(imports.evidence) > 0 ? null : 'No record was rejected.',
      run: () => {
        setRejectsOf('all');
        showPanel('evidence');
      },
    },
    {
      id: 'evidence.shared',
      title: 'Find records that several evidences share',
      group: 'Evidence',
      also: 'duplicates overlap same twice exports',
      unavailable: imports.evidence.length > 1 ? null : 'There is only one evidence.',
      run: () => {
        setRejectsOf(null);
        setShowsShared(true);
        showPanel('evidence');
      },
    },
  ]);
  const openMenu = (id: number, x: number, y: number) => {
    const entry = entryOf(id);
    if (entry === undefined) return;
    const only = { kind: 'in', field: 'evidence_id', values: [id] } as const;
    setMenu({
      x,
      y,
      entries: [
        { kind: 'heading', label: rowName(entry) },
        { label: 'Show only its events', disabled: entry.events === 0, run: () => showOnly(entry) },
        {
          label: 'Leave its events out',
          disabled: entry.events === 0,
          run: () => filter.add({ kind: 'not', of: only }, AUTHOR),
        },
        {
          label: 'Rejected records…',
          disabled: entry.rejected === 0,
          run: () => setRejectsOf(id),
        },
        {
          label: 'Import again with other settings…',
          disabled: !writable || entry.removed || entry.status === 'duplicate',
          run: () => void again(entry),
        },
        {
          label: 'Describe its lines…',
          disabled: !writable || entry.removed || !isUndescribed(entry),
          run: () => void again(entry, true),
        },
        {
          label: 'Set the clock…',
          disabled: !writable || entry.removed || entry.events === 0,
          run: () => setClockOf(id),
        },
        {
          label: 'Custody…',
          disabled: !writable || entry.removed || entry.sha256 === null,
          run: () => setCustodyOf(id),
        },
        { kind: 'line' },
        { label: 'Copy path', run: () => void navigator.clipboard.writeText(entry.path) },
        {
          label: 'Copy SHA-256',
          disabled: entry.sha256 === null,
          run: () => void navigator.clipboard.writeText(entry.sha256 ?? ''),
        },
        { kind: 'line' },
        {
          label: 'Remove from the case',
          keys: 'Delete',
          disabled: !writable || entry.removed,
          run: () => void remove(entry),
        },
      ],
    });
  };

  const load = useCallback(
    (offset: number, limit: number, signal: AbortSignal) =>
      engine.load(
        'evidence.rejects',
        { evidenceId: typeof rejectsOf === 'number' ? rejectsOf : null, offset, limit, ...rejectWish },
        signal,
      ),
    [engine, rejectsOf, rejectWish],
  );
  const clocked = clockOf === null ? undefined : entryOf(clockOf);
  const inCustody = custodyOf === null ? undefined : entryOf(custodyOf);
  const showsResult = lastResult !== null && panel.seenImport !== lastResult.importId;
  return (
    <div className="evidence" ref={root}>
      <div className="evidence-bar">
        <Button onClick={() => run('evidence.import')} disabled={!writable}>
          <FolderInput aria-hidden="true" />
          Import…
        </Button>
        <Button
          look="plain"
          title="Find records that several evidences share"
          disabled={imports.evidence.length < 2}
          aria-pressed={showsShared}
          onClick={() => run('evidence.shared')}
        >
          <Copy aria-hidden="true" />
          Shared
        </Button>
        {openCase?.readOnly && openCase.file === null && (
          <span className="label">read-only: {openCase.readOnly}</span>
        )}
        <span className="spring" />
        <IconButton label="Formats of your own" onClick={() => run('formats.own')}>
          <FileCog aria-hidden="true" />
        </IconButton>
      </div>
      <RunningImports imports={imports} />
      {showsResult && (
        <ImportResultNote
          done={lastResult}
          onShow={(id) => setSelectedId(id)}
          onDismiss={() => setPanel({ seenImport: lastResult.importId })}
        />
      )}
      {removed !== null && (
        <div className="evidence-undo" role="status">
          <span>Removed {removed}.</span>
          <Button
            look="plain"
            onClick={() => {
              setRemoved(null);
              void session.undo();
            }}
          >
            Undo
          </Button>
          <Button look="plain" aria-label="Dismiss" onClick={() => setRemoved(null)}>
            ×
          </Button>
        </div>
      )}
      {imports.problem !== null && <ProblemText problem={imports.problem} />}
      {showsShared ? (
        <DuplicatesView
          wide={wide}
          writable={writable}
          entryOf={entryOf}
          onRemove={(entry) => void remove(entry)}
          onBack={() => setShowsShared(false)}
        />
      ) : rejectsOf !== null ? (
        <RejectsView
          title={
            typeof rejectsOf === 'number'
              ? rowName(entryOf(rejectsOf) ?? { name: '', member: null })
              : 'all evidence'
          }
          wide={wide}
          several={rejectsOf === 'all'}
          filter={
            <RejectFilter
              evidenceId={typeof rejectsOf === 'number' ? rejectsOf : null}
              wish={rejectWish}
              onWish={setRejectWish}
            />
          }
          load={load}
          nameOf={(id) => rowName(entryOf(id) ?? { name: `evidence ${id}`, member: null })}
          onBack={() => {
            setRejectsOf(null);
            requestAnimationFrame(() => root.current?.querySelector<HTMLElement>('[role="grid"]')?.focus());
          }}
          renderFailure={(failure) => <ProblemText problem={problemOf(failure)} />}
        />
      ) : imports.evidence.length === 0 ? (
        !imports.loading &&
        imports.running.length === 0 && (
          <EmptyLedger writable={writable} onImport={() => run('evidence.import')} />
        )
      ) : (
        <div className={wide ? 'evidence-split wide' : 'evidence-split'}>
          <div className="evidence-list">
            <LedgerView
              rows={imports.evidence}
              wide={wide}
              zone={zone}
              coverage={coverage}
              selectedId={selectedId}
              onSelect={setSelectedId}
              onOpen={(id) => {
                if ((entryOf(id)?.rejected ?? 0) > 0) setRejectsOf(id);
              }}
              onRemove={(id) => {
                const entry = entryOf(id);
                if (entry !== undefined && writable && !entry.removed) void remove(entry);
              }}
              onMenu={openMenu}
            />
          </div>
          {row !== null && (
            <EvidenceDetails
              row={row}
              zone={zone}
              writable={writable}
              coverage={coverage}
              onAgain={() => void again(row)}
              onDescribe={() => void again(row, true)}
              onRejects={() => setRejectsOf(row.evidence_id)}
              onFilter={() => showOnly(row)}
              onRemove={() => void remove(row)}
              onClock={() => setClockOf(row.evidence_id)}
              onCustody={() => setCustodyOf(row.evidence_id)}
            />
          )}
        </div>
      )}
      {inCustody !== undefined && <CustodyDialog row={inCustody} onClose={() => setCustodyOf(null)} />}
      {clocked !== undefined && <ClockDialog row={clocked} onClose={() => setClockOf(null)} />}
      <ContextMenuAt at={menu} entries={menu?.entries ?? []} onClose={closeMenu} />
    </div>
  );
}

function EmptyLedger({
  writable,
  onImport,
}: {
  readonly writable: boolean;
  readonly onImport: () => void;
}): ReactNode {
  return (
    <div className="empty">
      <p>Drop exported logs, tickets, inventories or captures anywhere on the window.</p>
      <Button look="primary" onClick={onImport} disabled={!writable}>
        Import files…
      </Button>
    </div>
  );
}

/** True while the panel has room for the whole ledger. */
function useWide(root: React.RefObject<HTMLElement | null>): boolean {
  const [wide, setWide] = useState(false);
  useLayoutEffect(() => {
    const element = root.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWide(element.clientWidth >= WIDE_FROM));
    observer.observe(element);
    setWide(element.clientWidth >= WIDE_FROM);
    return () => observer.disconnect();
  }, [root]);
  return wide;
}
