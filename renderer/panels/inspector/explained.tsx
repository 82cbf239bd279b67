/** The packet as tshark takes it apart, asked for by a click. */
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Problem } from '../../../shared/problem';
import type { Result } from '../../../shared/protocol';
import { useEngine } from '../../state/hooks';
import { Button } from '../../ui/button';
import { ProblemText } from '../../ui/problem-text';

type Lines = Result<'event.explain'>['lines'];

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'told'; readonly lines: Lines }
  | { readonly kind: 'failed'; readonly problem: Problem };

/** Remounted for each event: what was told of another packet is not this one's. */
export function Explained({ eventId }: { readonly eventId: string }): ReactNode {
  const engine = useEngine();
  const [state, setState] = useState<State>({ kind: 'idle' });
  const asked = useRef<AbortController | null>(null);
  useEffect(() => () => asked.current?.abort(), []);
  const ask = (): void => {
    const controller = new AbortController();
    asked.current = controller;
    setState({ kind: 'asking' });
    void engine.call('event.explain', { eventId }, controller.signal).then((outcome) => {
      if (controller.signal.aborted) return;
      setState(
        outcome.ok
          ? { kind: 'told', lines: outcome.value.lines }
          : { kind: 'failed', problem: outcome.problem },
      );
    });
  };
  switch (state.kind) {
    case 'told':
      return <Tree lines={state.lines} />;
    case 'failed':
      return <ProblemText problem={state.problem} action={<Button onClick={ask}>Try again</Button>} />;
    default:
      return (
        <p className="hex-note">
          <Button onClick={ask} disabled={state.kind === 'asking'}>
            {state.kind === 'asking' ? 'tshark is reading…' : 'Explain this packet with tshark'}
          </Button>
        </p>
      );
  }
}

interface Layer {
  readonly title: string;
  readonly lines: Lines;
}

/** Layers fold; only the last, which is what the packet is for, is open at first. */
function Tree({ lines }: { readonly lines: Lines }): ReactNode {
  const layers = layersOf(lines);
  return (
    <div className="explained mono">
      {layers.map((layer, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two layers may have the same words, and none ever moves.
        <details key={index} open={index === layers.length - 1}>
          <summary>{layer.title}</summary>
          <pre>{layer.lines.map(({ depth, text }) => `${'  '.repeat(depth - 1)}${text}`).join('\n')}</pre>
        </details>
      ))}
    </div>
  );
}

export function layersOf(lines: Lines): readonly Layer[] {
  const layers: { title: string; lines: Lines[number][] }[] = [];
  for (const line of lines) {
    const last = layers.at(-1);
    if (line.depth === 0 || last === undefined) layers.push({ title: line.text, lines: [] });
    else last.lines.push(line);
  }
  return layers;
}
