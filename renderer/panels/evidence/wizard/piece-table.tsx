/** Every piece with what it looks like and what it means; the keys of pairs below. */
import type { ReactNode } from 'react';
import { kindTitle } from '../../../../shared/propose/shapes';
import { slotsOf } from '../../../../shared/propose/template';
import { cutLine } from '../../../../shared/propose/tokens';
import { Button } from '../../../ui/button';
import { type Draft, exampleOf, isRest, nameSlot, setKind, setRest } from './draft';
import { MeansSelect } from './means-select';

export interface PieceTableProps {
  readonly draft: Draft;
  /** A line that fits, for examples. */
  readonly line: string;
  readonly onDraft: (draft: Draft) => void;
  readonly selectId: (index: number) => string;
}

export function PieceTable({ draft, line, onDraft, selectId }: PieceTableProps): ReactNode {
  const { template, selected } = draft;
  const slots = slotsOf(template);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard.
    <section className="piece-table" aria-label="Pieces and what they mean" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Piece</th>
            <th scope="col">Looks like</th>
            <th scope="col">Means</th>
          </tr>
        </thead>
        <tbody>
          {slots.map((slot, index) => {
            const example = exampleOf(slot, index, template, line);
            return (
              <tr
                // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other name.
                key={index}
                className={index === selected ? 'selected' : undefined}
                onFocus={() => index !== selected && onDraft({ ...draft, selected: index })}
              >
                <td className="mono piece-example" title={example}>
                  {example}
                </td>
                <td>
                  <KindCell draft={draft} index={index} onDraft={onDraft} />
                </td>
                <td>
                  <MeansSelect
                    id={selectId(index)}
                    label={`Piece ${index + 1}, ${example.slice(0, 40)}`}
                    means={slot.means}
                    isKey={false}
                    onChange={(means) => onDraft(nameSlot({ ...draft, selected: index }, index, means))}
                  />
                </td>
              </tr>
            );
          })}
          {template.pairs !== null && (
            <tr>
              <th scope="rowgroup" colSpan={3} className="piece-keys">
                Keys in the rest
              </th>
            </tr>
          )}
          {template.pairs?.map(({ key, example, means }, at) => (
            <tr key={key}>
              <td className="mono piece-example" title={`${key}=${example}`}>
                {key}=<span className="label">{example}</span>
              </td>
              <td className="label">key</td>
              <td>
                <MeansSelect
                  label={`Key ${key}`}
                  means={means}
                  isKey
                  onChange={(next) => onDraft(nameSlot(draft, slots.length + at, next))}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <RestButtons draft={draft} onDraft={onDraft} />
    </section>
  );
}

interface PartProps {
  readonly draft: Draft;
  readonly onDraft: (draft: Draft) => void;
}

/** What a piece looks like by itself, or a word where that is too narrow. */
function KindCell({ draft, index, onDraft }: PartProps & { readonly index: number }): ReactNode {
  const slot = slotsOf(draft.template)[index];
  if (slot === undefined) return null;
  const looks = isRest(draft.template, index) ? 'rest' : (cutLine(slot.example).pieces[0]?.kind ?? slot.kind);
  const canBeWord = looks !== 'rest' && looks !== 'word' && !/\s/.test(slot.example);
  if (!canBeWord) return <span className="label">{kindTitle(slot.kind)}</span>;
  return (
    <select
      aria-label={`Piece ${index + 1} looks like`}
      value={slot.kind}
      onChange={(event) => onDraft(setKind(draft, index, event.target.value))}
    >
      <option value={looks}>{kindTitle(looks)}</option>
      <option value="word">word</option>
    </select>
  );
}

/** Where free text begins: from there to the end of the line all is one piece. */
function RestButtons({ draft, onDraft }: PartProps): ReactNode {
  const { slots, restFrom } = draft.template;
  const at = restFrom ?? slots.length;
  return (
    <div className="rest-buttons">
      <Button
        disabled={restFrom === null || restFrom >= slots.length}
        onClick={() => onDraft(setRest(draft, at + 1))}
      >
        Take one piece more out of the rest
      </Button>
      <Button disabled={at === 0} onClick={() => onDraft(setRest(draft, Math.min(draft.selected, at - 1)))}>
        The rest begins at the chosen piece
      </Button>
    </div>
  );
}
