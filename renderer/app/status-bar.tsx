/** The bar at the foot: imports that run, rejects, problems, why nothing can be written, memory, the log, offline. */
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { useCase, useImports, useRunCommand, useSession, useShowPanel, useWorkbench } from '../state/hooks';
import { failedEvidence, rejectedRecords } from '../state/imports';
import { countText, plural, sizeText } from '../ui/event-text';
import { Tooltip } from '../ui/tooltip';
import { ImportStatus } from './import-status';
import { MessageList } from './message-list';
import './status-bar.css';

export function StatusBar(): ReactNode {
  const { hello, memoryBytes } = useSession();
  const open = useCase();
  return (
    <footer className="status-bar">
      <ImportStatus />
      {open !== null && <Rejects />}
      <MessageList />
      {open?.readOnly != null && open.file === null && (
        <Tooltip text={open.readOnly} side="top">
          <span className="status-item warn">read-only: {open.readOnly}</span>
        </Tooltip>
      )}
      <span className="status-space" />
      {open !== null && (
        <span className="status-item">
          {plural(open.evidence, 'evidence', 'evidence')} · {plural(open.events, 'event')}
        </span>
      )}
      {memoryBytes !== null && <span className="status-item">engine {sizeText(memoryBytes)}</span>}
      {hello !== null && <LogPlace file={hello.logFile} />}
      <Tooltip text="Nothing leaves this computer: no network connection is ever opened." side="top">
        <span className="status-item">offline</span>
      </Tooltip>
    </footer>
  );
}

function Rejects(): ReactNode {
  const { evidence } = useImports();
  const run = useRunCommand();
  const showPanel = useShowPanel();
  const rejected = rejectedRecords(evidence);
  const failed = failedEvidence(evidence).length;
  if (rejected === 0 && failed === 0) return null;
  const parts = [
    ...(rejected > 0 ? [plural(rejected, 'reject')] : []),
    ...(failed > 0 ? [`${countText(failed)} not read`] : []),
  ];
  return (
    <button
      type="button"
      className="status-item status-button"
      title="Records and files that could not be read: see why"
      onClick={() => {
        if (!run('evidence.rejects')) showPanel('evidence');
      }}
    >
      <span className="status-mark-warn" aria-hidden="true" />
      {parts.join(' · ')}
    </button>
  );
}

function LogPlace({ file }: { readonly file: string }): ReactNode {
  const announce = useStore(useWorkbench().messages, (state) => state.announce);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(file);
    announce('The place of the log file was copied');
  };
  return (
    <Tooltip text={`Log file, click to copy its place:\n${file}`} side="top">
      <button type="button" className="status-item status-button" onClick={() => void copy()}>
        log
      </button>
    </Tooltip>
  );
}
