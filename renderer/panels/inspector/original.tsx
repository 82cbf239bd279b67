/** The original record as text, and its bytes where they lie in the evidence. */
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { decodeCodePage, isCodePage, knownEncoding } from '../../../shared/encodings';
import type { Problem } from '../../../shared/problem';
import { CANCELLED, problemOf } from '../../state/engine';
import { useEngine } from '../../state/hooks';
import { Button } from '../../ui/button';
import { countText } from '../../ui/event-text';
import { ProblemText } from '../../ui/problem-text';
import type { EventDetail } from './detail';
import { printable } from './hex';
import { HexView } from './hex-view';
import type { ReadBytes } from './use-bytes';

type Source = EventDetail['source'];

/** A record longer than this is shown from its start; the bytes below hold all of it. */
const MOST_TEXT = 16_384;

export function OriginalText({ source }: { readonly source: Source }): ReactNode {
  const engine = useEngine();
  const [state, setState] = useState<{ text: string; changed: boolean; problem: Problem | null } | null>(
    null,
  );
  const { evidenceId, byteOffset, byteLength, encoding } = source;
  useEffect(() => {
    setState(null);
    if (byteLength === 0) return;
    const controller = new AbortController();
    const length = Math.min(byteLength, MOST_TEXT);
    void engine
      .call('evidence.bytes', { evidenceId, offset: byteOffset, length }, controller.signal)
      .then((outcome) => {
        if (controller.signal.aborted) return;
        if (outcome.ok) {
          const text = printable(decoded(outcome.value.data, encoding));
          setState({ text, changed: outcome.value.changed, problem: null });
        } else if (outcome.problem.code !== CANCELLED)
          setState({ text: '', changed: false, problem: outcome.problem });
      });
    return () => controller.abort();
  }, [engine, evidenceId, byteOffset, byteLength, encoding]);
  if (state === null) return null;
  if (state.problem !== null) return <ProblemText problem={state.problem} />;
  return (
    <>
      {state.changed && <ChangedNote />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard. */}
      <pre className="original" tabIndex={0}>
        {state.text.replace(/\r?\n$/, '')}
      </pre>
      {byteLength > MOST_TEXT && (
        <p className="label hex-note">
          The first {countText(MOST_TEXT)} of {countText(byteLength)} bytes.
        </p>
      )}
    </>
  );
}

/** Text of a record's bytes, in the encoding the file was read in. */
function decoded(bytes: Uint8Array, encoding: string | null): string {
  const known = knownEncoding(encoding) ?? 'utf-8';
  return isCodePage(known) ? decodeCodePage(bytes, known) : new TextDecoder(known).decode(bytes);
}

export function ChangedNote(): ReactNode {
  return (
    <p className="bad hex-note">
      The file has changed since it was imported: these bytes may not be the record. The SHA-256 above is that
      of the import.
    </p>
  );
}

export function Bytes({ source }: { readonly source: Source }): ReactNode {
  const engine = useEngine();
  const { evidenceId } = source;
  const read = useCallback<ReadBytes>(
    (offset, length, signal) => engine.load('evidence.bytes', { evidenceId, offset, length }, signal),
    [engine, evidenceId],
  );
  return (
    <HexView
      read={read}
      record={{ offset: source.byteOffset, length: source.byteLength }}
      changedNote={<ChangedNote />}
      renderFailure={(failure, retry) => (
        <ProblemText problem={problemOf(failure)} action={<Button onClick={retry}>Look again</Button>} />
      )}
    />
  );
}
