/**
 * Mutations of real files, seeded: no importer process ends or falls silent, and every file has a row that adds up.
 * 3,000 in the judgement from a clean clone, 100,000 in the long run; without the corpus the sample files are spoiled.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { corpusFolder } from '../dev/corpus-folder';
import { runImporter } from '../dev/importer-run';
import { mutate } from '../dev/mutate';
import { type Random, seeded } from '../dev/sample/random';
import { buildPrograms, type Programs } from '../engine/programs-for-tests';
import type { EvidenceEntry } from './segment';

const MUTANTS = Number(process.env.THROUGHLINE_MUTANTS ?? '100000');
const BATCH = 100;
/** Importers at once. */
const WORKERS = 2;
/** Bytes of a seed: more is cut, so that thousands fit into minutes. */
const SEED_BYTES = 6_000;
const FAULTS = /^(?:import-failed|books-do-not-balance|records-do-not-add-up)$/;

let programs: Programs;
let root: string;
beforeAll(async () => {
  programs = await buildPrograms(true);
  root = mkdtempSync(join(tmpdir(), 'throughline-malformed-'));
});
afterAll(() => {
  programs.remove();
  rmSync(root, { recursive: true, force: true });
});

/** Files to spoil, in an order that does not depend on the file system. */
function seeds(): readonly string[] {
  const folder = corpusFolder() ?? resolve('sample-data');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.includes('expected') && !name.startsWith('INDEX'))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && statSync(path).size > 0)
    .sort();
}

interface Mutant {
  readonly path: string;
  readonly made: string;
  readonly sha256: string;
}

function spoil(turn: number, folder: string, files: readonly string[], random: Random): Mutant {
  const [one, other] = [random.pick(files), random.pick(files)].map((path) =>
    readFileSync(path).subarray(0, SEED_BYTES),
  );
  const { name, bytes } = mutate(one ?? Buffer.alloc(0), other ?? Buffer.alloc(0), random);
  const path = join(folder, `m${turn}.log`);
  writeFileSync(path, bytes);
  return { path, made: name, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function faultOf({ row }: EvidenceEntry, mutant: Mutant): string | null {
  if (row.sha256 !== mutant.sha256) return `has the hash ${row.sha256}`;
  return FAULTS.test(row.problem?.code ?? '') ? (row.problem?.why ?? 'failed') : null;
}

async function batch(number: number, files: readonly string[]): Promise<readonly string[]> {
  const random = seeded(2026_1121 + number);
  const folder = join(root, String(number));
  const stagingFolder = join(folder, 'staging');
  mkdirSync(stagingFolder, { recursive: true });
  const size = Math.min(BATCH, MUTANTS - number * BATCH);
  const mutants = Array.from({ length: size }, (_, turn) => spoil(turn, folder, files, random));
  const outcome = await runImporter({
    program: join(programs.folder, 'importer.mjs'),
    paths: mutants.map(({ path }) => path),
    stagingFolder,
    threads: 1,
  });
  rmSync(folder, { recursive: true, force: true });
  const tell = (mutant: Mutant, fault: string) =>
    `batch ${number}, ${mutant.path.split('/').at(-1)} (${mutant.made}): ${fault}`;
  if (outcome.failure !== null) {
    const culprit = mutants[outcome.fileIndex];
    return culprit ? [tell(culprit, outcome.failure)] : [outcome.failure];
  }
  // A container has a row for each member too, which adds up as well.
  const uneven = outcome.entries
    .filter(({ row }) => row.records !== row.loaded + row.rejected + row.skipped)
    .map(({ row }) => `batch ${number}, ${row.path} ${row.member ?? ''} does not add up`);
  const whole = outcome.entries.filter(({ row }) => row.member === null);
  const entries = new Map(whole.map((entry) => [entry.row.path, entry]));
  const wrong = mutants.flatMap((mutant) => {
    const entry = entries.get(mutant.path);
    const fault = entry ? faultOf(entry, mutant) : 'has no row';
    return fault === null ? [] : [tell(mutant, fault)];
  });
  return [...uneven, ...wrong];
}

test(`${MUTANTS} spoiled files: no process ends, every one is accounted for`, { timeout: 0 }, async () => {
  const files = seeds();
  const faults: string[] = [];
  let next = 0;
  const work = async () => {
    while (next * BATCH < MUTANTS) {
      next += 1;
      faults.push(...(await batch(next - 1, files)));
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  expect(faults).toEqual([]);
});
