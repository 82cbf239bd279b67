/** Checks of a format that need its names: templates, time patterns, and that every name of a line is captured. */
import type { Format, TimeRule, Value } from './format';
import { formatNames } from './names';
import { groupNames } from './pattern';
import { readTemplate } from './template';
import { patternProblem } from './time-pattern';

function templateProblem(value: Value): string | null {
  if (typeof value !== 'object') return null;
  if (value.text !== undefined) {
    const parts = readTemplate(value.text);
    if (typeof parts === 'string') return `${value.text}: ${parts}`;
  }
  const nested = [
    ...(value.first ?? []),
    ...(value.sum ?? []),
    ...(value.cases ?? []).map((one) => one.give),
    ...(value.else === undefined ? [] : [value.else]),
  ];
  return nested.map(templateProblem).find((problem) => problem !== null) ?? null;
}

function timesOf(format: Format): readonly TimeRule[] {
  return [format, ...(format.events ?? [])].flatMap((one) => [
    ...(one.time === undefined ? [] : [one.time]),
    ...(one.ended === undefined || one.ended === 'duration' ? [] : [one.ended]),
  ]);
}

function valuesOf(format: Format): readonly Value[] {
  const maps = [
    format.values,
    format.fields,
    ...format.cases.map((one) => one.fields),
    ...(format.events ?? []).map((one) => one.fields),
    format.asset ?? {},
    ...format.addresses,
    ...format.zones,
  ];
  const points = format.points.flatMap((point) =>
    Object.values(point).flatMap((value) => (value === undefined ? [] : [value])),
  );
  return [...maps.flatMap((map) => Object.values(map)), ...points];
}

/** Names of a line can only be captures, derived values and keys of pairs: anything else is a slip of the pen. */
function unknownName(format: Format): string | null {
  if (format.read.kind !== 'lines' || format.pairs !== undefined || format.generic) return null;
  const known = new Set(['line', ...groupNames(format.match.pattern ?? ''), ...Object.keys(format.values)]);
  for (const one of format.cases) {
    for (const group of groupNames(one.match?.pattern ?? '')) known.add(group);
  }
  const unknown = [...formatNames(format)].find((name) => !known.has(name));
  return unknown === undefined ? null : `${unknown}: no group of match.pattern and no value has this name`;
}

/** What is wrong, in words, or null. */
export function checkNames(format: Format): string | null {
  for (const value of valuesOf(format)) {
    const problem = templateProblem(value);
    if (problem !== null) return problem;
  }
  for (const time of timesOf(format)) {
    for (const form of [time.form, time.refine?.form ?? []].flat()) {
      const problem = form.includes('%') ? patternProblem(form) : null;
      if (problem !== null) return `time form ${form}: ${problem}`;
    }
  }
  return unknownName(format);
}
