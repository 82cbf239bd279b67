/** S7 jobs and their acknowledgements: connection set-up, variables, blocks, control of the CPU. */
import type { Cursor } from '../cursor';
import type { AssetFact, OtOperation, PointRun } from '../dissector';
import { someOf } from '../words';
import { readItem, readValue, type S7Item, type S7Value } from './items';

/** What a message says, before its header is put around it. */
export interface S7Part {
  readonly action: string;
  readonly operation: OtOperation | null;
  readonly functionCode: number | null;
  readonly object: string | null;
  readonly address: number | null;
  readonly quantity: number | null;
  readonly points: readonly PointRun[];
  readonly file: string | null;
  readonly text: string;
  /** First return code of an item that failed. */
  readonly exception: number | null;
  /** What became of the items, where one failed; null: what the header says holds for all. */
  readonly verdict: string | null;
  /** No item succeeded. */
  readonly isRefused: boolean;
  /** Of a read or write request, for its response. */
  readonly items: readonly S7Item[];
  /** What the CPU says of itself. */
  readonly facts?: readonly AssetFact[] | undefined;
}

const READ = 0x04;
const WRITE = 0x05;
const REQUEST_DOWNLOAD = 0x1a;
const DOWNLOAD_BLOCK = 0x1b;
const DOWNLOAD_ENDED = 0x1c;
const START_UPLOAD = 0x1d;
const UPLOAD = 0x1e;
const END_UPLOAD = 0x1f;
const PLC_CONTROL = 0x28;
const PLC_STOP = 0x29;
const SETUP = 0xf0;

/** Return codes of a data item that was read or written. */
const SUCCESS = 0xff;
const RESULTS: Readonly<Record<number, string>> = {
  1: 'hardware error',
  3: 'access not allowed',
  5: 'invalid address',
  6: 'data type not supported',
  7: 'data type inconsistent',
  10: 'object does not exist',
  [SUCCESS]: 'success',
};

interface Named {
  readonly action: string;
  readonly operation: OtOperation;
  readonly words: string;
}

const FUNCTIONS = new Map<number, Named>([
  [0x00, { action: 'cpu_services', operation: 'diagnose', words: 'CPU services' }],
  [READ, { action: 'read_var', operation: 'read', words: 'Read' }],
  [WRITE, { action: 'write_var', operation: 'write', words: 'Write' }],
  [REQUEST_DOWNLOAD, { action: 'request_download', operation: 'program', words: 'Request download' }],
  [DOWNLOAD_BLOCK, { action: 'download_block', operation: 'program', words: 'Download block' }],
  [DOWNLOAD_ENDED, { action: 'download_ended', operation: 'program', words: 'Download ended' }],
  [START_UPLOAD, { action: 'start_upload', operation: 'program', words: 'Start upload' }],
  [UPLOAD, { action: 'upload', operation: 'program', words: 'Upload' }],
  [END_UPLOAD, { action: 'end_upload', operation: 'program', words: 'End upload' }],
  [PLC_CONTROL, { action: 'plc_control', operation: 'control', words: 'PLC control' }],
  [PLC_STOP, { action: 'plc_stop', operation: 'control', words: 'PLC stop' }],
  [SETUP, { action: 'setup_communication', operation: 'connect', words: 'Set up communication' }],
]);

export function partOf(named: Named, functionCode: number | null, more: Partial<S7Part>): S7Part {
  // Field by field: this runs once a message, and copying objects is what costs most there.
  return {
    action: named.action,
    operation: named.operation,
    functionCode,
    object: more.object ?? null,
    address: more.address ?? null,
    quantity: more.quantity ?? null,
    points: more.points ?? [],
    file: more.file ?? null,
    text: more.text ?? named.words,
    exception: more.exception ?? null,
    verdict: more.verdict ?? null,
    isRefused: more.isRefused ?? false,
    items: more.items ?? [],
    facts: more.facts,
  };
}

