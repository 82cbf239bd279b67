/** Bodies of OPC UA's services (OPC 10000-4 §5): nodes asked for, values, applications, users, what is watched. */
import type { Cursor } from '../cursor';
import { type AssetFact, newRun, type PointRun } from '../dissector';
import { someOf } from '../words';
import {
  each,
  pointOf,
  qualityOf,
  readDataValue,
  readExpandedNodeId,
  readExtension,
  readLocalized,
  readNodeId,
  readQualified,
  readString,
  readVariant,
  skipDiagnostics,
} from './encoding';

/** Nodes of one request that are kept for its response, and told by name. */
const MAX_NODES = 256;
const MAX_TOLD = 8;
const USER_NAME_TOKEN = 324;
const DATA_CHANGE = 811;
const BAD = 0x80000000;
const MODES = ['invalid', 'none', 'sign', 'sign and encrypt'] as const;

export interface Body {
  /** First node; others in `nodes`. */
  readonly object: string | null;
  readonly quantity: number | null;
  readonly nodes: readonly string[];
  readonly points: readonly PointRun[];
  readonly text: string;
  readonly user: string | null;
  readonly facts: readonly AssetFact[];
  /** Set where a write or call was refused, wholly or in part. */
  readonly refusal: Refusal | null;
}

interface Refusal {
  /** First bad status among the results. */
  readonly status: number;
  readonly isPartly: boolean;
  readonly verdict: string;
}

/** What a session keeps: nodes by the handle their watcher gave them. */
export interface Watched {
  readonly handles: Map<number, string>;
}

const NOTHING: Body = {
  object: null,
  quantity: null,
  nodes: [],
  points: [],
  text: '',
  user: null,
  facts: [],
  refusal: null,
};

/** A request behind its header. */
export function readRequest(body: Cursor, action: string, watched: Watched): Body {
  switch (action) {
    case 'read':
      body.skip(12);
      return nodesOf(body, () => {
        const node = readNodeId(body);
        skipValueId(body);
        return node;
      });
    case 'browse':
      readNodeId(body);
      body.skip(16);
      return nodesOf(body, () => {
        const node = readNodeId(body);
        body.skip(4);
        readNodeId(body);
        body.skip(9);
        return node;
      });
    case 'write':
      return writes(body);
    case 'call':
      return calls(body);
    case 'create_monitored_items':
      return monitored(body, watched);
    case 'create_session':
      return createSession(body);
    case 'activate_session':
      return activateSession(body);
    case 'open_secure_channel':
      body.skip(8);
      return { ...NOTHING, text: `mode ${MODES[body.u32le()] ?? 'unknown'}` };
    default:
      return NOTHING;
  }
}

/** A response behind its header, with the nodes its request named. */
export function readResponse(body: Cursor, action: string, nodes: readonly string[], watched: Watched): Body {
  switch (action) {
    case 'read':
      return results(body, nodes);
    case 'write':
      return statuses(body, nodes, () => body.u32le());
    case 'call':
      return statuses(body, nodes, () => callResult(body));
    case 'browse':
    case 'browse_next':
      return browsed(body);
    case 'get_endpoints':
      return endpoints(body);
    case 'create_session':
      readNodeId(body);
      readNodeId(body);
      body.skip(8);
      readString(body);
      readString(body);
      return endpoints(body);
    case 'publish':
      return published(body, watched);
    default:
      return NOTHING;
  }
}

/** What a request names and carries. */
function bodyOf(nodes: readonly string[], quantity: number, points: readonly PointRun[]): Body {
  return {
    object: nodes[0] ?? null,
    quantity,
    nodes,
    points,
    text: '',
    user: null,
    facts: [],
    refusal: null,
  };
}

function nodesOf(body: Cursor, read: () => string): Body {
  const nodes: string[] = [];
  const quantity = each(body, () => {
    const node = read();
    if (nodes.length < MAX_NODES) nodes.push(node);
  });
  return bodyOf(nodes, quantity, []);
}

/** Behind the node of a ReadValueId: attribute, range, encoding (OPC 10000-4 §7.29). */
function skipValueId(body: Cursor): void {
  body.skip(4);
  readString(body);
  readQualified(body);
}

