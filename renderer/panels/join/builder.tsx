/** What a join is made of: the two sides, how they are put together, and when two rows belong together. */
import { Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import type { JoinCounts } from '../../../shared/protocol';
import { Button } from '../../ui/button';
import { Menu } from '../../ui/menu';
import { ConditionRow } from './condition-row';
import { type ConditionKind, guess, KIND_MENU } from './conditions';
import { HOW_WORDS, type Plan } from './plan';
import { SideRow } from './side-row';
import type { JoinState } from './use-join';

export interface BuilderProps {
  readonly plan: Plan;
  readonly state: JoinState;
  readonly counts: JoinCounts | null;
  readonly counting: boolean;
  /** Changes what is there by then: two changes close together must not undo each other. */
  readonly onPlan: (change: (was: Plan) => Plan) => void;
}

const HOWS: readonly Plan['how'][] = ['left', 'inner', 'anti'];
const KINDS: readonly ConditionKind[] = ['equal', 'asset', 'as-of', 'window', 'cidr'];

export function Builder({ plan, state, counts, counting, onPlan }: BuilderProps): ReactNode {
  const hasAsOf = plan.on.some(({ kind }) => kind === 'as-of');
  return (
    <div className="join-builder">
      <SideRow
        title="Left"
        side={plan.left}
        problem={state.leftProblem}
        counts={counts?.left ?? null}
        counting={counting}
        onChange={(left) => onPlan((was) => ({ ...was, left }))}
      />
      <SideRow
        title="Right"
        side={plan.right}
        problem={state.rightProblem}
        counts={counts?.right ?? null}
        counting={counting}
        onChange={(right) => onPlan((was) => ({ ...was, right }))}
      />
      <div className="join-how">
        <label>
          <span className="label">Join</span>
          <select
            className="text-box"
            aria-label="Which rows to keep"
            value={plan.how}
            onChange={(event) => {
              const how = HOWS.find((one) => one === event.target.value);
              if (how !== undefined) onPlan((was) => ({ ...was, how }));
            }}
          >
            {HOWS.map((how) => (
              <option key={how} value={how}>
                {HOW_WORDS[how]}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span className="label">the right is called</span>
          <input
            type="text"
            className="text-box mono join-name"
            aria-label="What the right’s columns are called by"
            maxLength={40}
            size={10}
            spellCheck={false}
            value={plan.name}
            onChange={(event) => onPlan((was) => ({ ...was, name: event.target.value }))}
          />
        </label>
        <Menu
          trigger={
            <Button look="plain" disabled={plan.on.length >= 8}>
              <Plus /> Condition
            </Button>
          }
          entries={KINDS.map((kind) => ({
            label: KIND_MENU[kind],
            disabled: kind === 'as-of' && hasAsOf,
            run: () => onPlan((was) => ({ ...was, on: [...was.on, guess(kind, state.left, state.right)] })),
          }))}
        />
      </div>
      <ol className="join-conditions" aria-label="Conditions, all must hold">
        {plan.on.map((condition, index) => (
          <ConditionRow
            // biome-ignore lint/suspicious/noArrayIndexKey: a condition is its place; it has nothing else to be known by.
            key={index}
            number={index + 1}
            condition={condition}
            left={state.left}
            right={state.right}
            onChange={(next) =>
              onPlan((was) => ({ ...was, on: was.on.map((one, at) => (at === index ? next : one)) }))
            }
            onRemove={() => onPlan((was) => ({ ...was, on: was.on.filter((_, at) => at !== index) }))}
          />
        ))}
      </ol>
    </div>
  );
}
