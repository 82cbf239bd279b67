/** Words of the command line into what a command was given; says in words what is wrong with them. */
import { parseArgs } from 'node:util';
import type { Command, Given } from './command';

export type Parsed =
  | { readonly ok: true; readonly value: Given }
  | { readonly ok: false; readonly why: string };

export function parseArguments(command: Command, words: readonly string[]): Parsed {
  const options = Object.fromEntries(
    command.options.map((option) => [
      option.name,
      {
        type: option.value === undefined ? ('boolean' as const) : ('string' as const),
        multiple: true as const,
      },
    ]),
  );
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { ok: false, why: `${unknownOption(error, words) ?? text.split(/[.\n]/)[0] ?? text}.` };
  }
  const values = new Map<string, string>();
  for (const option of command.options) {
    const given = parsed.values[option.name];
    const list = Array.isArray(given) ? given : [];
    if (list.length > 1 && option.value !== undefined)
      return { ok: false, why: `--${option.name} is given twice.` };
    const value = list[0];
    if (value === undefined) {
      if (option.required) return { ok: false, why: `--${option.name} ${option.value ?? ''} is missing.` };
      continue;
    }
    if (value === '') return { ok: false, why: `--${option.name} is empty.` };
    if (option.choices && !option.choices.includes(String(value))) {
      return { ok: false, why: `--${option.name} is one of ${option.choices.join(', ')}.` };
    }
    values.set(option.name, String(value));
  }
  const { label, min, max } = command.words;
  if (parsed.positionals.length < min) return { ok: false, why: `${label} is missing.` };
  if (parsed.positionals.length > max) {
    return { ok: false, why: `There is a word too many: ${parsed.positionals[max] ?? ''}.` };
  }
  return {
    ok: true,
    value: {
      words: parsed.positionals,
      option: (name) => values.get(name),
      has: (name) => values.has(name),
    },
  };
}

/** A file whose name begins with a dash is taken for an option; null for any other fault. */
function unknownOption(error: unknown, words: readonly string[]): string | null {
  const isUnknown =
    error instanceof Error && 'code' in error && error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION';
  const named = isUnknown ? words.find((word) => /^-.*[./\\]/.test(word) && !word.includes('=')) : undefined;
  if (named === undefined) return null;
  return `There is no option ${named}; for a file of that name write ./${named}, or -- before it`;
}
