/** Parameters of the MMS services: variables by name, their values, name lists, files (ISO 9506-2 §9 to §14, annex D). */
import type { Cursor } from '../cursor';
import type { AssetFact, PointRun } from '../dissector';
import { bodyOf, contentsOf, type Element, readElement, readElements, readInteger } from '../framing/ber';
import { DataValues, readData } from './data';
import { accessError, SERVICE } from './services';

const MAX_NAMES = 128;
const SHOWN = 4;

/** What a service names and carries. */
export interface Body {
  readonly names: readonly string[];
  readonly object: string | null;
  readonly quantity: number | null;
  readonly points: readonly PointRun[];
  readonly file: string | null;
  readonly detail: string;
  /** First refusal among the results of a read or write. */
  readonly refused: number | null;
  /** What the device says of itself. */
  readonly facts?: readonly AssetFact[];
}

export const EMPTY: Body = {
  names: [],
  object: null,
  quantity: null,
  points: [],
  file: null,
  detail: '',
  refused: null,
};

/** `LD0/XCBR1$CO$Pos$Oper`, or the bare name of a thing of the device or the association (ObjectName, §7.5.2). */
function objectName({ tag, body }: Element): string {
  if (tag !== 0xa1) return body.text(Math.min(64, body.left));
  const parts = readElements(body, 2).map(({ body: part }) => part.text(Math.min(64, part.left)));
  return parts.join('/');
}

/** Names of a VariableAccessSpecification (§14.5): a list of variables, or one named list. */
function variables({ tag, body }: Element): readonly string[] {
  if (tag === 0xa1) return [objectName(readElement(body))];
  return readElements(body, MAX_NAMES).map(({ body: entry }) => {
    const specification = readElement(entry);
    if (specification.tag === 0xa0) return objectName(readElement(specification.body));
    return specification.tag === 0xa1 ? 'an address' : 'a described variable';
  });
}

function named(names: readonly string[], part: Partial<Body> = {}): Body {
  return { ...EMPTY, names, object: names[0] ?? null, quantity: names.length, ...part };
}

/** Access results or data beside the names they belong to; without names they are one run. */
function results(list: Cursor, names: readonly string[], isOneList: boolean): Body {
  const points: PointRun[] = [];
  const said: string[] = [];
  let refused: number | null = null;
  let count = 0;
  const whole = new DataValues();
  for (let index = 0; list.left >= 2 && !list.isShort && index < MAX_NAMES; index++) {
    count++;
    const at = list.at;
    const first = readElement(list);
    const name = isOneList ? null : (names[index] ?? null);
    if (first.tag === 0x80) {
      const code = readInteger(first.body, false) || 0;
      refused ??= code;
      whole.add(Number.NaN, accessError(code));
      if (said.length < SHOWN) said.push(`${label(name)}: ${accessError(code)}`);
      continue;
    }
    const data = isOneList ? whole : new DataValues();
    list.at = at;
    readData(list.part(first.body.end - at), data);
    if (isOneList) continue;
    points.push(...data.run(name));
    if (said.length < SHOWN) said.push(`${label(name)}${data.shown()}`);
  }
  if (isOneList) {
    points.push(...whole.run(names[0] ?? null));
    said.push(`${label(names[0] ?? null)}${whole.shown()}`);
  }
  const detail = `${said.join(', ')}${count > SHOWN && !isOneList ? `, … (${count})` : ''}`;
  return named(names, { points, detail: ` ${detail}`, refused, quantity: count });
}

function label(name: string | null): string {
  return name ?? 'a value';
}

function list(names: readonly string[]): string {
  if (names.length === 0) return '';
  return ` ${names.slice(0, SHOWN).join(', ')}${names.length > SHOWN ? `, … (${names.length})` : ''}`;
}

/** The components of a FileName (annex D.3) as one path. */
function fileName(body: Cursor): string {
  return readElements(body, 16)
    .map(({ body: part }) => part.text(Math.min(255, part.left)))
    .join('/');
}

function fileBody(file: string, detail = ''): Body {
  return { ...EMPTY, file: file || null, detail: `${file === '' ? '' : ` ${file}`}${detail}` };
}

export function readRequest(service: number, element: Element): Body {
  const { body } = element;
  switch (service) {
    case SERVICE.read: {
      const access = readElements(bodyOf(readElements(body), 0xa1), 1)[0];
      const names = access === undefined ? [] : variables(access);
      return named(names, { detail: list(names) });
    }
    case SERVICE.write: {
      const access = readElement(body);
      const isOneList = access.tag === 0xa1;
      return results(readElement(body).body, variables(access), isOneList);
    }
    case SERVICE.getNameList: {
      const fields = readElements(body);
      const scope = readElements(bodyOf(fields, 0xa1), 1)[0];
      const kind = readInteger(bodyOf(readElements(bodyOf(fields, 0xa0)), 0x80), false);
      const domain = scope?.tag === 0x81 ? scope.body.text(Math.min(64, scope.body.left)) : '';
      const after = bodyOf(fields, 0x82);
      const rest = after.left > 0 ? ` after ${after.text(Math.min(64, after.left))}` : '';
      const what = CLASSES[kind] ?? 'objects';
      return {
        ...EMPTY,
        names: domain === '' ? [] : [domain],
        object: domain || null,
        detail: ` ${what} of ${domain === '' ? 'the device' : domain}${rest}`,
      };
    }
    case SERVICE.getVariableAccessAttributes: {
      const name = readElement(body);
      const names = name.tag === 0xa0 ? [objectName(readElement(name.body))] : [];
      return named(names, { detail: list(names) });
    }
    case SERVICE.getNamedVariableListAttributes: {
      const names = [objectName(readElement(body))];
      return named(names, { detail: list(names) });
    }
    case SERVICE.fileOpen:
      return fileBody(fileName(bodyOf(readElements(body), 0xa0)));
    case SERVICE.fileRead:
    case SERVICE.fileClose:
      return { ...EMPTY, detail: ` handle ${readInteger(body) || 0}` };
    case SERVICE.fileDelete:
      return fileBody(fileName(body));
    case SERVICE.fileRename:
    case SERVICE.obtainFile: {
      const fields = readElements(body);
      const tags = service === SERVICE.fileRename ? [0xa0, 0xa1] : [0xa1, 0xa2];
      const [from, to] = tags.map((tag) => fileName(bodyOf(fields, tag)));
      return fileBody(from ?? '', ` to ${to}`);
    }
    case SERVICE.fileDirectory:
      return fileBody(fileName(bodyOf(readElements(body), 0xa0)));
    default:
      return { ...EMPTY, object: firstText(element), detail: '' };
  }
}

