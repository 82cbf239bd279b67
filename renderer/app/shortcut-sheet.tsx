/** `?`: every key, by what it belongs to. Made from the commands, so that it cannot go stale. */
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { useWorkbench } from '../state/hooks';
import { Dialog } from '../ui/dialog';
import { KeyCaps } from '../ui/key-caps';
import { useOpenState } from './open-state';
import { groupCommands } from './palette';
import './shortcut-sheet.css';

export function ShortcutSheet(): ReactNode {
  const shown = useOpenState((state) => state.shown === 'shortcuts');
  const hide = useOpenState((state) => state.hide);
  const commands = useStore(useWorkbench().commands, (state) => state.commands);
  const withKeys = commands.filter(({ keys }) => keys !== undefined);
  return (
    <Dialog open={shown} title="Keyboard shortcuts" size="wide" onClose={hide}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and has to be reachable by keyboard. */}
      <section className="shortcut-sheet" aria-label="All keys" tabIndex={0}>
        {[...groupCommands(withKeys)].map(([group, members]) => (
          <section key={group} aria-label={group}>
            <h3 className="label">{group}</h3>
            <dl>
              {members.map(({ id, title, keys }) => (
                <div key={id} className="shortcut">
                  <dt>{title}</dt>
                  <dd>{keys !== undefined && <KeyCaps keys={keys} />}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </section>
    </Dialog>
  );
}