function writes(body: Cursor): Body {
  const points: PointRun[] = [];
  const told = nodesOf(body, () => {
    const node = readNodeId(body);
    body.skip(4);
    readString(body);
    const value = readDataValue(body);
    if (points.length < MAX_NODES && value.values.length > 0) points.push(pointOf(node, value));
    return node;
  });
  return bodyOf(told.nodes, told.quantity ?? 0, points);
}

function calls(body: Cursor): Body {
  const points: PointRun[] = [];
  const told = nodesOf(body, () => {
    const node = `${readNodeId(body)} method ${readNodeId(body)}`;
    each(body, (place) => {
      const value = { ...readVariant(body), status: 0, timeUs: Number.NaN };
      if (points.length < MAX_NODES && value.values.length > 0)
        points.push(pointOf(`${node} argument ${place}`, value));
    });
    return node;
  });
  return bodyOf(told.nodes, told.quantity ?? 0, points);
}

function monitored(body: Cursor, { handles }: Watched): Body {
  body.skip(8);
  return nodesOf(body, () => {
    const node = readNodeId(body);
    skipValueId(body);
    body.skip(4);
    const handle = body.u32le();
    body.skip(8);
    readExtension(body);
    body.skip(5);
    if (handles.size < MAX_NODES * 16 && !body.isShort) handles.set(handle, node);
    return node;
  });
}

interface Application {
  readonly uri: string;
  readonly product: string;
  readonly name: string;
}

/** OPC 10000-4 §7.2. */
function readApplication(body: Cursor): Application {
  const [uri, product, name] = [readString(body), readString(body), readLocalized(body)];
  body.skip(4);
  readString(body);
  readString(body);
  each(body, () => readString(body));
  return { uri, product, name };
}

function factsOf({ uri, product, name }: Application): readonly AssetFact[] {
  return [
    { of: 'sender', fact: 'name', value: name || uri },
    { of: 'sender', fact: 'model', value: product },
  ];
}

const nameOf = ({ uri, name }: Application): string => (name === '' ? uri : `${name} (${uri})`);

function createSession(body: Cursor): Body {
  const application = readApplication(body);
  readString(body);
  const url = readString(body);
  if (body.isShort) return NOTHING;
  return {
    ...NOTHING,
    text: `${nameOf(application) || 'an unnamed application'} at ${url}`,
    facts: factsOf(application),
  };
}

/** The user's name; what follows it is a password (OPC 10000-4 §7.41.4). */
function activateSession(body: Cursor): Body {
  readString(body);
  readString(body);
  each(body, () => {
    readString(body);
    readString(body);
  });
  each(body, () => readString(body));
  const token = readExtension(body);
  if (token.type !== USER_NAME_TOKEN) return NOTHING;
  readString(token.body);
  const user = readString(token.body);
  return { ...NOTHING, user, text: user === '' ? 'a user without a name' : `user ${user}` };
}

function results(body: Cursor, nodes: readonly string[]): Body {
  const points: PointRun[] = [];
  const quantity = each(body, (place) => {
    const value = readDataValue(body);
    const point = pointOf(nodes[place] ?? null, value);
    if (points.length < MAX_NODES && point.values.length > 0) points.push(point);
  });
  const { object, user, facts, refusal } = NOTHING;
  return { object: nodes[0] ?? object, quantity, nodes: [], points, text: '', user, facts, refusal };
}

/** One status for each node; where one of several is bad, each is told, the bad ones first. */
function statuses(body: Cursor, nodes: readonly string[], read: () => number): Body {
  const told: Record<'bad' | 'good', string[]> = { bad: [], good: [] };
  const counts = { bad: 0, good: 0 };
  let status = 0;
  const quantity = each(body, (place) => {
    const found = read();
    if (body.isShort) return;
    const kind = found >= BAD ? 'bad' : 'good';
    if (kind === 'bad' && status === 0) status = found;
    counts[kind]++;
    if (told[kind].length < MAX_TOLD)
      told[kind].push(`${nodes[place] ?? `item ${place + 1}`}: ${qualityOf(found) ?? 'good'}`);
  });
  if (status === 0) return { ...NOTHING, quantity };
  const total = counts.bad + counts.good;
  if (total === 1) {
    const verdict = ` refused: 0x${status.toString(16)}`;
    return { ...NOTHING, quantity, refusal: { status, isPartly: false, verdict } };
  }
  const verdict = ` – ${counts.bad} of ${total} refused`;
  const text = someOf([...told.bad, ...told.good], MAX_TOLD, total);
  return { ...NOTHING, quantity, text, refusal: { status, isPartly: counts.good > 0, verdict } };
}

