/** The inspector: everything about the selected event, from its time down to its bytes. */
import { ClipboardCopy } from 'lucide-react';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { z } from 'zod';
import {
  useAnnounce,
  useEngine,
  useFactsVersion,
  useFilter,
  usePanelState,
  useSelection,
  useWork,
  useZone,
} from '../../state/hooks';
import { Button, IconButton } from '../../ui/button';
import { EventList, readEventLines } from '../../ui/event-list';
import { countText, fieldMicros, plural, timeLine } from '../../ui/event-text';
import { ContextMenuAt, type MenuEntry } from '../../ui/menu';
import { ProblemText } from '../../ui/problem-text';
import {
  type DetailRow,
  detailPrecision,
  detailSections,
  detailText,
  type EventDetail,
  sourceRows,
} from './detail';
import { Explained } from './explained';
import { FieldRows, type ValueMenu } from './field-rows';
import { MarksSection } from './marks-section';
import { Bytes, OriginalText } from './original';
import { PointsTable } from './points-table';
import { Section } from './section';
import { useAround, useDetail } from './use-detail';
import { valueMenu } from './value-menu';
import './view.css';

const AUTHOR = 'inspector';
const foldedSchema = z.array(z.string());
const NOTHING_FOLDED: string[] = [];

export function InspectorView(): ReactNode {
  const engine = useEngine();
  const zone = useZone();
  const filter = useFilter();
  const facts = useFactsVersion();
  const announce = useAnnounce();
  const { selected, outside, select } = useSelection();
  const [folded, setFolded] = usePanelState('inspector.folded', foldedSchema, NOTHING_FOLDED);
  const [menu, setMenu] = useState<{ x: number; y: number; entries: readonly MenuEntry[] } | null>(null);
  const closeMenu = useCallback(() => setMenu(null), []);
  const work = useWork().version;
  const state = useDetail(engine, selected?.eventId ?? null, facts + work);
  const showsAround = !folded.includes('around');
  const around = useAround(engine, state?.eventId ?? null, filter.filter, facts, showsAround);

  const copy = (text: string) => {
    void navigator.clipboard.writeText(text).then(
      () => announce('Copied'),
      () => announce('The clipboard cannot be written'),
    );
  };
  const onMenu = (value: ValueMenu) =>
    setMenu({
      x: value.x,
      y: value.y,
      entries: valueMenu(value, { add: (clause) => filter.add(clause, AUTHOR), copy }),
    });
  const fold = (id: string) => ({
    open: !folded.includes(id),
    onToggle: () => setFolded((was) => (was.includes(id) ? was.filter((one) => one !== id) : [...was, id])),
  });

  if (selected === null) {
    return <div className="empty">Select an event to see its fields, its record and its bytes.</div>;
  }
  if (state === null) return <div className="inspector" aria-busy="true" />;
  if (state.detail === null) {
    return (
      <div className="inspector">{state.problem !== null && <ProblemText problem={state.problem} />}</div>
    );
  }
  const { detail } = state;
  return (
    <div className="inspector" aria-busy={state.eventId !== selected.eventId}>
      <Head detail={detail} zone={zone} onMenu={onMenu} onCopy={() => copy(detailText(detail, zone))}>
        {outside && (
          <p className="warn inspector-outside">
            Outside the filter: not among the events shown.
            <Button look="plain" onClick={filter.clear}>
              Clear the filter
            </Button>
          </p>
        )}
      </Head>
      <div className="inspector-body">
        <MarksSection detail={detail} eventId={state.eventId} />
        {detailSections(detail, zone).map((section) => (
          <Section key={section.id} title={section.title} {...fold(section.id)}>
            <FieldRows rows={section.rows} onMenu={onMenu} />
          </Section>
        ))}
        {detail.points.length > 0 && (
          <Section title="Points" note={countText(detail.points.length)} {...fold('points')}>
            <PointsTable points={detail.points} />
          </Section>
        )}
        <RecordSection detail={detail} fold={fold('record')} onMenu={onMenu} />
        <Section title="Where it came from" {...fold('source')}>
          <FieldRows rows={sourceRows(detail)} onMenu={onMenu} />
          {detail.source.missing && <p className="warn hex-note">The original file is not where it was.</p>}
        </Section>
        {detail.source.byteLength > 0 && (
          <>
            {detail.source.encoding !== null && (
              <Section title="Original record" {...fold('original')}>
                <OriginalText source={detail.source} />
              </Section>
            )}
            <Section
              title="Bytes"
              note={`${plural(detail.source.byteLength, 'byte')} at ${countText(detail.source.byteOffset)}`}
              {...fold('bytes')}
            >
              <Bytes key={detail.source.evidenceId} source={detail.source} />
            </Section>
          </>
        )}
        {detail.source.explainable && (
          <Section title="tshark" note="this packet alone" {...fold('explained')}>
            <Explained key={state.eventId} eventId={state.eventId} />
          </Section>
        )}
        <Section title="Before and after" note="under the filter" {...fold('around')}>
          {around === null ? (
            <p className="label hex-note">
              {outside ? 'The filter leaves this event out.' : 'Its neighbours are still read.'}
            </p>
          ) : (
            <EventList
              label="Events before and after"
              lines={readEventLines(around, zone)}
              currentId={state.eventId}
              onGo={(one) => select(one.eventId, one.at, AUTHOR)}
            />
          )}
        </Section>
      </div>
      <ContextMenuAt at={menu} entries={menu?.entries ?? []} onClose={closeMenu} />
    </div>
  );
}

