/** A titled part of the inspector that folds; what is folded is remembered while the panel lives. */
import { type ReactNode, useId } from 'react';

export interface SectionProps {
  readonly title: string;
  /** A count or a remark beside the title. */
  readonly note?: ReactNode;
  readonly open: boolean;
  readonly onToggle: () => void;
  readonly children: ReactNode;
}

export function Section({ title, note, open, onToggle, children }: SectionProps): ReactNode {
  const id = useId();
  return (
    <section className="section">
      <h3>
        <button
          type="button"
          className="section-title"
          aria-expanded={open}
          aria-controls={id}
          onClick={onToggle}
        >
          <span className={open ? 'fold open' : 'fold'} aria-hidden="true" />
          {title}
          {note !== undefined && <span className="label"> {note}</span>}
        </button>
      </h3>
      {open && (
        <div id={id} className="section-body">
          {children}
        </div>
      )}
    </section>
  );
}