/** The status of one call; its arguments are passed over (OPC 10000-4 §5.11.2). */
function callResult(body: Cursor): number {
  const status = body.u32le();
  each(body, () => body.skip(4));
  each(body, () => skipDiagnostics(body));
  each(body, () => readVariant(body));
  return status;
}

/** Nodes that were found, each with its name (OPC 10000-4 §5.8.2, §7.30). */
function browsed(body: Cursor): Body {
  const points: PointRun[] = [];
  const names: string[] = [];
  let quantity = 0;
  each(body, () => {
    body.skip(4);
    readString(body);
    quantity += each(body, () => {
      readNodeId(body);
      body.skip(1);
      const node = readExpandedNodeId(body);
      const name = readQualified(body);
      readLocalized(body);
      body.skip(4);
      readExpandedNodeId(body);
      if (points.length >= MAX_NODES) return;
      points.push(newRun(node, null, 0, [Number.NaN], [name]));
      if (names.length < MAX_TOLD) names.push(`${name} ${node}`);
    });
  });
  const more = quantity > names.length ? ` and ${quantity - names.length} more` : '';
  return { ...NOTHING, quantity, points, text: names.length === 0 ? '' : names.join(', ') + more };
}

/** Who answers, and by which policies it may be reached (OPC 10000-4 §7.14). */
function endpoints(body: Cursor): Body {
  const ways = new Set<string>();
  let server: Application | null = null;
  const quantity = each(body, () => {
    readString(body);
    const application = readApplication(body);
    readString(body);
    const mode = MODES[body.u32le()] ?? 'unknown';
    const policy = readString(body).split('#').at(-1) ?? '';
    each(body, () => {
      readString(body);
      body.skip(4);
      for (let part = 0; part < 3; part++) readString(body);
    });
    readString(body);
    body.skip(1);
    if (body.isShort) return;
    server ??= application;
    if (ways.size < MAX_TOLD) ways.add(`${policy} ${mode}`);
  });
  return server === null
    ? { ...NOTHING, quantity }
    : {
        ...NOTHING,
        quantity,
        text: `${nameOf(server)}, by ${[...ways].join(', ')}`,
        facts: factsOf(server),
      };
}

/** Values that changed, by the handles they are watched under (OPC 10000-4 §5.13.5, §7.25.2). */
function published(body: Cursor, { handles }: Watched): Body {
  const points: PointRun[] = [];
  let quantity = 0;
  body.skip(4);
  each(body, () => body.skip(4));
  body.skip(13);
  each(body, () => {
    const note = readExtension(body);
    if (note.type !== DATA_CHANGE) return;
    quantity += each(note.body, () => {
      const handle = note.body.u32le();
      const point = pointOf(handles.get(handle) ?? `handle ${handle}`, readDataValue(note.body));
      if (points.length < MAX_NODES && point.values.length > 0) points.push(point);
    });
  });
  const { object, user, facts, refusal } = NOTHING;
  return { object: points[0]?.object ?? object, quantity, nodes: [], points, text: '', user, facts, refusal };
}

/** RequestHeader (OPC 10000-4 §7.33). */
export function skipRequestHeader(body: Cursor): void {
  readNodeId(body);
  body.skip(16);
  readString(body);
  body.skip(4);
  readExtension(body);
}

/** The service's own result; what stands behind it in the ResponseHeader is passed over (OPC 10000-4 §7.34). */
export function readResponseHeader(body: Cursor): number {
  body.skip(12);
  const result = body.u32le();
  if (body.left === 0) return result;
  skipDiagnostics(body);
  each(body, () => readString(body));
  readExtension(body);
  return result;
}

/** ` = 4.5`: the first value, with its quality where it is not good. */
export function valueText(points: readonly PointRun[]): string {
  const [point] = points;
  if (point === undefined) return '';
  const number = point.values[0] ?? Number.NaN;
  const shown = point.texts?.[0] ?? (Number.isNaN(number) ? null : String(number));
  const quality = point.qualities?.[0] ?? null;
  if (shown === null && quality === null) return '';
  return `${shown === null ? '' : ` = ${shown}`}${quality === null ? '' : ` (${quality})`}`;
}