interface HeadProps {
  readonly detail: EventDetail;
  readonly zone: string;
  readonly onMenu: (menu: ValueMenu) => void;
  readonly onCopy: () => void;
  readonly children: ReactNode;
}

function Head({ detail, zone, onMenu, onCopy, children }: HeadProps): ReactNode {
  const at = fieldMicros(detail.fields.timestamp);
  const remainder = detail.fields.time_remainder_ns;
  const domain = detail.fields.event_domain;
  const message = String(detail.fields.message ?? '');
  return (
    <header className="inspector-head">
      <p className="inspector-time">
        {typeof domain === 'string' && (
          <span className="domain" data-domain={domain} title={domain}>
            <span className="domain-mark" aria-hidden="true" />
            <span className="sr-only">{domain}</span>
          </span>
        )}
        {at === null ? (
          <span className="warn">undated</span>
        ) : (
          <time>
            {timeLine(at, zone, detailPrecision(detail), typeof remainder === 'number' ? remainder : 0)}
          </time>
        )}
        <span className="inspector-tools">
          <IconButton label="Copy everything as text" onClick={onCopy}>
            <ClipboardCopy aria-hidden="true" />
          </IconButton>
        </span>
      </p>
      <p
        className="inspector-message"
        onContextMenu={(event) => {
          event.preventDefault();
          const fact = { field: 'message', value: detail.fields.message ?? null };
          onMenu({ label: 'Message', text: message, fact, x: event.clientX, y: event.clientY });
        }}
      >
        {message}
      </p>
      {children}
    </header>
  );
}

interface RecordSectionProps {
  readonly detail: EventDetail;
  readonly fold: { readonly open: boolean; readonly onToggle: () => void };
  readonly onMenu: (menu: ValueMenu) => void;
}

/** The source's own columns, in its order and with its names; NULL and empty text stay apart. */
function RecordSection({ detail, fold, onMenu }: RecordSectionProps): ReactNode {
  const [search, setSearch] = useState('');
  const rows = useMemo<readonly DetailRow[]>(() => {
    const words = search.trim().toLowerCase();
    return detail.record
      .filter((one) => words === '' || `${one.name} ${one.value ?? ''}`.toLowerCase().includes(words))
      .map((one) => ({
        label: one.name,
        text: one.value ?? '·',
        mono: true,
        help: one.name,
        fact: null,
        doubt: false,
      }));
  }, [detail.record, search]);
  if (detail.record.length === 0) return null;
  return (
    <Section title="Record" note={plural(detail.record.length, 'column')} {...fold}>
      {detail.record.length > 12 && (
        <input
          type="text"
          className="text-box record-search"
          aria-label="Search the record"
          placeholder="Search the record"
          value={search}
          spellCheck={false}
          onChange={(event) => setSearch(event.target.value)}
        />
      )}
      <FieldRows rows={rows} onMenu={onMenu} />
    </Section>
  );
}
