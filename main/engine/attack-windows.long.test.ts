/**
 * The QUT S7 data set: for each of its 58 labelled attacks one query lists what was written in it, started, stopped or
 * flooded, and each answer is held against the attack log.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { corpusFolder } from '../dev/corpus-folder';
import { buildPrograms, type Programs } from './programs-for-tests';

const corpus = corpusFolder();
const qut = corpus === null ? null : join(corpus, '20-case-qut-s7');

/**
 * Acts on controllers within each attack's own captures, seen from several places and counted at the one that saw most.
 * An act is flooded where one station asks for it more often than a hand does: over ten times, or five of a value.
 */
const WHAT_HAPPENED = `
WITH act AS (
  SELECT regexp_extract(v.name, '^(\\d{14})', 1) AS attack_at, regexp_extract(v.name, '^\\d{14}\\.([A-Za-z_]+)\\.', 1) AS attack,
         v.name AS seen_at, e.source_ip AS by_whom, e.ot_operation AS operation, e.event_action AS action,
         e.ot_object || ' ' || e.ot_address AS what, coalesce(e.ot_value::VARCHAR, e.message) AS value, count(*) AS n,
         min(e."timestamp") AS first_at
  FROM event AS e JOIN evidence AS v ON v.evidence_id = e.evidence_id
  WHERE e.event_domain = 'ot' AND e.ot_message = 'request' AND e.ot_operation IN ('write', 'control', 'program', 'configure')
    AND v.format = 'pcap'
  GROUP BY ALL
), most AS (
  SELECT attack_at, attack, by_whom, operation, action, what, value, max(n) AS n, min(first_at) AS first_at
  FROM act GROUP BY ALL
)
SELECT attack_at, attack, by_whom, operation, what, sum(n)::INTEGER AS times, list(DISTINCT value ORDER BY value) AS values,
       sum(n) > 10 OR max(n) >= 5 AS is_flooded, min(first_at)::VARCHAR AS first_at
FROM most GROUP BY ALL ORDER BY attack_at, what`;

/** Where each kind of attack writes: bits of M, and whose hand the data set says it is. */
const TARGETS: Readonly<Record<string, readonly string[]>> = {
  ChangeLowerThreshold: ['M 96'],
  ChangeUpperThreshold: ['M 64'],
  ConveyorBeltGateChangeDirection: ['M 816'],
  ConveyorBeltOff: ['M 816'],
  ConveyorBeltOn: ['M 816'],
  ConveyorBeltReset: ['M 816'],
  EmergencyStop: ['M 824'],
  GlobalReset: ['M 824'],
  ReactorOff: ['M 800'],
  ReactorOn: ['M 800'],
  WaterTankOff: ['M 808'],
  WaterTankOnAuto: ['M 808'],
  WaterTankOnManu: ['M 808'],
  ChangeUpperThreshold_Flooding: ['M 64'],
  // The tank's bit of "manual", and the reactor's "off" with one press of another button.
  WaterTankOnManu_Flooding: ['M 809'],
  ReactorOff_Flooding: ['M 800', 'M 805'],
};
const ATTACKER = '10.10.10.66';
const OPERATOR_STATION = '10.10.10.20';

interface Answer {
  readonly attack_at: string;
  readonly attack: string;
  readonly by_whom: string;
  readonly operation: string;
  readonly what: string;
  readonly times: number;
  readonly values: readonly string[];
  readonly is_flooded: boolean;
  readonly first_at: string;
}

interface Window {
  readonly key: string;
  readonly name: string;
  readonly startUs: number;
  readonly endUs: number;
}

/** All that was kept of the attacks; in the short run, what saw each of them best. */
function captures(attacks: string): readonly string[] {
  if (process.env.THROUGHLINE_CAMPAIGNS !== 'ci') return [attacks];
  return readdirSync(attacks).flatMap((name) =>
    readdirSync(join(attacks, name))
      .filter((file) => file.endsWith(name.endsWith('_Flooding') ? '.hmi.pcap' : '.attacker.pcap'))
      .map((file) => join(attacks, name, file)),
  );
}

