/** Every command by its name. */
import type { Command } from '../command';
import { detectCommand } from './detect';
import { exportCommand } from './export';
import { dissectorsCommand, formatsCommand } from './formats';
import { importCommand } from './import';
import { keepFormatsCommand, removeFormatsCommand } from './keep-formats';
import { ledgerCommand } from './ledger';
import { packCommand } from './pack';
import { queryCommand } from './query';
import { removeCommand } from './remove';
import { reportCommand } from './report';
import { sampleCommand } from './sample';
import { serveCommand } from './serve';
import { keyCommand, unpackCommand } from './unpack';
import { verifyCommand } from './verify';

const all: readonly Command[] = [
  importCommand,
  ledgerCommand,
  removeCommand,
  queryCommand,
  formatsCommand,
  keepFormatsCommand,
  removeFormatsCommand,
  dissectorsCommand,
  detectCommand,
  packCommand,
  verifyCommand,
  unpackCommand,
  keyCommand,
  reportCommand,
  exportCommand,
  serveCommand,
  sampleCommand,
];

export const commands: ReadonlyMap<string, Command> = new Map(all.map((command) => [command.name, command]));
