/** The plant's side: historian, alarm journal of the slow HMI, inventory and zones. */
import type { MadeFile } from './desk';
import type { Random } from './random';
import { chlorine, flow, HOSTS, HOUR, hmiClock, MINUTE, MOMENTS, SECOND, utc } from './story';
import { csvLine, iso, localPlain } from './text';

/** Historian export, one value a row, UTC; the pump controller's tags go bad while it is stopped. */
export function historian(random: Random): MadeFile {
  const lines = [csvLine(['TagName', 'Timestamp', 'Value', 'Quality', 'Unit'])];
  const start = utc('2026-03-16T11:30:00');
  for (let at = start; at < start + 2.5 * HOUR; at += 10 * SECOND) {
    const noise = (width: number): number => (random.next() - 0.5) * width;
    const setpoint = at < MOMENTS.setpointWrite || at >= MOMENTS.setpointRestored ? 1.2 : 4.8;
    const stopped = at >= MOMENTS.plcStop && at < MOMENTS.plcRestarted;
    const pumped = Math.max(0, flow(at) + (stopped ? 0 : noise(0.6)));
    const tank = 71 - (stopped ? ((at - MOMENTS.plcStop) / HOUR) * 8 : 0) + noise(0.05);
    const row = (tag: string, value: string, quality: string, unit: string): void => {
      lines.push(csvLine([tag, iso(at, 3), value, quality, unit]));
    };
    row('KC.DOS.CL2_RESIDUAL', (chlorine(at) + noise(0.02)).toFixed(3), 'Good', 'mg/L');
    row('KC.DOS.CL2_SETPOINT', setpoint.toFixed(2), 'Good', 'mg/L');
    row('KC.PMP2.FLOW', pumped.toFixed(2), stopped && pumped < 0.05 ? 'Uncertain' : 'Good', 'L/s');
    row('KC.PMP2.RUNNING', stopped ? '0' : '1', stopped ? 'Bad' : 'Good', '');
    row('KC.TANK1.LEVEL', tank.toFixed(2), 'Good', '%');
  }
  return { name: 'historian.csv', bytes: `${lines.join('\n')}\n`, records: lines.length - 1, rejected: 0 };
}

/** HMI alarm journal after ISA-18.2: plant time of a clock that is slow and drifts. */
export function alarms(random: Random): MadeFile {
  const rows: Array<{ at: number; cells: Array<string | number> }> = [];
  const row = (
    at: number,
    tag: string,
    state: string,
    priority: number,
    message: string,
    value: string,
    limit: string,
    operator = '',
  ): void => {
    rows.push({
      at,
      cells: [
        localPlain(hmiClock(at)),
        HOSTS.hmi.name,
        tag,
        state,
        priority,
        message,
        value,
        limit,
        operator,
      ],
    });
  };
  for (let index = 0; index < 26; index += 1) {
    const at = utc('2026-03-16T08:10:00') + index * 11 * MINUTE + random.integer(0, 500) * SECOND;
    if (at > MOMENTS.plcStop - 5 * MINUTE) break;
    row(
      at,
      'KC.FLT1.DP',
      'ACTIVE',
      4,
      'Filter 1 differential pressure high',
      (38 + random.next() * 4).toFixed(1),
      '38.0',
    );
    row(
      at + random.integer(20, 240) * SECOND,
      'KC.FLT1.DP',
      'RETURNED',
      4,
      'Filter 1 differential pressure normal',
      (34 + random.next() * 3).toFixed(1),
      '38.0',
    );
  }
  row(MOMENTS.flowAlarm, 'KC.PMP2.FLOW', 'ACTIVE', 2, 'Pump 2 flow low', '0.8', '10.0');
  row(
    MOMENTS.flowAlarm + 6 * SECOND,
    'KC.PMP2.MODE',
    'ACTIVE',
    1,
    'Pump 2 controller not in RUN',
    'STOP',
    'RUN',
  );
  row(
    MOMENTS.chlorineAlarm,
    'KC.DOS.CL2_RESIDUAL',
    'ACTIVE',
    1,
    'Chlorine residual high',
    chlorine(MOMENTS.chlorineAlarm).toFixed(2),
    '2.50',
  );
  row(
    MOMENTS.flowAlarm + 4 * MINUTE,
    'KC.PMP2.FLOW',
    'ACKNOWLEDGED',
    2,
    'Pump 2 flow low',
    '0.0',
    '10.0',
    'night.operator',
  );
  row(
    MOMENTS.chlorineAlarm + 3 * MINUTE,
    'KC.DOS.CL2_RESIDUAL',
    'ACKNOWLEDGED',
    1,
    'Chlorine residual high',
    '3.21',
    '2.50',
    'night.operator',
  );
  row(
    MOMENTS.plcRestarted + 8 * SECOND,
    'KC.PMP2.MODE',
    'RETURNED',
    1,
    'Pump 2 controller in RUN',
    'RUN',
    'RUN',
  );
  row(
    MOMENTS.plcRestarted + 25 * SECOND,
    'KC.PMP2.FLOW',
    'RETURNED',
    2,
    'Pump 2 flow normal',
    '33.0',
    '10.0',
  );
  row(
    MOMENTS.setpointRestored + 31 * MINUTE,
    'KC.DOS.CL2_RESIDUAL',
    'RETURNED',
    1,
    'Chlorine residual normal',
    '2.40',
    '2.50',
  );
  rows.sort((a, b) => a.at - b.at);
  const lines = [
    csvLine(['EventTime', 'Station', 'Tag', 'State', 'Priority', 'Message', 'Value', 'Limit', 'Operator']),
    ...rows.map((one) => csvLine(one.cells)),
  ];
  return { name: 'hmi-alarms.csv', bytes: `${lines.join('\r\n')}\r\n`, records: rows.length, rejected: 0 };
}

