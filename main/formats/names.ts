/** Which names a format uses: what the reader of JSON must extract, and what the loader can check. */
import type { Condition, Format, TimeRule, Value } from './format';
import { readTemplate, templateNames } from './template';

export function conditionNames(condition: Condition): readonly string[] {
  return [
    ...condition.tests.map(([name]) => name),
    ...condition.any.flatMap(conditionNames),
    ...condition.none.flatMap(conditionNames),
  ];
}

function listOf(names: string | readonly string[] | undefined): readonly string[] {
  if (names === undefined) return [];
  return typeof names === 'string' ? [names] : names;
}

export function valueNames(value: Value): readonly string[] {
  if (typeof value !== 'object') return [];
  const parts = value.text === undefined ? [] : readTemplate(value.text);
  return [
    ...listOf(value.from),
    ...(typeof parts === 'string' ? [] : templateNames(parts)),
    ...(value.first ?? []).flatMap(valueNames),
    ...(value.sum ?? []).flatMap(valueNames),
    ...(value.cases ?? []).flatMap((one) => [...conditionNames(one.when), ...valueNames(one.give)]),
    ...(value.else === undefined ? [] : valueNames(value.else)),
  ];
}

export function timeNames(time: TimeRule): readonly string[] {
  const own = (one: Pick<TimeRule, 'from' | 'join' | 'value'>): readonly string[] => [
    ...listOf(one.from),
    ...(one.join ?? []),
    ...(one.value === undefined ? [] : valueNames(one.value)),
  ];
  const stated = time.stated === undefined ? [] : valueNames(time.stated);
  return [...own(time), ...stated, ...(time.refine === undefined ? [] : own(time.refine))];
}

function fieldsNames(fields: Readonly<Record<string, Value>>): readonly string[] {
  return Object.values(fields).flatMap(valueNames);
}

/** Names looked up outside cases; inside a case its captures come first. */
export function formatNames(format: Format): ReadonlySet<string> {
  const times = [format, ...(format.events ?? [])].flatMap((one) => [
    ...(one.time === undefined ? [] : timeNames(one.time)),
    ...(one.ended === undefined || one.ended === 'duration' ? [] : timeNames(one.ended)),
  ]);
  return new Set([
    ...times,
    ...(format.match.when === undefined ? [] : conditionNames(format.match.when)),
    ...(format.evident === undefined ? [] : conditionNames(format.evident.when)),
    ...(format.pairs === undefined ? [] : [format.pairs.from, ...listOf(format.pairs.by)]),
    ...fieldsNames(format.values),
    ...fieldsNames(format.fields),
    ...format.cases.flatMap((one) => [
      ...(one.within === undefined ? [] : conditionNames(one.within)),
      ...(one.when === undefined ? [] : conditionNames(one.when)),
      ...(one.match === undefined ? [] : [one.match.of]),
      ...fieldsNames(one.fields),
    ]),
    ...(format.events ?? []).flatMap((event) => [
      ...(event.when === undefined ? [] : conditionNames(event.when)),
      ...fieldsNames(event.fields),
    ]),
    ...format.points.flatMap((point) =>
      Object.values(point).flatMap((value) => (value === undefined ? [] : valueNames(value))),
    ),
    ...fieldsNames(format.asset ?? {}),
    ...format.addresses.flatMap(fieldsNames),
    ...format.zones.flatMap(fieldsNames),
  ]);
}