const CLASSES: Readonly<Record<number, string>> = {
  0: 'variables',
  1: 'scattered accesses',
  2: 'variable lists',
  3: 'types',
  4: 'semaphores',
  5: 'event conditions',
  6: 'event actions',
  7: 'event enrollments',
  8: 'journals',
  9: 'domains',
  10: 'program invocations',
  11: 'operator stations',
};

/** The first text inside, as domain, program and event services put the name they are about. */
function firstText({ tag, body }: Element, depth = 0): string | null {
  if (tag === 0x1a || (tag & 0x20) === 0) {
    const isText = tag === 0x1a || tag === 0x80;
    const text = isText ? body.text(Math.min(64, body.left)) : '';
    return /^[\w$./-]{2,}$/.test(text) ? text : null;
  }
  if (depth > 4) return null;
  for (const part of readElements(body, 8)) {
    const text = firstText(part, depth + 1);
    if (text !== null) return text;
  }
  return null;
}

export function readResponse(service: number, element: Element, asked: Body | null): Body {
  const { body } = element;
  const before = asked ?? EMPTY;
  switch (service) {
    case SERVICE.read: {
      const isOneList = before.names.length === 1 && bodyCount(element) > 1;
      return results(bodyOf(readElements(body), 0xa1), before.names, isOneList);
    }
    case SERVICE.write:
      return written(body, before);
    case SERVICE.getNameList: {
      const fields = readElements(body);
      const names = readElements(bodyOf(fields, 0xa0), MAX_NAMES * 8).map(({ body: name }) =>
        name.text(Math.min(64, name.left)),
      );
      const goesOn = (readInteger(bodyOf(fields, 0x81), false) || 0) !== 0;
      return { ...before, quantity: names.length, detail: `${list(names)}${goesOn ? ', more follow' : ''}` };
    }
    case SERVICE.identify: {
      const fields = readElements(body);
      const told = [0x80, 0x81, 0x82].map((tag) => {
        const text = bodyOf(fields, tag);
        return text.text(Math.min(64, text.left));
      });
      const [vendor = '', model = '', firmware = ''] = told;
      const facts: readonly AssetFact[] = [
        { of: 'sender', fact: 'vendor', value: vendor },
        { of: 'sender', fact: 'model', value: model },
        { of: 'sender', fact: 'firmware', value: firmware },
      ];
      return { ...EMPTY, detail: ` vendor ${vendor}, model ${model}, revision ${firmware}`, facts };
    }
    case SERVICE.fileOpen: {
      const fields = readElements(body);
      const size = readInteger(bodyOf(readElements(bodyOf(fields, 0xa1)), 0x80), false) || 0;
      return { ...before, detail: `${before.detail}, ${size} bytes` };
    }
    case SERVICE.fileRead:
      return { ...before, quantity: bodyOf(readElements(body), 0x80).left };
    case SERVICE.fileDirectory: {
      const files: string[] = [];
      directory(bodyOf(readElements(body), 0xa0), files, 0);
      return { ...before, quantity: files.length, detail: `${before.detail}:${list(files)}` };
    }
    default:
      return before;
  }
}

/** Entries lie in one sequence or two, by the maker (annex D.8). */
function directory(body: Cursor, files: string[], depth: number): void {
  for (const { tag, body: part } of readElements(body, MAX_NAMES)) {
    if (tag === 0xa0) files.push(fileName(part));
    else if (tag === 0x30 && depth < 3) directory(part, files, depth + 1);
  }
}

/** How many results a read response holds. */
function bodyCount(element: Element): number {
  return readElements(bodyOf(readElements(contentsOf(element)), 0xa1), MAX_NAMES).length;
}

function written(body: Cursor, asked: Body): Body {
  const said: string[] = [];
  let refused: number | null = null;
  let index = 0;
  for (const { tag, body: result } of readElements(body, MAX_NAMES)) {
    const name = asked.names[index++] ?? 'a value';
    if (tag !== 0x80) {
      said.push(name);
      continue;
    }
    const code = readInteger(result, false) || 0;
    refused ??= code;
    said.push(`${name}: ${accessError(code)}`);
  }
  return { ...asked, points: [], detail: list(said), quantity: index, refused };
}

/** An information report: what it is about, then the values (§14.6.3). */
export function readReport(body: Cursor): Body {
  const access = readElement(body);
  const names = variables(access);
  return results(readElement(body).body, names, access.tag === 0xa1);
}
