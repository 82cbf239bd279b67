/** What the analyst must know before going on: the engine came back, is gone, or the case cannot be written. */
import type { ReactNode } from 'react';
import { useSession } from '../state/hooks';
import { Button } from '../ui/button';
import './banners.css';

export function Banners(): ReactNode {
  const session = useSession();
  const { restarted, lost } = session;
  return (
    <>
      {lost && (
        <div className="banner" role="alert">
          <span className="banner-mark bad-mark" aria-hidden="true" />
          <strong>Throughline has stopped.</strong>
          <span>Committed imports and the journal are on disk. Start it again and open the case.</span>
        </div>
      )}
      {restarted !== null && !lost && (
        <div className="banner" role="alert">
          <span className="banner-mark" aria-hidden="true" />
          <strong>{restarted.what}</strong>
          {restarted.why !== undefined && <span>{restarted.why}</span>}
          {restarted.help !== undefined && <span>{restarted.help}</span>}
          <Button onClick={session.dismissRestart}>Go on</Button>
        </div>
      )}
    </>
  );
}
