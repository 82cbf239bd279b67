/** A Problem where it happened: what, why, where, and what to do about it. */
import type { ReactNode } from 'react';
import type { Problem } from '../../shared/problem';
import './problem-text.css';

export interface ProblemTextProps {
  readonly problem: Problem;
  /** One action that follows the help. */
  readonly action?: ReactNode;
}

export function ProblemText({ problem, action }: ProblemTextProps): ReactNode {
  return (
    <div className="problem" role="alert">
      <span className="problem-mark" aria-hidden="true" />
      <div>
        <p className="problem-what">{problem.what}</p>
        {problem.why !== undefined && <p className="quiet">{problem.why}</p>}
        {problem.where !== undefined && <p className="mono problem-where">{problem.where}</p>}
        {problem.help !== undefined && <p>{problem.help}</p>}
        {action}
      </div>
    </div>
  );
}
