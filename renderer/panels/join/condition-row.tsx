/** One condition of a join as a sentence with its columns to choose in it. */
import { X } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { ASSET_SIDES, type AssetSide, type JoinCondition } from '../../../shared/filter';
import type { SourceColumn } from '../../../shared/protocol';
import { formatDuration } from '../../../shared/time';
import { IconButton } from '../../ui/button';
import { type ConditionKind, fitting, guess, KIND_WORDS } from './conditions';
import { parseDuration } from './duration';

export interface ConditionRowProps {
  readonly number: number;
  readonly condition: JoinCondition;
  readonly left: readonly SourceColumn[];
  readonly right: readonly SourceColumn[];
  readonly onChange: (condition: JoinCondition) => void;
  readonly onRemove: () => void;
}

const KINDS: readonly ConditionKind[] = ['equal', 'asset', 'as-of', 'window', 'cidr'];

export function ConditionRow(props: ConditionRowProps): ReactNode {
  const { number, condition, left, right } = props;
  return (
    <li className="join-condition" aria-label={`Condition ${number}`}>
      <span className="label join-on">{number === 1 ? 'where' : 'and'}</span>
      <Left {...props} />
      <select
        className="text-box join-kind"
        aria-label={`Condition ${number}`}
        value={condition.kind}
        onChange={(event) => {
          const kind = KINDS.find((one) => one === event.target.value);
          if (kind !== undefined) props.onChange(guess(kind, left, right));
        }}
      >
        {KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {KIND_WORDS[kind]}
          </option>
        ))}
      </select>
      <Right {...props} />
      <IconButton label={`Remove condition ${number}`} onClick={props.onRemove}>
        <X />
      </IconButton>
    </li>
  );
}

function Left({ condition, left, onChange }: ConditionRowProps): ReactNode {
  switch (condition.kind) {
    case 'asset':
      return (
        <AssetSelect
          label="Left asset"
          value={condition.left}
          columns={left}
          onChange={(side) => onChange({ ...condition, left: side })}
        />
      );
    case 'equal':
      return pick('Left column', left, condition.left, (name) => onChange({ ...condition, left: name }));
    case 'cidr':
      return pick('Left address', fitting(left, 'address'), condition.left, (name) =>
        onChange({ ...condition, left: name }),
      );
    case 'as-of':
      return pick('Left time', fitting(left, 'time'), condition.left, (name) =>
        onChange({ ...condition, left: name }),
      );
    case 'window':
      return (
        <>
          {pick('Left time', fitting(left, 'time'), condition.left, (name) =>
            onChange({ ...condition, left: name }),
          )}
          <ColumnSelect
            label="Left end"
            columns={fitting(left, 'time').filter(({ name }) => name !== condition.left)}
            value={condition.leftEnd ?? ''}
            none="a point in time"
            onChange={(name) => onChange({ ...condition, leftEnd: name === '' ? null : name })}
          />
        </>
      );
  }
}

function Right({ condition, right, onChange }: ConditionRowProps): ReactNode {
  switch (condition.kind) {
    case 'asset':
      return (
        <AssetSelect
          label="Right asset"
          value={condition.right}
          columns={right}
          onChange={(side) => onChange({ ...condition, right: side })}
        />
      );
    case 'equal':
      return (
        <>
          {pick('Right column', right, condition.right, (name) => onChange({ ...condition, right: name }))}
          <label className="join-current">
            <input
              type="checkbox"
              checked={condition.ignoreCase}
              onChange={(event) => onChange({ ...condition, ignoreCase: event.target.checked })}
            />
            upper or lower case
          </label>
          <span
            className="label"
            title="Empty texts, -, unknown, n/a, none, null, localhost, 0.0.0.0 and the like"
          >
            words for a missing value match nothing
          </span>
        </>
      );
    case 'cidr':
      return pick('Right network', fitting(right, 'network'), condition.right, (name) =>
        onChange({ ...condition, right: name }),
      );
    case 'as-of':
      return (
        <>
          <select
            className="text-box"
            aria-label="Which one"
            value={condition.direction}
            onChange={(event) =>
              onChange({ ...condition, direction: event.target.value === 'next' ? 'next' : 'last' })
            }
          >
            <option value="last">the last one before it, by</option>
            <option value="next">the next one after it, by</option>
          </select>
          {pick('Right time', fitting(right, 'time'), condition.right, (name) =>
            onChange({ ...condition, right: name }),
          )}
          <DurationInput
            label="At most this far away"
            before="within"
            us={condition.withinUs}
            empty="any time"
            onChange={(withinUs) => onChange({ ...condition, withinUs })}
          />
        </>
      );
    case 'window':
      return (
        <>
          {pick('From', fitting(right, 'time'), condition.from, (name) =>
            onChange({ ...condition, from: name }),
          )}
          <span className="label">to</span>
          {pick('To', fitting(right, 'time'), condition.to, (name) => onChange({ ...condition, to: name }))}
          <DurationInput
            label="Also this long before"
            before="or before by"
            us={condition.beforeUs}
            empty={null}
            onChange={(beforeUs) => onChange({ ...condition, beforeUs: beforeUs ?? 0 })}
          />
          <DurationInput
            label="Also this long after"
            before="after by"
            us={condition.afterUs}
            empty={null}
            onChange={(afterUs) => onChange({ ...condition, afterUs: afterUs ?? 0 })}
          />
        </>
      );
  }
}