/** `asked` is the request's part when this is an acknowledgement and its request was captured. */
export function readJob(parameters: Cursor, data: Cursor, asked: S7Part | null, isRequest: boolean): S7Part {
  // An acknowledgement without parameters answers its request's function.
  const code = parameters.left > 0 ? parameters.u8() : (asked?.functionCode ?? -1);
  const named = FUNCTIONS.get(code);
  if (named === undefined) {
    const name = code < 0 ? 'acknowledge' : `function_0x${code.toString(16).padStart(2, '0')}`;
    const text = code < 0 ? 'Acknowledge' : `Function 0x${code.toString(16)}`;
    const unknown = partOf({ action: name, operation: 'diagnose', words: text }, code < 0 ? null : code, {});
    return { ...unknown, operation: null };
  }
  if (code === READ || code === WRITE) {
    return isRequest
      ? request(named, code, parameters, data)
      : response(named, code, parameters, data, asked);
  }
  if (!isRequest) return acknowledge(named, code, parameters, data, asked);
  if (code === SETUP) return setup(named, parameters);
  if (code === PLC_CONTROL) return control(parameters);
  if (code === PLC_STOP) return stop(named, parameters);
  return block(named, code, parameters);
}

function request(named: Named, code: number, parameters: Cursor, data: Cursor): S7Part {
  const count = parameters.u8();
  const items: S7Item[] = [];
  for (let index = 0; index < count && parameters.left >= 2; index++) {
    const start = parameters.at;
    items.push(...readItem(parameters));
    // Items begin at even places, seen from the first.
    if ((parameters.at - start) % 2 === 1 && parameters.left > 0) parameters.skip(1);
  }
  const values = code === WRITE ? items.map((item) => readValue(data, item)) : [];
  return variables(named, code, items, values);
}

function response(
  named: Named,
  code: number,
  parameters: Cursor,
  data: Cursor,
  asked: S7Part | null,
): S7Part {
  const count = parameters.u8();
  const items = asked?.items ?? [];
  const values: S7Value[] = [];
  for (let index = 0; index < count && data.left > 0; index++) {
    const item = items[index] ?? null;
    values.push(code === READ ? readValue(data, item) : { code: data.u8(), points: [], text: '' });
  }
  const failed = values.filter((value) => value.code !== SUCCESS);
  if (failed.length > 0) return refusal(named, code, items, values, failed);
  const part = variables(named, code, items, values);
  return items.length > 0 ? part : { ...part, quantity: null, text: unnamed(named, count) };
}

function unnamed({ words }: Named, count: number): string {
  return `${words} ${count} ${count === 1 ? 'item' : 'items'}`;
}

/** Items with their results, the refused first; a single one's result stands behind it. */
function refusal(
  named: Named,
  code: number,
  items: readonly S7Item[],
  values: readonly S7Value[],
  failed: readonly S7Value[],
): S7Part {
  const isAlone = values.length === 1 && items.length <= 1;
  const [bad, good]: [string[], string[]] = [[], []];
  values.forEach((value, index) => {
    const name = items[index]?.text ?? `item ${index + 1}`;
    const isGood = value.code === SUCCESS;
    const said = isAlone
      ? name
      : value.text === ''
        ? `${name}: ${resultText(value.code)}`
        : `${name} = ${value.text}`;
    (isGood ? good : bad).push(said);
  });
  const exception = failed[0]?.code ?? null;
  return {
    ...variables(named, code, items, values),
    quantity: items[0]?.quantity ?? null,
    text: `${named.words} ${someOf([...bad, ...good], SHOWN)}`,
    exception,
    verdict: isAlone
      ? ` refused: ${resultText(exception ?? 0)}`
      : ` – ${failed.length} of ${values.length} refused`,
    isRefused: failed.length === values.length,
  };
}

function resultText(code: number): string {
  return RESULTS[code] ?? `error 0x${code.toString(16).padStart(2, '0')}`;
}

/** Items named in a message line. */
const SHOWN = 4;

function variables(named: Named, code: number, items: readonly S7Item[], values: readonly S7Value[]): S7Part {
  const [first] = items;
  let text = named.words;
  const points: PointRun[] = [];
  for (let index = 0; index < items.length || index < values.length; index++) {
    const value = values[index];
    if (value !== undefined) points.push(...value.points);
    if (index >= SHOWN) continue;
    text += (index === 0 ? ' ' : ', ') + (items[index]?.text ?? '');
    if (value !== undefined && value.text !== '') text += ` = ${value.text}`;
  }
  if (items.length > SHOWN) text += `, ${items.length - SHOWN} more`;
  return partOf(named, code, {
    object: first?.object ?? null,
    address: first?.address ?? null,
    quantity: first?.quantity ?? null,
    points,
    text,
    items,
  });
}

