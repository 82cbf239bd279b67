/** The command line: the same engine without a window. Exit codes are a contract (`exit.ts`). */
import { VERSION } from '../process/version';
import { parseArguments } from './arguments';
import { commands } from './commands/commands';
import { EXIT } from './exit';
import { commandHelp, generalHelp } from './help';
import { say, warn } from './output';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader of the pipe has had enough (`| head`).
  process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.couldNotRun);
});

/** How long the tidy way may take once a command is cancelled. */
const LEAVE_MS = 8000;

const abort = new AbortController();
const cancel = (): void => {
  // Asked twice, or nothing moves: the engine ends by itself when this process is gone.
  if (abort.signal.aborted) process.exit(EXIT.cancelled);
  abort.abort();
  setTimeout(() => process.exit(EXIT.cancelled), LEAVE_MS).unref();
};
process.on('SIGINT', cancel);
process.on('SIGTERM', cancel);

/** Runs the command of these words; gives its exit code. */
export async function runCommandLine(words: readonly string[]): Promise<number> {
  const [name = '', ...rest] = words;
  if (name === '' || name === '--help' || name === '-h' || name === 'help') {
    const asked = commands.get(rest[0] ?? '');
    await say(asked ? commandHelp(asked) : generalHelp([...commands.values()]));
    return name === '' ? EXIT.usage : EXIT.done;
  }
  if (name === '--version') {
    await say(`${VERSION}\n`);
    return EXIT.done;
  }
  const command = commands.get(name);
  if (!command) {
    warn(`There is no command ${name}. See: throughline --help`);
    return EXIT.usage;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    await say(commandHelp(command));
    return EXIT.done;
  }
  const parsed = parseArguments(command, rest);
  if (!parsed.ok) {
    warn(`${parsed.why} See: throughline ${name} --help`);
    return EXIT.usage;
  }
  try {
    const code = await command.run(parsed.value, abort.signal);
    return abort.signal.aborted ? EXIT.cancelled : code;
  } catch (error) {
    warn(`The command broke off: ${error instanceof Error ? error.message : String(error)}`);
    return EXIT.couldNotRun;
  }
}
