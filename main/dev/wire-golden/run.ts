/** Finds the comparisons of this folder, imports their captures and adds up what agrees. */
import { dirname, join } from 'node:path';
import { hasTool } from '../../evidence/normalise/packets/oracle';
import { importFile, openDatabase, rows } from '../../evidence/normalise/packets/test-import';
import type { Database } from '../../store/database';
import { type Agreement, agreement, type Cells, type Golden, isRows, readLog } from './golden';

const modules: Record<string, Record<string, unknown>> = import.meta.glob(['./protocols/*.ts'], {
  eager: true,
});

function isGolden(value: unknown): value is Golden {
  return typeof value === 'object' && value !== null && 'protocol' in value && 'cases' in value;
}

/** In order of their protocols. */
export const goldens: readonly Golden[] = Object.values(modules)
  .flatMap((module) => Object.values(module).filter(isGolden))
  .sort((a, b) => (a.protocol < b.protocol ? -1 : 1));

export async function compareWire(corpus: string, golden: Golden, database: Database): Promise<Agreement> {
  const apart = new Map<string, number>();
  const disagreements: string[] = [];
  let [rowsTold, compared, agreed] = [0, 0, 0];
  let imported = '';
  for (const test of golden.cases) {
    const path = join(corpus, '03-ot-pcap', test.capture);
    if (imported !== path) await importFile(database, path);
    imported = path;
    const ours = (await rows(database, test.ours)).map((row): Cells => row.map(textOf));
    const read = test.begin?.() ?? test.theirs;
    const theirs: Cells[] = [];
    const told = test.lines?.(path) ?? readLog(join(dirname(path), test.log));
    for (const line of told) {
      const found = read(line);
      if (found === null) continue;
      if (isRows(found)) theirs.push(...found);
      else theirs.push(found);
    }
    const one = agreement(test, ours, theirs);
    rowsTold += one.rows;
    compared += one.compared;
    agreed += one.agreed;
    for (const [reason, count] of one.apart) apart.set(reason, (apart.get(reason) ?? 0) + count);
    disagreements.push(...one.disagreements.map((text) => `${test.log}: ${text}`));
  }
  return { rows: rowsTold, compared, agreed, apart, disagreements };
}

function textOf(value: string | number | boolean | null): string | null {
  return value === null ? null : String(value);
}

/** One line for a protocol, then what its reference is and what was not compared. */
export function describeWire({ protocol, note }: Golden, found: Agreement): string {
  const share = found.compared === 0 ? '–' : `${((100 * found.agreed) / found.compared).toFixed(2)} %`;
  const head = `${protocol.padEnd(16)} ${String(found.rows).padStart(6)} rows ${String(found.compared).padStart(7)} fields ${share.padStart(9)}`;
  return [
    head,
    ...(note === undefined ? [] : [`  ${note}`]),
    ...[...found.apart].map(([reason, count]) => `  not compared, ${count} times: ${reason}`),
  ].join('\n');
}

/** The first of a comparison's programs that is not here. */
export function missingTool({ tools = [] }: Golden): string | null {
  return tools.find((tool) => !hasTool(tool)) ?? null;
}

/** A line for each protocol. */
export async function wireTable(corpus: string): Promise<readonly string[]> {
  const database = await openDatabase();
  const lines: string[] = [];
  for (const golden of goldens) {
    const missing = missingTool(golden);
    if (missing !== null) lines.push(`${golden.protocol.padEnd(16)} not compared: there is no ${missing}`);
    else lines.push(describeWire(golden, await compareWire(corpus, golden, database)));
  }
  database.close();
  return lines;
}
