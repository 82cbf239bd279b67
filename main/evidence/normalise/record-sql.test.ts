/** Values of key=value text are what their writers meant: quotes and escapes as each kind of log writes them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFormat, shippedFormats } from '../../formats';
import type { Format } from '../../formats/format';
import { Database } from '../../store/database';
import { trusted } from '../../store/sql';
import { planRecords } from './record-sql';
import { stageRows } from './stage-sample';

let database: Database;
beforeAll(async () => {
  database = await Database.open({ path: null, memoryLimitMb: 512, threads: 1, tempFolder: null });
});
afterAll(() => {
  database.close();
});

/** Values `a` and `b` of a line, as the pairs of a shipped format are read. */
async function values(id: string, line: string): Promise<readonly unknown[]> {
  const found = findFormat(shippedFormats().formats, id);
  if (!found.ok || found.value.pairs === undefined) throw new Error(id);
  const { by: _by, ...pairs } = found.value.pairs;
  const by = found.value.pairs.by === undefined ? {} : { by: 'by' };
  const format: Format = {
    ...found.value,
    read: { ...found.value.read, nulls: [] },
    match: { pattern: '^(?P<by>[|^]?)(?P<all>(?s:.*))$' },
    pairs: { ...pairs, ...by, from: 'all' },
    values: {},
  };
  await stageRows(database, 'record', { kind: 'lines', columns: [], meta: {}, rows: [[line]] });
  const plan = planRecords(format, { kind: 'lines', columns: [], meta: {} }, 'record');
  const names = ['a', 'b'].map((name) => plan.resolve(name)?.sql ?? 'NULL');
  const table = await database.all(trusted(plan.layers.select(names.join(', '))));
  return table.rows[0] ?? [];
}

const CASES: ReadonlyArray<readonly [string, string, string | null, string | null]> = [
  // Firewalls escape a quote, and some of them backslashes.
  [
    'fortinet-fortigate',
    String.raw`a="PLANT\jmiller" b="C:\Users\new\temp.exe"`,
    String.raw`PLANT\jmiller`,
    String.raw`C:\Users\new\temp.exe`,
  ],
  [
    'fortinet-fortigate',
    String.raw`a="PLANT\\jmiller" b="C:\\Users"`,
    String.raw`PLANT\jmiller`,
    String.raw`C:\Users`,
  ],
  ['fortinet-fortigate', String.raw`a="say \"so\"" b="ends with \\"`, 'say "so"', 'ends with \\'],
  [
    'fortinet-fortigate',
    String.raw`a="\\server\share" b=PLANT\jmiller`,
    String.raw`\\server\share`,
    String.raw`PLANT\jmiller`,
  ],
  ['fortinet-fortigate', String.raw`a="C:\temp\" b="x"`, 'C:\\temp\\', 'x'],
  ['fortinet-fortigate', String.raw`a="C:\x \"so\"" b="Müller"`, String.raw`C:\x "so"`, 'Müller'],
  ['fortinet-fortigate', 'a="Größe",b="cut off hü', 'Größe', 'cut off hü'],
  ['fortinet-fortigate', 'a="" b="', null, null],
  ['juniper-srx-flow', String.raw`a="eng \"x\" \]y" b="PLANT\\bob"]`, 'eng "x" ]y', String.raw`PLANT\bob`],
  // Programs that write logfmt write JSON strings.
  ['logfmt-log', String.raw`a="one\ntwo\t\"q\" C:\\new" b="\u00e4"`, 'one\ntwo\t"q" C:\\new', 'ä'],
  ['logfmt-log', String.raw`a="PLANT\jmiller" b=C:\new`, String.raw`PLANT\jmiller`, String.raw`C:\new`],
  // The kernel writes hexadecimal digits where a value holds a quote; a backslash is itself.
  ['linux-auditd', String.raw`a="ends\" b="C:\\x\n"`, 'ends\\', String.raw`C:\\x\n`],
  // In CEF and LEEF a quote is a sign like others.
  ['cef-log', 'a="Denied" by policy seven b="bob"', '"Denied" by policy seven', '"bob"'],
  ['cef-log', String.raw`a=C:\\Users\\new b=x\=y\nz\|w`, String.raw`C:\Users\new`, 'x=y\nz|w'],
  ['cef-log', String.raw`a=PLANT\bob b="C:\Users\a\=b`, String.raw`PLANT\bob`, String.raw`"C:\Users\a=b`],
  ['cef-log', 'a="x b=y', '"x', 'y'],
  ['leef-log', String.raw`^a="bob" smith^b="C:\new\x"`, '"bob" smith', String.raw`"C:\new\x"`],
  ['leef-log', String.raw`a=PLANT\\bob b=x\=y`, String.raw`PLANT\\bob`, String.raw`x\=y`],
];

test.each(CASES)('%s: %s', async (id, line, a, b) => {
  expect(await values(id, line)).toEqual([a, b]);
});
