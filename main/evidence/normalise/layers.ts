/**
 * Builds a SELECT from layers: each layer adds columns computed from those below it. DuckDB evaluates a column once
 * per row, where a repeated expression under CASE would be evaluated again.
 */

/** SQL text of one expression; only ever built from our own words, `quoteText` and `quoteIdent`. */
export type Expression = string;

const TEXTS = /'(?:[^']|'')*'|"(?:[^"]|"")*"/g;
const COLUMNS = /(?<![.\w])(?:[xc]\d+|record_number|byte_offset|byte_length)\b/g;

/** Columns of the staging table and of layers that an expression reads. */
function namesIn(expression: Expression): ReadonlySet<string> {
  return new Set(expression.replace(TEXTS, ' ').match(COLUMNS));
}

export class Layer {
  private readonly names = new Map<Expression, string>();
  private readonly nextName: () => string;

  constructor(nextName: () => string) {
    this.nextName = nextName;
  }

  /** Name of a column that holds the expression; the same expression gives the same column. */
  add(expression: Expression): string {
    if (/^[a-z_]\w*$/.test(expression)) return expression;
    const known = this.names.get(expression);
    if (known !== undefined) return known;
    const name = this.nextName();
    this.names.set(expression, name);
    return name;
  }

  get columns(): ReadonlyArray<readonly [name: string, expression: Expression]> {
    return [...this.names].map(([expression, name]) => [name, expression]);
  }
}

export class Layers {
  private readonly layers: Layer[] = [];
  private readonly base: string;
  private count = 0;

  /** `base` is what FROM names: a table or a parenthesised SELECT. */
  constructor(base: string) {
    this.base = base;
  }

  /** A new layer on top. It may still be added to while later layers are open. */
  open(): Layer {
    const layer = new Layer(() => `x${++this.count}`);
    this.layers.push(layer);
    return layer;
  }

  /**
   * The SELECT of a list over the layers, with what follows FROM (WHERE …). Each layer hands up what is asked for above
   * it only: with `*` a statement takes a fifth longer to plan, which is most of what a small file takes.
   */
  select(list: Expression, rest = ''): string {
    let asked: ReadonlySet<string> = namesIn(`${list} ${rest}`);
    let above = `SELECT ${list} FROM `;
    let below = rest;
    for (const { columns } of this.layers.toReversed()) {
      if (columns.length === 0) continue;
      const made = new Set(columns.map(([name]) => name));
      const handed = [...asked].filter((name) => !made.has(name));
      const added = columns.map(([name, expression]) => `${expression} AS ${name}`);
      above += `(SELECT ${[...handed, ...added].join(', ')} FROM `;
      below = `)${below}`;
      const read = namesIn([...handed, ...columns.map(([, expression]) => expression)].join(' '));
      asked = new Set([...read].filter((name) => !made.has(name)));
    }
    return `${above}${this.base}${below}`;
  }
}
