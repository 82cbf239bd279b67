/** The formats there are, by title; asked for once while something shows them. */
import { useEffect, useState } from 'react';
import type { Result } from '../../../shared/protocol';
import { useEngine } from '../../state/hooks';

export type FormatRow = Result<'format.list'>['formats'][number];

/** `version` asks again when it changes. */
export function useFormats(version = 0): readonly FormatRow[] {
  const engine = useEngine();
  const [formats, setFormats] = useState<readonly FormatRow[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` grows when formats came or went.
  useEffect(() => {
    const controller = new AbortController();
    void engine.call('format.list', {}, controller.signal).then((outcome) => {
      if (controller.signal.aborted || !outcome.ok) return;
      setFormats(outcome.value.formats.toSorted((a, b) => a.title.localeCompare(b.title)));
    });
    return () => controller.abort();
  }, [engine, version]);
  return formats;
}
