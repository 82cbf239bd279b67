/** Every command by its name. */
import type { Command } from '../command';
import { detectCommand } from './detect';
import { dissectorsCommand, formatsCommand } from './formats';
import { importCommand } from './import';
import { ledgerCommand } from './ledger';
import { queryCommand } from './query';
import { sampleCommand } from './sample';
import { serveCommand } from './serve';

const all: readonly Command[] = [
  importCommand,
  ledgerCommand,
  queryCommand,
  formatsCommand,
  dissectorsCommand,
  detectCommand,
  serveCommand,
  sampleCommand,
];

export const commands: ReadonlyMap<string, Command> = new Map(all.map((command) => [command.name, command]));
