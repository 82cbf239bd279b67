/** What the services beyond those of properties are about: object, detail (ASHRAE 135-2020 §13–§17, §21.2). */
import type { Cursor } from '../cursor';
import { readProperties, type Target } from './properties';
import { eventState, eventType, notifyType, objectName, propertyName } from './registry';
import { readObjectId, readTag, readText, readUnsigned, readValue, type Value } from './values';

const MOST_TAGS = 256;
const MOST_PLAIN = 8;

/** One object, of which nothing is read. */
export function targetOf(
  object: string | null,
  address: number | null,
  detail: string,
  vendor?: number,
): Target {
  return { object, address, property: '', points: [], detail, quantity: null, vendor };
}

const STATES = [
  'cold start',
  'warm start',
  'start backup',
  'end backup',
  'start restore',
  'end restore',
  'abort restore',
  'activate changes',
] as const;
const COMMUNICATION = ['enable', 'disable', 'disable initiation'] as const;
const LIFE_SAFETY = [
  'none',
  'silence',
  'silence audible',
  'silence visual',
  'reset',
  'reset alarm',
  'reset fault',
  'unsilence',
  'unsilence audible',
  'unsilence visual',
] as const;

/** Values of a service by their tags. */
interface Parts {
  /** Context-tagged ones of the service itself. */
  readonly own: ReadonlyMap<number, Cursor>;
  /** Those inside a constructed one, the outer tag × 256 and the inner. */
  readonly inner: ReadonlyMap<number, Cursor>;
  /** Application-tagged ones in their order, wherever they stand. */
  readonly plain: readonly Plain[];
}

interface Plain extends Value {
  readonly tag: number;
  readonly size: number;
  readonly part: Cursor;
}

function partsOf(cursor: Cursor): Parts {
  const own = new Map<number, Cursor>();
  const inner = new Map<number, Cursor>();
  const plain: Plain[] = [];
  const open: number[] = [];
  for (let seen = 0; cursor.left > 0 && !cursor.isShort && seen < MOST_TAGS; seen++) {
    const tag = readTag(cursor);
    if (tag.isOpening) open.push(tag.number);
    else if (tag.isClosing) open.pop();
    else if (tag.isContext) {
      const part = cursor.part(tag.size);
      const outer = open[0];
      if (outer === undefined) own.set(tag.number, part);
      else if (open.length === 1) inner.set(outer * 256 + tag.number, part);
    } else {
      const start = cursor.at;
      const value = readValue(cursor, tag);
      if (plain.length < MOST_PLAIN) {
        const part = copyOf(cursor, start);
        plain.push({ ...value, tag: tag.number, size: tag.size, part });
      }
    }
  }
  return { own, inner, plain };
}

/** What was read since `start`, to be read once more. */
function copyOf(cursor: Cursor, start: number): Cursor {
  const { at } = cursor;
  cursor.at = start;
  const part = cursor.part(at - start);
  cursor.at = at;
  return part;
}

function unsignedIn(part: Cursor | undefined): number | null {
  return part === undefined ? null : readUnsigned(part, part.left);
}

function objectIn(part: Cursor | undefined, detail: string): Target {
  if (part === undefined || part.left < 4) return targetOf(null, null, detail);
  const { type, instance } = readObjectId(part);
  return targetOf(objectName(type), instance, detail);
}

function textIn(part: Cursor | undefined): string {
  return part === undefined || part.left === 0 ? '' : readText(part);
}

function wordOf(words: readonly string[], number: number | null): string {
  return number === null ? '' : (words[number] ?? String(number));
}

type Read = (parts: Parts) => Target;

function firstObject({ plain }: Parts, detail: string): Target {
  const first = plain[0];
  return objectIn(first?.tag === 12 ? first.part : undefined, detail);
}

/** Device numbers asked for, where not all are. */
function range({ own }: Parts): string {
  const low = unsignedIn(own.get(0));
  const high = unsignedIn(own.get(1));
  if (low === null || high === null) return '';
  return low === high ? ` device ${low}` : ` devices ${low}–${high}`;
}

function event({ own }: Parts): Target {
  const type = unsignedIn(own.get(6));
  const notify = unsignedIn(own.get(8));
  const from = unsignedIn(own.get(10));
  const to = unsignedIn(own.get(11));
  const device = own.get(1);
  const of = device === undefined ? '' : ` of device ${readObjectId(device).instance}`;
  const text = textIn(own.get(7));
  const detail = [
    `${of}:${notify === null ? '' : ` ${notifyType(notify)}`}${type === null ? '' : ` ${eventType(type)}`}`,
    to === null ? '' : `${from === null ? '' : `${eventState(from)} → `}${eventState(to)}`,
    own.has(5) ? `priority ${unsignedIn(own.get(5))}` : '',
    text === '' ? '' : `"${text}"`,
  ];
  return objectIn(own.get(2), detail.filter((part) => part !== '').join(', '));
}

