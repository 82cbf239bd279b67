/** The first thing seen: the sample in one click, a new case, a case worked on before, or files dropped in. */
import { type ReactNode, useId, useState } from 'react';
import type { Outcome, Problem } from '../../../shared/problem';
import type { CaseState } from '../../../shared/protocol';
import { useOpenToken } from '../../files/use-open-token';
import { useRunCommand, useSession } from '../../state/hooks';
import { Button } from '../../ui/button';
import { ProblemText } from '../../ui/problem-text';
import { agoText, middle } from './recent';
import './view.css';

const RECENT_SHOWN = 8;

export function StartView(): ReactNode {
  const session = useSession();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [working, setWorking] = useState<string | null>(null);
  const { hello } = session;
  const openToken = useOpenToken();
  const run = useRunCommand();

  const act = async (what: string, work: () => Promise<Outcome<CaseState> | null>) => {
    setProblem(null);
    setWorking(what);
    const outcome = await work();
    setWorking(null);
    if (outcome !== null && !outcome.ok) setProblem(outcome.problem);
  };
  const busy = session.busy || working !== null;
  return (
    <div className="start" aria-busy={busy}>
      <div className="start-column">
        <header className="start-head">
          <h1>Throughline</h1>
          <p className="quiet">
            Logs, tickets, inventories and OT captures on one timeline. Nothing leaves this machine.
          </p>
        </header>

        {session.problem !== null && <ProblemText problem={session.problem} />}
        {problem !== null && <ProblemText problem={problem} />}

        <section className="start-sample">
          <Button
            look="primary"
            disabled={busy || hello === null}
            onClick={() => void act('sample', () => session.openSample())}
          >
            {working === 'sample' ? 'Opening the sample…' : 'Open sample investigation'}
          </Button>
          <p className="quiet">
            A night at a small water utility: VPN, firewall, tickets, badges, alarms and PLC traffic. Two
            hours that need explaining.
          </p>
        </section>

        <NewCase
          busy={busy || hello === null}
          working={working === 'new'}
          onCreate={(name) => void act('new', () => session.createCase(name))}
        />

        <section className="start-recent" aria-labelledby="recent-title">
          <div className="start-line">
            <h2 id="recent-title">Cases worked on before</h2>
            <Button disabled={busy || hello === null} onClick={() => run('case.open')}>
              Open a case or case file…
            </Button>
          </div>
          {hello !== null && hello.recent.length === 0 && (
            <p className="quiet">None on this machine yet; they will be listed here.</p>
          )}
          <ul>
            {hello?.recent.slice(0, RECENT_SHOWN).map((one) => (
              <li key={one.folder}>
                <button
                  type="button"
                  className="recent-case"
                  disabled={busy}
                  title={one.folder}
                  onClick={() => void act(one.folder, () => openToken(one.token, one.name))}
                >
                  <span className="recent-name">{one.name}</span>
                  <span className="mono recent-folder">{middle(one.folder, 52)}</span>
                  <span className="label recent-when">
                    {working === one.folder ? 'opening…' : agoText(one.openedAt, Date.now())}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </section>

        <p className="start-drop">
          Or drop files or folders anywhere on this window: a case is made for them, and you see what was
          recognised before anything is loaded.
        </p>

        <footer className="start-foot label">
          {hello === null ? (
            'Starting the engine…'
          ) : (
            <>
              Version {hello.version} · offline · log file <span className="mono">{hello.logFile}</span>
            </>
          )}
        </footer>
      </div>
    </div>
  );
}

interface NewCaseProps {
  readonly busy: boolean;
  readonly working: boolean;
  readonly onCreate: (name: string) => void;
}

function NewCase({ busy, working, onCreate }: NewCaseProps): ReactNode {
  const [name, setName] = useState('');
  const id = useId();
  const given = name.trim();
  return (
    <form
      className="start-new"
      onSubmit={(event) => {
        event.preventDefault();
        if (given !== '') onCreate(given);
      }}
    >
      <label htmlFor={id}>New case</label>
      <div className="start-line">
        <input
          id={id}
          type="text"
          className="text-box"
          maxLength={120}
          placeholder="Name it after the incident, the client or the site"
          value={name}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
        <button type="submit" className="button" disabled={busy || given === ''}>
          {working ? 'Creating…' : 'Create'}
        </button>
      </div>
    </form>
  );
}
