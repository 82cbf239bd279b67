/** Ctrl+K: every command by name, with its keys. */
import { Command as Cmdk } from 'cmdk';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { Command } from '../state/commands';
import { useWorkbench } from '../state/hooks';
import { Dialog } from '../ui/dialog';
import { KeyCaps } from '../ui/key-caps';
import { useOpenState } from './open-state';
import './palette.css';

/**
 * How well a command answers what is typed: its title begins so, holds it, or all the words stand somewhere in title,
 * heading and other names, best at the beginnings of words; 0 is not at all. Letters scattered over a title are no match.
 */
export function rankCommand(id: string, typed: string, keywords: readonly string[] = []): number {
  const wanted = typed.trim().toLowerCase();
  const title = (keywords[0] ?? '').toLowerCase();
  if (title.startsWith(wanted)) return 1;
  if (title.includes(wanted)) return 0.9;
  const text = ` ${[...keywords, id].join(' ').toLowerCase()}`;
  const words = wanted.split(/\s+/);
  if (!words.every((word) => text.includes(word))) return 0;
  return words.every((word) => text.includes(` ${word}`)) ? 0.6 : 0.4;
}

/** Commands by their heading, in the order headings first appear. */
export function groupCommands(commands: readonly Command[]): ReadonlyMap<string, readonly Command[]> {
  const groups = new Map<string, Command[]>();
  for (const command of commands) {
    const group = groups.get(command.group) ?? [];
    group.push(command);
    groups.set(command.group, group);
  }
  return groups;
}

export function Palette(): ReactNode {
  const shown = useOpenState((state) => state.shown === 'palette');
  const hide = useOpenState((state) => state.hide);
  const commands = useStore(useWorkbench().commands, (state) => state.commands);
  const runnable = commands.filter(({ run, id }) => run !== undefined && id !== 'palette.open');
  const choose = (command: Command): void => {
    hide();
    // After the dialog has given the focus back, so that the command may take it.
    setTimeout(() => command.run?.(), 0);
  };
  return (
    <Dialog open={shown} title="Commands" bare onClose={hide}>
      <Cmdk className="palette" label="Commands" loop filter={rankCommand}>
        <Cmdk.Input className="palette-input" placeholder="Type a command…" autoFocus />
        <Cmdk.List className="palette-list">
          <Cmdk.Empty className="palette-empty">No command has these words.</Cmdk.Empty>
          {[...groupCommands(runnable)].map(([group, members]) => (
            <Cmdk.Group key={group} heading={group}>
              {members.map((command) => (
                <Cmdk.Item
                  key={command.id}
                  value={command.id}
                  keywords={[command.title, command.group, command.also ?? '']}
                  disabled={Boolean(command.unavailable)}
                  onSelect={() => choose(command)}
                >
                  <span className="palette-title">{command.title}</span>
                  {command.unavailable && <span className="label">{command.unavailable}</span>}
                  {command.keys !== undefined && <KeyCaps keys={command.keys} />}
                </Cmdk.Item>
              ))}
            </Cmdk.Group>
          ))}
        </Cmdk.List>
      </Cmdk>
    </Dialog>
  );
}
