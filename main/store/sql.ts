/** SQL text from parts: values are bound, names go through `ident`, nothing else is spliced. */

/** A piece of SQL with its bound values, in order of `?`-less `$n` placeholders. */
export interface Sql {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

export type SqlValue = string | number | bigint | boolean | null;

class Fragment implements Sql {
  readonly parts: readonly string[];
  readonly values: readonly SqlValue[];

  constructor(parts: readonly string[], values: readonly SqlValue[]) {
    this.parts = parts;
    this.values = values;
  }

  get text(): string {
    return this.parts.reduce((text, part, index) => (index === 0 ? part : `${text}$${index}${part}`), '');
  }
}

/**
 * The statement with its values as literals: to be read, never to be run. Long values are cut, and what a literal
 * cannot hold is shown as a sign.
 */
export function readableSql(query: Sql): string {
  if (!(query instanceof Fragment)) throw new Error('not a fragment of this module');
  return query.parts.reduce((text, part, index) =>
    index === 0 ? part : `${text}${literalToRead(query.values[index - 1] ?? null)}${part}`,
  );
}

function literalToRead(value: SqlValue): string {
  if (typeof value !== 'string') return value === null ? 'NULL' : String(value);
  const shown = value.length > 500 ? `${value.slice(0, 500)}…` : value;
  return quoteText(shown.replaceAll('\0', '␀'));
}

/**
 * Tag for SQL: `sql\`SELECT ${ident(name)} FROM event WHERE user_name = ${user}\``. An interpolated fragment is
 * embedded with its own values; every other value is bound, never spliced.
 */
export function sql(strings: TemplateStringsArray, ...inputs: ReadonlyArray<SqlValue | Sql>): Sql {
  const parts: string[] = [strings[0] ?? ''];
  const values: SqlValue[] = [];
  inputs.forEach((input, index) => {
    const after = strings[index + 1] ?? '';
    if (input instanceof Fragment) {
      const [first = '', ...rest] = input.parts;
      parts[parts.length - 1] += first;
      parts.push(...rest);
      values.push(...input.values);
      parts[parts.length - 1] += after;
    } else if (typeof input === 'object' && input !== null) {
      throw new Error('sql`…` takes values and fragments made by this module only');
    } else {
      values.push(input);
      parts.push(after);
    }
  });
  return new Fragment(parts, values);
}

/** A quoted identifier. DuckDB doubles `"` inside; NUL cannot be named and throws. */
export function ident(name: string): Sql {
  return new Fragment([quoteIdent(name)], []);
}

/** Text of a quoted identifier, for generated DDL. */
export function quoteIdent(name: string): string {
  if (name.includes('\0')) throw new Error('a name cannot hold NUL');
  return `"${name.replaceAll('"', '""')}"`;
}

/** Text of a string literal, only where DuckDB takes no parameter (COPY targets, table functions, views). */
export function quoteText(value: string): string {
  if (value.includes('\0')) throw new Error('a literal cannot hold NUL');
  return `'${value.replaceAll("'", "''")}'`;
}

/** Trusted text written by our own code: keywords, operators, generated expressions. Never a user's string. */
export function trusted(text: string): Sql {
  return new Fragment([text], []);
}

/** Fragments joined by a separator written by our own code. */
export function join(pieces: readonly Sql[], separator: string): Sql {
  return pieces.reduce<Sql>(
    (all, piece, index) => (index === 0 ? piece : sql`${all}${trusted(separator)}${piece}`),
    trusted(''),
  );
}