function pick(
  label: string,
  columns: readonly SourceColumn[],
  value: string,
  onChange: (name: string) => void,
): ReactNode {
  return <ColumnSelect label={label} columns={columns} value={value} onChange={onChange} />;
}

interface ColumnSelectProps {
  readonly label: string;
  readonly columns: readonly SourceColumn[];
  readonly value: string;
  /** Words of the choice of no column. */
  readonly none?: string;
  readonly onChange: (name: string) => void;
}

function ColumnSelect({ label, columns, value, none, onChange }: ColumnSelectProps): ReactNode {
  const known = columns.some(({ name }) => name === value);
  return (
    <select
      className="text-box join-column"
      aria-label={label}
      aria-invalid={value !== '' && !known && columns.length > 0}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      {none !== undefined && <option value="">{none}</option>}
      {!known && (none === undefined || value !== '') && (
        <option value={value}>{value === '' ? 'choose a column' : `${value} (not there)`}</option>
      )}
      {columns.map((column) => (
        <option key={column.name} value={column.name}>
          {column.label}
        </option>
      ))}
    </select>
  );
}

const ASSET_WORDS: Readonly<Record<AssetSide, string>> = {
  source: 'the source',
  destination: 'the destination',
  either: 'source or destination',
  itself: 'the row itself',
};

function AssetSelect(props: {
  readonly label: string;
  readonly value: AssetSide;
  readonly columns: readonly SourceColumn[];
  readonly onChange: (side: AssetSide) => void;
}): ReactNode {
  const hasSides = props.columns.some(({ name }) => name === 'source_ip');
  const sides = ASSET_SIDES.filter((side) => (side === 'itself') !== hasSides || side === props.value);
  return (
    <select
      className="text-box"
      aria-label={props.label}
      value={props.value}
      onChange={(event) => {
        const side = ASSET_SIDES.find((one) => one === event.target.value);
        if (side !== undefined) props.onChange(side);
      }}
    >
      {sides.map((side) => (
        <option key={side} value={side}>
          {ASSET_WORDS[side]}
        </option>
      ))}
    </select>
  );
}

interface DurationInputProps {
  readonly label: string;
  readonly before: string;
  readonly us: number | null;
  /** Words of no limit; null where there must be one. */
  readonly empty: string | null;
  readonly onChange: (us: number | null) => void;
}

function DurationInput({ label, before, us, empty, onChange }: DurationInputProps): ReactNode {
  const text = us === null ? '' : us === 0 ? '0' : formatDuration(us);
  const [draft, setDraft] = useState(text);
  const [bad, setBad] = useState(false);
  useEffect(() => {
    setDraft(text);
    setBad(false);
  }, [text]);
  const apply = (): void => {
    const next = draft.trim() === '' ? (empty === null ? 0 : null) : parseDuration(draft);
    const isBad = next === null && draft.trim() !== '';
    setBad(isBad);
    if (!isBad && next !== us) onChange(next);
  };
  return (
    <label className="join-duration">
      <span className="label">{before}</span>
      <input
        type="text"
        className="text-box mono"
        aria-label={label}
        aria-invalid={bad}
        title={bad ? 'Write a length of time: 90 s, 15 min, 2 h, 1 d' : undefined}
        placeholder={empty ?? '0'}
        value={draft}
        size={7}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') apply();
        }}
        onBlur={apply}
      />
    </label>
  );
}
