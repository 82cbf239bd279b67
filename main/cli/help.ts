/** Help texts, made from the commands themselves. */
import type { Command, Option } from './command';

export function generalHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    'throughline <command> …   (in the checkout: npm run -s cli -- <command> …)',
    '',
    'Takes exported logs, tickets, inventories and captures into a case, offline, and answers questions about them.',
    '',
    ...lines,
    '',
    'Exit codes: 0 done · 1 something was not taken in whole · 2 wrong usage · 3 could not run · 130 cancelled.',
    'Help of one command: throughline <command> --help',
    '',
  ].join('\n');
}

export function commandHelp(command: Command): string {
  const { name, words, options, summary, examples } = command;
  const usage = [words.label, ...options.map(usageOf)].filter((part) => part !== '').join(' ');
  const width = Math.max(0, ...options.map((option) => optionText(option).length));
  return [
    `throughline ${name} ${usage}`.trim(),
    '',
    summary.endsWith('.') ? summary : `${summary}.`,
    ...(options.length > 0 ? [''] : []),
    ...options.map((option) => `  ${optionText(option).padEnd(width)}  ${optionHelp(option)}`),
    '',
    examples.length === 1 ? 'Example:' : 'Examples:',
    ...examples.map((example) => `  throughline ${example}`),
    '',
  ].join('\n');
}

function usageOf(option: Option): string {
  return option.required ? optionText(option) : `[${optionText(option)}]`;
}

function optionText({ name, value, choices }: Option): string {
  if (value === undefined) return `--${name}`;
  return `--${name} ${choices ? choices.join('|') : value}`;
}

function optionHelp({ help, required }: Option): string {
  return required ? `${help} (needed)` : help;
}
