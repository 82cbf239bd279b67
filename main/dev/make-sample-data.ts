/**
 * Writes `sample-data/water-utility/`: the made-up incident of `sample/story.ts` as the files ten different systems
 * would have exported, with `expected.json` as the ground truth. The same seed writes the same bytes.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { plantCapture } from './sample/capture';
import { badges, changes, deployments, incidents, type MadeFile } from './sample/desk';
import { firewall, vpn, windowsEvents } from './sample/it';
import { alarms, assets, historian, zones } from './sample/plant';
import { seeded } from './sample/random';
import { zeekConn } from './sample/sensor';
import {
  HMI_CLOCK,
  HOSTS,
  hmiClock,
  INTRUDER_IP,
  MOMENTS,
  SETPOINT,
  VPN_POOL_IP,
  VPN_USER,
  ZONE,
} from './sample/story';
import { iso, localPlain } from './sample/text';

const SEED = 20260316;

/** Format each file must be recognised as, and the zone its records need because they state none. */
const READING: Readonly<Record<string, { format: string | null; zone: string | null; year: number | null }>> =
  {
    'incidents.csv': { format: 'servicenow-incident', zone: ZONE, year: null },
    'changes.csv': { format: 'servicenow-change', zone: ZONE, year: null },
    'deployments.json': { format: 'deployment-export', zone: null, year: null },
    'badges.csv': { format: 'badge-journal', zone: ZONE, year: null },
    'vpn-sessions.csv': { format: 'vpn-session-log', zone: null, year: null },
    'firewall.log': { format: 'linux-netfilter', zone: ZONE, year: 2026 },
    'windows-security.jsonl': { format: 'windows-event-json', zone: null, year: null },
    'conn.log': { format: 'zeek', zone: null, year: null },
    'historian.csv': { format: 'historian-tall', zone: null, year: null },
    'hmi-alarms.csv': { format: 'alarm-journal', zone: ZONE, year: null },
    'assets.csv': { format: 'asset-inventory', zone: null, year: null },
    'zones.csv': { format: 'zone-list', zone: null, year: null },
    'plant-network.pcap': { format: 'pcap', zone: null, year: null },
  };

/** All files of the sample, then `import.json` and `expected.json`; pure, so that a test can compare with what is committed. */
export function makeSample(): ReadonlyMap<string, Uint8Array> {
  const random = seeded(SEED);
  const capture = plantCapture(random);
  const files: MadeFile[] = [
    incidents(random),
    changes(),
    deployments(random),
    badges(random),
    vpn(random),
    firewall(random),
    windowsEvents(random),
    zeekConn(random),
    historian(random),
    alarms(random),
    assets(),
    zones(),
    { name: 'plant-network.pcap', bytes: capture.bytes, records: capture.facts.packets, rejected: 0 },
  ];
  const encode = (content: string | Uint8Array): Uint8Array =>
    typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const made = new Map(files.map((file) => [file.name, encode(file.bytes)]));
  const expected = {
    story: 'An unapproved Modbus write and a PLC stop at a small water utility, seen by thirteen exports',
    zone: ZONE,
    files: files.map((file) => ({
      name: file.name,
      sha256: createHash('sha256').update(encode(file.bytes)).digest('hex'),
      format: READING[file.name]?.format ?? null,
      zone: READING[file.name]?.zone ?? null,
      year: READING[file.name]?.year ?? null,
      records: file.records,
      loaded: file.records - file.rejected,
      rejected: file.rejected,
    })),
    capture: {
      packets: capture.facts.packets,
      modbus_messages: capture.facts.modbusMessages,
      s7_messages: capture.facts.s7Messages,
      first: iso(capture.facts.first),
      last: iso(capture.facts.last),
    },
    clock: {
      file: 'hmi-alarms.csv',
      reference_at: iso(HMI_CLOCK.slowAt),
      offset_us: HMI_CLOCK.slowBy,
      drift_ppm: HMI_CLOCK.driftPpm,
      chlorine_alarm_as_written: localPlain(hmiClock(MOMENTS.chlorineAlarm)),
      chlorine_alarm_true: iso(MOMENTS.chlorineAlarm),
    },
    moments: Object.fromEntries(Object.entries(MOMENTS).map(([name, at]) => [name, iso(at)])),
    intruder: { user: VPN_USER, from: INTRUDER_IP, vpn_ip: VPN_POOL_IP, workstation: HOSTS.engineering.ip },
    write: {
      source_ip: HOSTS.engineering.ip,
      destination_ip: HOSTS.dosing.ip,
      unit: 1,
      address: SETPOINT.register,
      value: SETPOINT.attacked,
      normal: SETPOINT.normal,
    },
    stop: { source_ip: HOSTS.engineering.ip, destination_ip: HOSTS.pump.ip },
    inventory: {
      wrong_address: { asset: 'PLC-PMP-02', inventory: '10.20.40.13', wire: HOSTS.pump.ip },
      not_in_inventory: HOSTS.unknown.ip,
    },
    undated: { 'badges.csv': 1 },
  };
  const manifest = {
    name: 'Kettle Creek (sample)',
    files: files.map(({ name }) => {
      const reading = READING[name];
      return {
        name,
        options: {
          ...(reading?.zone ? { zone: reading.zone } : {}),
          ...(reading?.year ? { year: reading.year } : {}),
        },
      };
    }),
  };
  made.set('import.json', encode(`${JSON.stringify(manifest, null, 2)}\n`));
  made.set('expected.json', encode(`${JSON.stringify(expected, null, 2)}\n`));
  return made;
}

/** Writes the files into a folder, creating it. */
export function writeSample(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of makeSample()) writeFileSync(join(folder, name), bytes);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const folder = resolve(process.argv[2] ?? 'sample-data/water-utility');
  writeSample(folder);
  process.stdout.write(`Wrote the sample investigation to ${folder}\n`);
}