/** Asset inventory: the pump controller stands at the wrong address, and the cellular modem in no row at all. */
export function assets(): MadeFile {
  const rows = [
    [
      'KC-DC-01',
      'server',
      HOSTS.domainController.ip,
      HOSTS.domainController.mac,
      'Domain controller',
      '',
      '',
      'Office',
      4,
      'Adelaide office',
    ],
    [
      'KC-OFF-17',
      'workstation',
      HOSTS.office.ip,
      HOSTS.office.mac,
      'Office workstation',
      '',
      '',
      'Office',
      4,
      'Adelaide office',
    ],
    [
      'KC-HIST-01',
      'server',
      HOSTS.historian.ip,
      HOSTS.historian.mac,
      'Historian',
      '',
      '4.2.1',
      'Plant DMZ',
      3.5,
      'Kettle Creek',
    ],
    [
      'KC-JUMP-01',
      'server',
      HOSTS.jump.ip,
      HOSTS.jump.mac,
      'Jump host',
      '',
      '',
      'Plant DMZ',
      3.5,
      'Kettle Creek',
    ],
    [
      'KC-SCADA-01',
      'server',
      HOSTS.scada.ip,
      HOSTS.scada.mac,
      'SCADA server',
      '',
      '',
      'Control room',
      2,
      'Kettle Creek',
    ],
    [
      'KC-ENG-02',
      'workstation',
      HOSTS.engineering.ip,
      HOSTS.engineering.mac,
      'Engineering workstation',
      '',
      '',
      'Control room',
      2,
      'Kettle Creek',
    ],
    [
      'HMI-CTRL-01',
      'hmi',
      HOSTS.hmi.ip,
      HOSTS.hmi.mac,
      'Operator panel',
      'Meridian',
      '7.1',
      'Control room',
      2,
      'Kettle Creek',
    ],
    [
      'PLC-DOS-01',
      'plc',
      HOSTS.dosing.ip,
      HOSTS.dosing.mac,
      'Chlorine dosing controller',
      'Meridian',
      '2.8.0',
      'Process cell',
      1,
      'Kettle Creek',
    ],
    [
      'PLC-PMP-02',
      'plc',
      '10.20.40.13',
      HOSTS.pump.mac,
      'Pump 2 controller',
      'Siemens',
      '3.2.6',
      'Process cell',
      1,
      'Kettle Creek',
    ],
    [
      'kc-fw01',
      'firewall',
      HOSTS.firewall.ip,
      HOSTS.firewall.mac,
      'Firewall',
      '',
      '',
      'Plant DMZ',
      3.5,
      'Kettle Creek',
    ],
  ];
  const lines = [
    csvLine([
      'asset_name',
      'type',
      'ip_address',
      'mac_address',
      'description',
      'vendor',
      'firmware',
      'zone',
      'purdue_level',
      'site',
    ]),
    ...rows.map((row) => csvLine(row)),
  ];
  return { name: 'assets.csv', bytes: `${lines.join('\n')}\n`, records: rows.length, rejected: 0 };
}

/** Zones after IEC 62443 with their networks. */
export function zones(): MadeFile {
  const rows = [
    ['Office', '10.20.10.0/24', 4, 1, ''],
    ['Plant DMZ', '10.20.20.0/24', 3.5, 2, ''],
    ['Control room', '10.20.30.0/24', 2, 2, ''],
    ['Process cell', '10.20.40.0/24', 1, 3, 'Control room'],
    ['Remote access', '10.20.99.0/24', 3.5, 2, ''],
  ];
  const lines = [
    csvLine(['zone_name', 'network', 'purdue_level', 'security_level_target', 'parent']),
    ...rows.map((row) => csvLine(row)),
  ];
  return { name: 'zones.csv', bytes: `${lines.join('\n')}\n`, records: rows.length, rejected: 0 };
}
