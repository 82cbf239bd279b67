/**
 * A format may be `like` another: the same records come in another wrapping (Windows events as JSON and as EVTX). It
 * takes over time, values, fields and cases; what it states itself goes first, and its samples are its own.
 */

const TAKEN = ['match', 'pairs', 'time', 'ended', 'events', 'points'] as const;

type Mapping = Readonly<Record<string, unknown>>;

/** The definition with what it takes over written out. Both are as YAML gave them; the schema judges the result. */
export function takeOver(own: Mapping, base: Mapping): Mapping {
  const merged: Record<string, unknown> = {};
  for (const key of TAKEN) if (base[key] !== undefined) merged[key] = base[key];
  Object.assign(merged, own);
  merged['values'] = { ...mapping(base['values']), ...mapping(own['values']) };
  merged['fields'] = { ...mapping(base['fields']), ...mapping(own['fields']) };
  merged['cases'] = [...list(own['cases']), ...list(base['cases'])];
  delete merged['like'];
  return merged;
}

export function mapping(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
