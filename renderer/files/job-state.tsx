/** How far a long call is, with the way to give it up; or why it failed. */
import type { ReactNode } from 'react';
import type { CallName } from '../../shared/protocol';
import { Button } from '../ui/button';
import { countText } from '../ui/event-text';
import { ProblemText } from '../ui/problem-text';
import type { Job } from './use-job';

export function JobState<N extends CallName>({ job }: { readonly job: Job<N> }): ReactNode {
  if (job.problem !== null) return <ProblemText problem={job.problem} />;
  if (!job.isRunning) return null;
  const { progress } = job;
  const share = progress === null || progress.of === 0 ? null : progress.done / progress.of;
  return (
    <div className="job-state" role="status">
      <span>{progress?.step ?? 'Beginning'}…</span>
      {share === null ? (
        <span className="mono">{progress === null ? '' : countText(progress.done)}</span>
      ) : (
        <progress value={share} max={1} aria-label={progress?.step ?? 'Progress'} />
      )}
      <span className="spring" />
      <Button onClick={job.giveUp}>Give up</Button>
    </div>
  );
}
