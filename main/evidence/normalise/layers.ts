/**
 * Builds a SELECT from layers: each layer adds columns computed from those below it. DuckDB evaluates a column once
 * per row, where a repeated expression under CASE would be evaluated again.
 */

/** SQL text of one expression; only ever built from our own words, `quoteText` and `quoteIdent`. */
export type Expression = string;

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

  /** What to write after FROM: all columns of the base and of every layer. */
  from(): string {
    return this.layers.reduce((inner, layer) => {
      if (layer.columns.length === 0) return inner;
      const added = layer.columns.map(([name, expression]) => `${expression} AS ${name}`).join(', ');
      return `(SELECT *, ${added} FROM ${inner})`;
    }, this.base);
  }
}