function setup(named: Named, parameters: Cursor): S7Part {
  parameters.skip(1);
  const calling = parameters.u16();
  const called = parameters.u16();
  const size = parameters.u16();
  return partOf(named, SETUP, { text: `${named.words}: ${calling}/${called} jobs, PDU of ${size} bytes` });
}

/** Program invocation services by name; `P_PROGRAM` starts the CPU, its argument tells how. */
const SERVICES = new Map<string, Named>([
  ['P_PROGRAM', { action: 'plc_start', operation: 'control', words: 'PLC start' }],
  ['_INSE', { action: 'insert_block', operation: 'program', words: 'Insert block' }],
  ['_DELE', { action: 'delete_block', operation: 'program', words: 'Delete block' }],
  ['_GARB', { action: 'compress_memory', operation: 'program', words: 'Compress memory' }],
  ['_MODU', { action: 'copy_ram_to_rom', operation: 'program', words: 'Copy RAM to ROM' }],
]);

/*
 *   0      1             8         10           10+n   11+n
 *   +------+-------------+---------+------------+------+--------+
 *   | 0x28 | 7 reserved  | n       | argument   | size | name   |
 *   +------+-------------+---------+------------+------+--------+
 */
function control(parameters: Cursor): S7Part {
  parameters.skip(7);
  const argument = parameters.part(parameters.u16());
  const service = parameters.text(parameters.u8());
  const named = SERVICES.get(service) ?? {
    action: 'plc_control',
    operation: 'control',
    words: `PLC control ${service}`,
  };
  if (service === 'P_PROGRAM') {
    const isCold = argument.text(argument.left) === 'C';
    return partOf(named, PLC_CONTROL, {
      object: service,
      text: `PLC start (${isCold ? 'cold' : 'warm'} restart)`,
    });
  }
  const names: string[] = [];
  if (service === '_INSE' || service === '_DELE') {
    const count = argument.u8();
    argument.skip(1);
    for (let index = 0; index < count && argument.left >= 8; index++) names.push(blockName(argument.text(8)));
  }
  const text = names.length > 0 ? `${named.words} ${names.join(', ')}` : named.words;
  return partOf(named, PLC_CONTROL, {
    object: service === '' ? null : service,
    file: names[0] ?? null,
    text,
  });
}

function stop(named: Named, parameters: Cursor): S7Part {
  parameters.skip(5);
  const service = parameters.text(parameters.u8());
  return partOf(named, PLC_STOP, { object: SERVICES.has(service) ? service : null });
}

const BLOCK_TYPES: Readonly<Record<string, string>> = {
  '08': 'OB',
  '0A': 'DB',
  '0B': 'SDB',
  '0C': 'FC',
  '0D': 'SFC',
  '0E': 'FB',
  '0F': 'SFB',
};

/** `0A00010P` is DB10's kind, five digits and the file system: `DB10`. Other names stay. */
function blockName(raw: string): string {
  const match = /^([0-9A-F]{2})(\d{5})([ABP]?)$/.exec(raw);
  const kind = match?.[1] === undefined ? undefined : BLOCK_TYPES[match[1]];
  return kind === undefined ? raw : `${kind}${Number(match?.[2])}`;
}

/*
 *   0          1        2           4           8      9
 *   +----------+--------+-----------+-----------+------+---------------+
 *   | function | status | reserved  | upload id | size | '_0A00010P' … |
 *   +----------+--------+-----------+-----------+------+---------------+
 */
function block(named: Named, code: number, parameters: Cursor): S7Part {
  parameters.skip(7);
  const raw = parameters.left > 0 ? parameters.text(parameters.u8()) : '';
  const file = raw === '' ? null : blockName(raw.replace(/^_/, ''));
  return partOf(named, code, { file, text: file === null ? named.words : `${named.words} ${file}` });
}

function acknowledge(
  named: Named,
  code: number,
  parameters: Cursor,
  data: Cursor,
  asked: S7Part | null,
): S7Part {
  if (code === SETUP && parameters.left >= 7) return setup(named, parameters);
  const base = asked ?? partOf(named, code, {});
  const size = data.left > 0 ? `, ${data.left} bytes` : '';
  return { ...base, points: [], items: [], text: `${base.text}${size}` };
}
