/**
 * Every action with a name: the palette lists them, the shortcut sheet explains them, the frame runs their keys.
 * Panels register theirs while they are mounted.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';

export interface Command {
  /** `noun.verb`, unique. */
  readonly id: string;
  /** As the palette shows it: "Zoom in". */
  readonly title: string;
  /** Heading in palette and sheet: the panel's title, "Case", "View". */
  readonly group: string;
  /**
   * Keys, `Ctrl+K`, `/`, `Shift+?`; several parted by a space. Letters without Ctrl work outside text fields only.
   */
  readonly keys?: string;
  /** True for keys the panel handles itself while it has the focus; the frame only lists them. */
  readonly local?: boolean;
  /** Absent for keys that are only explained, such as the arrows of a grid. */
  readonly run?: () => void;
  /** Why it cannot be done now; it is then listed greyed with these words. */
  readonly unavailable?: string | null;
  /** More words to find it by. */
  readonly also?: string;
}

export interface CommandsState {
  readonly commands: readonly Command[];
  /** Registers, replacing those of the same id; returns how to take them back. */
  readonly register: (commands: readonly Command[]) => () => void;
  /** Runs the command of that id if it is there and available. */
  readonly run: (id: string) => boolean;
}

export function createCommands(): StoreApi<CommandsState> {
  return createStore<CommandsState>()((set, get) => ({
    commands: [],
    register: (added) => {
      const ids = new Set(added.map(({ id }) => id));
      set({ commands: [...get().commands.filter(({ id }) => !ids.has(id)), ...added] });
      return () => set({ commands: get().commands.filter((command) => !added.includes(command)) });
    },
    run: (id) => {
      const command = get().commands.find((one) => one.id === id);
      if (command?.run === undefined || command.unavailable) return false;
      command.run();
      return true;
    },
  }));
}
