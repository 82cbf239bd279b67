/**
 * A format may be `like` another: the same records come in another wrapping (Windows events as JSON and as EVTX). It
 * takes over time, values, fields and cases; what it states itself goes first, and its samples are its own.
 * Or some of its records are another's (`also`: the lines of sshd in a syslog of everything): those are read by the
 * other's cases, so that a line reads the same in whatever file it comes.
 */

const TAKEN = ['match', 'pairs', 'time', 'ended', 'events', 'points'] as const;

export type Mapping = Readonly<Record<string, unknown>>;

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

/**
 * The definition with the cases of another behind its own, held together by the condition under which the other lends
 * them. They say what the other says of all its records, too: domain, dataset, category.
 * Null when the other does not say which records it lends its cases to.
 */
export function lendCases(own: Mapping, base: Mapping): Mapping | null {
  const within = base['lends'];
  if (within === undefined) return null;
  const said = mapping(own['fields']);
  const constants = Object.entries(mapping(base['fields'])).filter(
    ([name, value]) => typeof value !== 'object' && said[name] !== value,
  );
  const always = Object.fromEntries(constants);
  const lent = list(base['cases']).map((one) => {
    const { fields, ...rest } = mapping(one);
    return { ...rest, within, fields: { ...always, ...mapping(fields) } };
  });
  const { also: _also, ...rest } = own;
  return { ...rest, cases: [...list(own['cases']), ...lent, { within, fields: always }] };
}

export function mapping(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
