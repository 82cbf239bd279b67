/** Objects, properties and values inside the services that carry them (ASHRAE 135-2020 §15.5–§15.10, §13.1, §13.14). */
import type { Cursor } from '../cursor';
import { newRun, type PointRun } from '../dissector';
import { objectName, propertyName } from './registry';
import { readObjectId, readTag, readUnsigned, readValue } from './values';

export interface Target {
  readonly object: string | null;
  readonly address: number | null;
  /** Names of the first object's properties. */
  readonly property: string;
  readonly points: readonly PointRun[];
  readonly detail: string;
  readonly quantity: number | null;
  /** Number of the maker, as a device tells it. */
  readonly vendor?: number | undefined;
}

const SERVICES = new Set([
  'read_property',
  'write_property',
  'read_range',
  'read_property_multiple',
  'write_property_multiple',
  'subscribe_cov',
  'confirmed_cov_notification',
  'unconfirmed_cov_notification',
]);
const MAX_TAGS = 512;
const MAX_VALUES = 256;
const SHOWN = 4;
const NAMED = 8;

interface Place {
  readonly object: string;
  readonly address: number;
}

interface Run {
  readonly object: string;
  readonly address: number | null;
  readonly values: number[];
  readonly texts: (string | null)[];
}

/** Context tags of a service: where the object, its properties and their values stand. */
function tagsOf(action: string, isAck: boolean): { object: number; property: number; value: number } {
  if (action.endsWith('cov_notification')) return { object: 2, property: 0, value: 2 };
  if (action.startsWith('subscribe')) return { object: 1, property: -1, value: -1 };
  if (action === 'read_property_multiple') return { object: 0, property: isAck ? 2 : 0, value: 4 };
  if (action === 'write_property_multiple') return { object: 0, property: 0, value: 2 };
  if (action === 'read_range') return { object: 0, property: 1, value: 5 };
  return { object: 0, property: 1, value: 3 };
}

/** What a request or an answer tells of properties; nothing of services that name none. */
export function readProperties(cursor: Cursor, action: string, isAck: boolean): Target {
  const told = SERVICES.has(action);
  const tags = tagsOf(action, isAck);
  const isListed = action.endsWith('_multiple') || action.endsWith('cov_notification');
  const names: string[] = [];
  const runs: Run[] = [];
  let first: Place | null = null;
  let here: Place | null = null;
  let detail = '';
  let properties = 0;
  let values = 0;
  let isValue = false;
  let isList = false;
  for (let seen = 0; cursor.left > 0 && !cursor.isShort && seen < MAX_TAGS; seen++) {
    const tag = readTag(cursor);
    if (tag.isOpening || tag.isClosing) {
      if (told && tag.number === tags.value && isList === isListed) isValue = tag.isOpening;
      else if (!isValue) isList = tag.isOpening;
      continue;
    }
    const isPlain = told && tag.isContext && !isValue && tag.size <= 4;
    if (isPlain && tag.number === tags.object && tag.size === 4 && !isList && (isListed || first === null)) {
      const { type, instance } = readObjectId(cursor);
      here = { object: objectName(type), address: instance };
      first ??= here;
    } else if (isPlain && tag.number === tags.property && isList === isListed) {
      const name = propertyName(readUnsigned(cursor, tag.size));
      properties += 1;
      if (here === first && names.length < NAMED) names.push(name);
      runs.push({
        object: `${here?.object ?? ''} ${name}`.trim(),
        address: here?.address ?? null,
        values: [],
        texts: [],
      });
    } else if (isValue && !tag.isContext) {
      const value = readValue(cursor, tag);
      const run = runs.at(-1);
      values += 1;
      if (run && values <= MAX_VALUES) {
        run.values.push(value.number);
        run.texts.push(Number.isNaN(value.number) ? value.text : null);
      }
      if (values <= SHOWN) detail += `${values === 1 ? ' = ' : ', '}${value.text}`;
    } else if (action === 'write_property' && tag.isContext && tag.number === 4)
      detail += ` priority ${readUnsigned(cursor, tag.size)}`;
    else cursor.skip(!tag.isContext && tag.number === 1 ? 0 : tag.size);
  }
  return {
    object: first?.object ?? null,
    address: first?.address ?? null,
    property: names.join(', '),
    points: runs.filter((run) => run.values.length > 0).map(pointsOf),
    detail,
    quantity: properties > 1 ? properties : null,
    vendor: undefined,
  };
}

function pointsOf({ object, address, values, texts }: Run): PointRun {
  return newRun(object, address, 0, values, texts.some((text) => text !== null) ? texts : undefined);
}
