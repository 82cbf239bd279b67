/** A fault while drawing stays where it happened: the part says so and offers to be drawn again. */
import { Component, type ReactNode } from 'react';
import { Button } from '../ui/button';
import { ProblemText } from '../ui/problem-text';

interface Props {
  /** What the part is called in its message: `Timeline`, `window`. */
  readonly name: string;
  /** Words of the button. */
  readonly again: string;
  /** Defaults to drawing the part afresh. */
  readonly onAgain?: () => void;
  readonly children: ReactNode;
}

interface State {
  readonly error: unknown;
  readonly failed: boolean;
}

/** React asks for a class here: only a class can catch what its children throw. */
export class ErrorBoundary extends Component<Props, State> {
  override readonly state: State = { error: null, failed: false };

  static getDerivedStateFromError(error: unknown): State {
    return { error, failed: true };
  }

  override render(): ReactNode {
    const { name, again, onAgain, children } = this.props;
    const { error, failed } = this.state;
    if (!failed) return children;
    const reload = onAgain ?? (() => this.setState({ error: null, failed: false }));
    return (
      <div className="window-problem">
        <ProblemText
          problem={{
            code: 'drawing-failed',
            what: `${name} could not be drawn.`,
            why: error instanceof Error ? error.message : String(error),
            help: 'Nothing of the case is lost. If it happens again, please report it with this text.',
          }}
          action={<Button onClick={reload}>{again}</Button>}
        />
      </div>
    );
  }
}