/** START and END lines of the attack log, local time ten hours ahead of UTC. */
function windowsOf(log: string): readonly Window[] {
  const windows: Window[] = [];
  let start: { name: string; us: number; key: string } | null = null;
  for (const line of log.split('\n')) {
    const found = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{6}) (\S+) (START|END)/.exec(line);
    if (!found) continue;
    const [, year, month, day, hour, minute, second, micro, name = '', what] = found;
    const local = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    const us = local * 1000 + Number(micro) - 36_000_000_000;
    const key = `${year}${month}${day}${hour}${minute}${second}`;
    if (what === 'START') start = { name, us, key };
    else if (start?.name === name) {
      windows.push({ key: start.key, name, startUs: start.us, endUs: us });
      start = null;
    }
  }
  return windows;
}

describe.skipIf(qut === null)('58 attacks on an S7 controller (corpus needed)', () => {
  let programs: Programs;
  let folder: string;
  let answers: readonly Answer[] = [];
  const cli = (...words: string[]): string => {
    const given = [join(programs.folder, 'cli.mjs'), ...words];
    const ran = spawnSync(process.execPath, given, { cwd: folder, encoding: 'utf8', maxBuffer: 64 << 20 });
    expect(ran.status, ran.stderr.slice(-600)).toBe(0);
    return ran.stdout;
  };
  beforeAll(async () => {
    programs = await buildPrograms(true);
    folder = mkdtempSync(join(tmpdir(), 'throughline-attacks-'));
    cli('import', ...captures(join(qut ?? '', 'attacks')), '--case', 'case');
    answers = JSON.parse(cli('query', '--case', 'case', '--format', 'json', WHAT_HAPPENED));
  }, 300_000);
  afterAll(() => {
    programs.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const byAttack = (): Map<string, Answer[]> => {
    const all = new Map<string, Answer[]>();
    for (const answer of answers) all.set(answer.attack_at, [...(all.get(answer.attack_at) ?? []), answer]);
    return all;
  };

  test('each of the 58 has an answer: what was written, where, by whom', () => {
    const all = byAttack();
    expect(all.size).toBe(58);
    for (const rows of all.values()) {
      const [first] = rows;
      const name = first?.attack ?? '';
      const isFlood = name.endsWith('_Flooding');
      expect([name, rows.map(({ what }) => what)]).toEqual([name, TARGETS[name]]);
      for (const row of rows) {
        expect([row.attack_at, row.operation]).toEqual([row.attack_at, 'write']);
        expect([row.attack_at, row.by_whom]).toEqual([row.attack_at, isFlood ? OPERATOR_STATION : ATTACKER]);
      }
      // Flooding is flooding, and nothing else is.
      expect([name, rows.some(({ is_flooded }) => is_flooded)]).toEqual([name, isFlood]);
    }
  });

  test('the attacks are those of the log, and every write by the attacker lies in its window', () => {
    const log = readFileSync(join(qut ?? '', 'attack_log/Attack_script_log.log'), 'utf8');
    const windows = windowsOf(log);
    const all = byAttack();
    let inside = 0;
    for (const [key, rows] of all) {
      const window = windows.find((one) => one.key === key);
      const [first] = rows;
      expect([key, window?.name]).toEqual([key, first?.attack]);
      if (window === undefined || first === undefined) continue;
      const firstUs = Date.parse(`${first.first_at.slice(0, 19).replace(' ', 'T')}Z`) * 1000;
      const micro = Number((first.first_at.split('.')[1] ?? '').padEnd(6, '0'));
      const at = firstUs + micro;
      // Attacks that flood go on after the script has started them.
      if (!first.attack.endsWith('_Flooding'))
        expect([key, at >= window.startUs && at <= window.endUs]).toEqual([key, true]);
      else expect([key, at >= window.startUs]).toEqual([key, true]);
      inside += 1;
    }
    expect(inside).toBe(58);
  });

  test('switched on and off are told apart by the value written', () => {
    const values = (name: string): string[] => [
      ...new Set(answers.filter(({ attack }) => attack === name).flatMap((answer) => answer.values)),
    ];
    expect(values('EmergencyStop').sort()).toEqual(['0.0', '8.0']);
    expect(values('GlobalReset').sort()).toEqual(['0.0', '2.0']);
    expect(values('ReactorOff').sort()).toEqual(['32.0', '36.0']);
    expect(values('WaterTankOff').sort()).toEqual(['32.0', '36.0']);
    expect(values('ChangeUpperThreshold').join()).toContain('as a real number');
  });
});
