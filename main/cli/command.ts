/** What a command of the command line is made of: its arguments, its help and its deed. */

export interface Option {
  readonly name: string;
  /** Name of its value in the help; absent: a switch. */
  readonly value?: string;
  readonly required?: boolean;
  readonly choices?: readonly string[];
  readonly help: string;
}

export interface Given {
  readonly words: readonly string[];
  /** Value of an option, or undefined. */
  option(name: string): string | undefined;
  has(name: string): boolean;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Words after the command, as the help shows them: `PATH…`. */
  readonly words: { readonly label: string; readonly min: number; readonly max: number };
  readonly options: readonly Option[];
  readonly examples: readonly string[];
  /** The exit code. `signal` aborts on Ctrl-C. */
  run(given: Given, signal: AbortSignal): Promise<number>;
}

export const CASE_OPTION: Option = {
  name: 'case',
  value: 'CASE',
  required: true,
  help: 'workspace folder or case file (.tlcase)',
};

export const JSON_OPTION: Option = { name: 'json', help: 'print JSON' };
