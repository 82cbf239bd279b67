/** Running imports in the status bar, each with a bar and a way to stop it; what is read out of them. */
import { X } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useAnnounce, useImports, useNotice, useReport } from '../state/hooks';
import type { ImportProgress } from '../state/imports';
import { IconButton } from '../ui/button';
import { importText, quarterOf, resultText, shareOf } from './import-text';

export function ImportStatus(): ReactNode {
  const { running, stopping, cancel } = useImports();
  const announce = useAnnounce();
  const report = useReport();
  const said = useRef(new Map<string, number>());

  useEffect(() => {
    for (const progress of running) {
      const quarter = quarterOf(progress);
      if (said.current.get(progress.importId) === quarter) continue;
      said.current.set(progress.importId, quarter);
      announce(importText(progress));
    }
  }, [running, announce]);
  useNotice('import.done', (result) => {
    announce(resultText(result));
    if (result.problem !== null) report(result.problem, 'evidence');
  });

  return running.map((progress) => (
    <Running
      key={progress.importId}
      progress={progress}
      stopping={stopping.includes(progress.importId)}
      onCancel={() => void cancel(progress.importId)}
    />
  ));
}

interface RunningProps {
  readonly progress: ImportProgress;
  readonly stopping: boolean;
  readonly onCancel: () => void;
}

function Running({ progress, stopping, onCancel }: RunningProps): ReactNode {
  const share = shareOf(progress);
  const text = stopping ? 'stopping the import…' : importText(progress);
  return (
    <span className="status-item import-status">
      <span title={progress.name}>{text}</span>
      <progress aria-label={`Import of ${progress.name}`} {...(share === null ? {} : { value: share })} />
      {!stopping && (
        <IconButton label="Cancel the import" side="top" onClick={onCancel}>
          <X />
        </IconButton>
      )}
    </span>
  );
}