function listElement({ own, plain }: Parts): Target {
  const property = unsignedIn(own.get(1));
  const values = plain.slice(0, 4).map(({ text }) => text);
  const told = values.length === 0 ? '' : ` = ${values.join(', ')}`;
  return { ...objectIn(own.get(0), told), property: property === null ? '' : propertyName(property) };
}

function fileAccess(parts: Parts): Target {
  const { plain } = parts;
  const start = plain[1]?.number ?? Number.NaN;
  const bytes = plain.find(({ tag }) => tag === 6)?.size;
  const from = Number.isNaN(start) ? '' : ` from ${start}`;
  const count = plain[2]?.tag === 2 ? `, ${plain[2].number} asked for` : '';
  return firstObject(parts, `${from}${bytes === undefined ? count : `, ${bytes} bytes`}`);
}

function clock({ plain }: Parts): Target {
  const [date, time] = plain;
  return targetOf(
    null,
    null,
    date === undefined ? '' : ` clock set to ${date.text} ${time?.text ?? ''}`.trimEnd(),
  );
}

const READ: Readonly<Record<string, Read>> = {
  acknowledge_alarm: ({ own }) => {
    const state = unsignedIn(own.get(2));
    const by = textIn(own.get(4));
    return objectIn(
      own.get(1),
      `${state === null ? '' : `, ${eventState(state)}`}${by === '' ? '' : ` by "${by}"`}`,
    );
  },
  confirmed_event_notification: event,
  unconfirmed_event_notification: event,
  atomic_read_file: fileAccess,
  atomic_write_file: fileAccess,
  add_list_element: listElement,
  remove_list_element: listElement,
  create_object: ({ inner, plain }) => {
    const type = unsignedIn(inner.get(0));
    if (type !== null) return targetOf(objectName(type), null, '');
    return inner.has(1) ? objectIn(inner.get(1), '') : firstObject({ own: inner, inner, plain }, '');
  },
  delete_object: (parts) => firstObject(parts, ''),
  device_communication_control: ({ own }) => {
    const minutes = unsignedIn(own.get(0));
    const what = wordOf(COMMUNICATION, unsignedIn(own.get(1)));
    return targetOf(null, null, ` ${what}${minutes === null ? '' : ` for ${minutes} min`}`);
  },
  reinitialize_device: ({ own }) => targetOf(null, null, ` ${wordOf(STATES, unsignedIn(own.get(0)))}`),
  confirmed_private_transfer: privateTransfer,
  unconfirmed_private_transfer: privateTransfer,
  confirmed_text_message: textMessage,
  unconfirmed_text_message: textMessage,
  life_safety_operation: ({ own }) => {
    const by = textIn(own.get(1));
    const what = wordOf(LIFE_SAFETY, unsignedIn(own.get(2)));
    return objectIn(own.get(3), `: ${what}${by === '' ? '' : ` by "${by}"`}`);
  },
  subscribe_cov_property: ({ own, inner }) => {
    const property = unsignedIn(inner.get(4 * 256));
    return { ...objectIn(own.get(1), ''), property: property === null ? '' : propertyName(property) };
  },
  time_synchronization: clock,
  utc_time_synchronization: clock,
  who_is: (parts) => targetOf(null, null, range(parts)),
  who_has: (parts) => {
    const name = textIn(parts.own.get(3));
    return objectIn(parts.own.get(2), `${name === '' ? '' : ` "${name}"`}${range(parts)}`);
  },
  i_am: ({ plain }) => {
    const [device, , , maker] = plain;
    const vendor = maker?.tag === 2 && maker.size > 0 ? maker.number : undefined;
    return { ...objectIn(device?.part, vendor === undefined ? '' : `, vendor ${vendor}`), vendor };
  },
  i_have: ({ plain }) => {
    const [device, held, name] = plain;
    return objectIn(device?.part, `, ${held?.text.replace(',', ' ') ?? ''} ${name?.text ?? ''}`);
  },
  write_group: ({ own }) => {
    const priority = unsignedIn(own.get(1));
    return targetOf(
      null,
      null,
      ` ${unsignedIn(own.get(0)) ?? ''}${priority === null ? '' : ` priority ${priority}`}`,
    );
  },
};

function privateTransfer({ own }: Parts): Target {
  const vendor = unsignedIn(own.get(0));
  const service = unsignedIn(own.get(1));
  return targetOf(
    null,
    null,
    `${vendor === null ? '' : ` of vendor ${vendor}`}${service === null ? '' : `, service ${service}`}`,
  );
}

function textMessage({ own }: Parts): Target {
  const said = textIn(own.get(3));
  return objectIn(own.get(0), said === '' ? '' : `: "${said}"`);
}

/** What a request, or an answer with data, is about. Passwords are passed over. */
export function readTarget(cursor: Cursor, action: string, isAck: boolean): Target {
  const read = READ[action];
  return read === undefined ? readProperties(cursor, action, isAck) : read(partsOf(cursor));
}
