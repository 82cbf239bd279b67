/** The sample investigation: its files are what the program writes, and its import is what `expected.json` says. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWhenStale } from './build.mjs';
import { makeSample } from './make-sample-data';

const folder = resolve('sample-data/water-utility');
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
const work = mkdtempSync(join(tmpdir(), 'throughline-sample-'));
const cases = join(work, 'case');
let ledger: Array<Record<string, unknown>> = [];

function cli(...args: string[]): string {
  return execFileSync(process.execPath, [resolve('dist/main/cli.mjs'), ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
}

function query(sql: string): Array<Record<string, unknown>> {
  return JSON.parse(cli('query', '--case', cases, '--format', 'json', sql));
}

beforeAll(async () => {
  await buildWhenStale({ quiet: true });
  ledger = JSON.parse(cli('sample', '--case', cases, '--json')).evidence;
}, 120_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('sample investigation', () => {
  it('is written again with the same bytes', () => {
    for (const [name, bytes] of makeSample()) {
      expect(Buffer.from(bytes).equals(readFileSync(join(folder, name))), name).toBe(true);
    }
  });

  it('is read as expected, file by file', () => {
    for (const file of expected.files) {
      const row = ledger.find(({ name }) => name === file.name);
      expect(row, file.name).toMatchObject({
        sha256: file.sha256,
        format: file.format,
        records: file.records,
        loaded: file.loaded,
        rejected: file.rejected,
        skipped: 0,
      });
    }
    expect(ledger).toHaveLength(expected.files.length);
  });

  it('puts what happened at its true time, from logon to stop', () => {
    const { moments, intruder, write, stop } = expected;
    expect(
      query(
        `SELECT timestamp FROM event WHERE event_action = 'vpn-logon' AND user_name = '${intruder.user}'`,
      ),
    ).toEqual([{ timestamp: moments.vpnLogon }]);
    expect(
      query(`SELECT timestamp FROM event WHERE event_code = '4624' AND user_name = '${intruder.user}'`),
    ).toEqual([{ timestamp: `${moments.remoteDesktop.slice(0, 23)}000Z` }]);
    expect(
      query(
        `SELECT timestamp, source_ip, destination_ip, ot_unit_id, ot_address, ot_value FROM event WHERE network_protocol = 'modbus' AND ot_operation = 'write' AND ot_message = 'request'`,
      ),
    ).toEqual([
      {
        timestamp: moments.setpointWrite,
        source_ip: write.source_ip,
        destination_ip: write.destination_ip,
        ot_unit_id: write.unit,
        ot_address: write.address,
        ot_value: write.value,
      },
    ]);
    expect(
      query(
        `SELECT timestamp, source_ip, destination_ip FROM event WHERE network_protocol = 's7comm' AND ot_function_code = 41 AND ot_message = 'request'`,
      ),
    ).toEqual([
      { timestamp: moments.plcStop, source_ip: stop.source_ip, destination_ip: stop.destination_ip },
    ]);
    expect(
      query(
        `SELECT timestamp, ended_at FROM event WHERE ticket_id = 'CHG0031877' AND event_part = 'planned'`,
      ),
    ).toEqual([{ timestamp: moments.changeWindowStart, ended_at: moments.changeWindowEnd }]);
  });

  it('counts the messages of the capture', () => {
    const { capture } = expected;
    expect(
      query(
        `SELECT network_protocol AS protocol, count(*)::INTEGER AS n FROM event WHERE event_dataset IN ('pcap.modbus', 'pcap.s7comm') GROUP BY 1 ORDER BY 1`,
      ),
    ).toEqual([
      { protocol: 'modbus', n: capture.modbus_messages },
      { protocol: 's7comm', n: capture.s7_messages },
    ]);
  });

  it('leaves the alarm journal on its own slow clock, and keeps the badge without a time', () => {
    const { clock, undated } = expected;
    expect(
      query(
        `SELECT strftime(recorded_wall, '%Y-%m-%d %H:%M:%S') AS wall FROM event WHERE event_dataset = 'hmi.alarm' AND ot_object = 'KC.DOS.CL2_RESIDUAL' AND event_action = 'alarm-raised'`,
      ),
    ).toEqual([{ wall: clock.chlorine_alarm_as_written }]);
    expect(
      query(
        `SELECT count(*)::INTEGER AS n FROM event WHERE event_dataset = 'badge' AND timestamp IS NULL AND recorded_text IS NOT NULL`,
      ),
    ).toEqual([{ n: undated['badges.csv'] }]);
  });
});
