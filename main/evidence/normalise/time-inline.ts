/** A reading of times that few texts need, as one expression instead of layers. */
import { type Expression, Layer } from './layers';
import type { OpenLayers, WallColumns } from './time-columns';

/** Columns that read `text`, a column or what is bound to a name. */
export type Reading = (text: string, layers: OpenLayers) => WallColumns;

/**
 * A struct with what `read` gives of `text`, or NULL where `isAsked` is not true. Columns of layers are worked out for
 * every record, and cost as much for NULL as for a text; what stands behind CASE costs nothing where it is not asked.
 */
export function inline(text: string, isAsked: Expression, read: Reading): Expression {
  // The text may itself be what a reading around this one has bound to a name, which must not be hidden.
  const scope = `r_${text.replace(/\W/g, '_')}`;
  const layers: Layer[] = [];
  const open = (): Layer => {
    const name = `${scope}_${layers.length}`;
    let count = 0;
    const layer = new Layer(() => `${name}.v${++count}`);
    layers.push(layer);
    return layer;
  };
  const found = Object.entries(read(text, { open }));
  let body = `struct_pack(${found.map(([name, column]) => `"${name}" := ${column}`).join(', ')})`;
  for (const { columns } of layers.toReversed()) {
    const [first] = columns;
    if (first === undefined) continue;
    const [name] = first[0].split('.');
    const values = columns.map(([column, value]) => `${column.split('.')[1]} := ${value}`);
    body = `list_transform([struct_pack(${values.join(', ')})], lambda ${name}: ${body})[1]`;
  }
  return `CASE WHEN ${isAsked} THEN ${body} END`;
}

/** The columns of a struct that `inline` gives. */
export function columnsOf(struct: string): WallColumns {
  const of = (name: keyof WallColumns): string => `${struct}."${name}"`;
  return {
    wall: of('wall'),
    offset: of('offset'),
    remainder: of('remainder'),
    precision: of('precision'),
    flags: of('flags'),
  };
}

/** Of a text that is not read. */
export const UNREAD: WallColumns = {
  wall: 'CAST(NULL AS BIGINT)',
  offset: 'CAST(NULL AS INTEGER)',
  remainder: 'CAST(NULL AS BIGINT)',
  precision: 'CAST(NULL AS BIGINT)',
  flags: 'CAST(NULL AS INTEGER)',
};
