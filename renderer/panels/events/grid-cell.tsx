/** One cell: what it holds, drawn. Long values give way in their middle; hits of the search are marked. */
import type { ReactNode } from 'react';
import { splitForEllipsis } from '../../ui/event-text';
import { type CellContent, routeTexts } from './cell-text';

/** Average glyph widths at 12 px, to tell whether a value can possibly be too long for its column. */
const MONO_PX = 7.2;
const SANS_PX = 6.1;
const PADDING_PX = 10;
/** Share of the characters in sight that the end of a cut value keeps; none where there are too few. */
const TAIL_SHARE = 0.25;
const TAIL_FROM_MONO = 16;
const TAIL_FROM_SANS = 36;
/** Below this the domain's word gives way to three letters of it. */
const DOMAIN_WORD_PX = 94;
const DOMAIN_SHORT: Readonly<Record<string, string>> = {
  operations: 'ops',
  security: 'sec',
  service: 'svc',
  ot: 'ot',
  physical: 'phy',
  network: 'net',
};

/** Wider than any glyph of plain text at this size, and space for the first column's edge. */
const WIDEST_SANS_PX = 12;
const WIDEST_MONO_PX = 7.4;
const EDGE_PX = 16;
const PLAIN = /^[\x20-\x7e]*$/;

/** Whether a value cannot reach its cell's border. Then nothing is cut there: each cut is a clip the browser redraws. */
export function surelyFits(content: CellContent, width: number): boolean {
  const room = width - EDGE_PX;
  switch (content.kind) {
    case 'null':
    case 'empty':
      return room >= 2 * WIDEST_SANS_PX;
    case 'time': {
      const { date, clock, fraction } = content.parts;
      const length = date.length + 1 + clock.length + fraction.length;
      return content.marks === '' && length * WIDEST_MONO_PX <= room;
    }
    case 'value':
      return (
        content.text.length * (content.mono ? WIDEST_MONO_PX : WIDEST_SANS_PX) <= room &&
        PLAIN.test(content.text)
      );
    default:
      return false;
  }
}

export interface CellBodyProps {
  readonly content: CellContent;
  readonly width: number;
  readonly find: string;
  /** Grey the date: it is the same as in the row above. */
  readonly sameDate: boolean;
}

export function CellBody({ content, width, find, sameDate }: CellBodyProps): ReactNode {
  switch (content.kind) {
    case 'null':
      return <span className="cell-null">·</span>;
    case 'empty':
      return <span className="cell-null">""</span>;
    case 'time':
      return (
        <span className="cell-time">
          <span className={sameDate ? 'cell-date same' : 'cell-date'}>{content.parts.date}</span>
          {content.parts.clock !== '' && ` ${content.parts.clock}`}
          {content.parts.fraction !== '' && <span className="cell-fraction">{content.parts.fraction}</span>}
          {content.marks !== '' && <span className="cell-marks">{content.marks}</span>}
        </span>
      );
    case 'undated':
      return (
        <span className="cell-undated">
          undated{content.written !== null && <span className="cell-mono"> {content.written}</span>}
        </span>
      );
    case 'domain':
      return (
        <span className="domain" data-domain={content.domain}>
          <span className="domain-mark" aria-hidden="true" />
          {width < DOMAIN_WORD_PX ? (DOMAIN_SHORT[content.domain] ?? content.domain) : content.domain}
        </span>
      );
    case 'severity':
      return <span className={`severity ${content.level}`}>{content.word}</span>;
    case 'route':
      return <RouteBody content={content} width={width} find={find} />;
    default: {
      const room = Math.floor((width - PADDING_PX) / (content.mono ? MONO_PX : SANS_PX));
      const text = content.text.length > room ? (content.short ?? content.text) : content.text;
      return <LongText text={text} mono={content.mono} room={room} find={find} />;
    }
  }
}

function RouteBody({ content, width, find }: RouteBodyProps): ReactNode {
  const room = Math.floor((width - PADDING_PX) / MONO_PX);
  const [from, to] = routeTexts(content.from, content.to, room);
  const isTight = (from?.length ?? 1) + (to?.length ?? 1) + 3 > room;
  const arrow = content.assumed ? '⇢' : '→';
  return (
    <span className="cell-mono">
      {from === null ? <Null /> : highlight(from, find)}
      <span className="cell-arrow">{isTight ? arrow : ` ${arrow} `}</span>
      {to === null ? <Null /> : highlight(to, find)}
    </span>
  );
}

interface RouteBodyProps {
  readonly content: Extract<CellContent, { kind: 'route' }>;
  readonly width: number;
  readonly find: string;
}

function Null(): ReactNode {
  return <span className="cell-null">·</span>;
}

interface LongTextProps {
  readonly text: string;
  readonly mono: boolean;
  /** Characters that fit, about. */
  readonly room: number;
  readonly find: string;
}

function LongText({ text, mono, room, find }: LongTextProps): ReactNode {
  const className = mono ? 'cell-mono' : 'cell-text';
  if (text.length <= room || room < (mono ? TAIL_FROM_MONO : TAIL_FROM_SANS))
    return <span className={className}>{highlight(text, find)}</span>;
  const [head, tail] = splitForEllipsis(text, Math.min(20, Math.round(room * TAIL_SHARE)));
  return (
    <span className={`${className} cell-long`}>
      <span className="cell-head">{highlight(head, find)}</span>
      {tail !== '' && <span className="cell-tail">{highlight(tail, find)}</span>}
    </span>
  );
}

/** Text with every occurrence of the words searched for marked; plain text when nothing is. */
export function highlight(text: string, find: string): ReactNode {
  if (find === '') return text;
  const lower = text.toLowerCase();
  const needle = find.toLowerCase();
  // Lower-casing can change the length of a few letters; then positions would lie.
  if (lower.length !== text.length) return text;
  const parts: ReactNode[] = [];
  let from = 0;
  for (let at = lower.indexOf(needle); at >= 0; at = lower.indexOf(needle, from)) {
    if (at > from) parts.push(text.slice(from, at));
    parts.push(<mark key={at}>{text.slice(at, at + needle.length)}</mark>);
    from = at + needle.length;
  }
  if (parts.length === 0) return text;
  parts.push(text.slice(from));
  return parts;
}
