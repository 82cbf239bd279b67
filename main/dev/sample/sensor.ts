/** The network sensor between control room and plant. */
import type { MadeFile } from './desk';
import type { Random } from './random';
import { HOSTS, HOUR, MINUTE, MOMENTS, SECOND, utc, VPN_POOL_IP } from './story';
import { epoch } from './text';

/** Zeek conn.log of the sensor between control room and plant: TSV, epoch seconds. */
export function zeekConn(random: Random): MadeFile {
  const rows: Array<{ at: number; cells: Array<string | number> }> = [];
  const uid = (): string =>
    `C${Array.from({ length: 16 }, () => random.integer(0, 35).toString(36)).join('')}`;
  const row = (
    at: number,
    from: string,
    fromPort: number,
    to: string,
    toPort: number,
    service: string,
    seconds: number,
    sent: number,
    received: number,
    state: string,
  ): void => {
    rows.push({
      at,
      cells: [
        epoch(at),
        uid(),
        from,
        fromPort,
        to,
        toPort,
        'tcp',
        service,
        seconds.toFixed(6),
        sent,
        received,
        state,
        'T',
        'T',
        0,
        'ShADadFf',
        Math.ceil(sent / 40) + 3,
        sent + 160,
        Math.ceil(received / 60) + 3,
        received + 160,
        '-',
      ],
    });
  };
  const start = utc('2026-03-16T11:30:00');
  for (
    let at = start;
    at < start + 2 * HOUR;
    at += random.integer(20, 90) * SECOND + random.integer(0, 999_999)
  ) {
    if (random.chance(0.6))
      row(
        at,
        HOSTS.scada.ip,
        random.integer(49152, 65000),
        HOSTS.historian.ip,
        1433,
        '-',
        random.next() * 9,
        random.integer(400, 9000),
        random.integer(400, 90000),
        'SF',
      );
    else
      row(
        at,
        HOSTS.historian.ip,
        random.integer(49152, 65000),
        HOSTS.scada.ip,
        4840,
        '-',
        random.next() * 30,
        random.integer(400, 9000),
        random.integer(400, 90000),
        'SF',
      );
  }
  row(
    MOMENTS.remoteDesktop - 1.9 * SECOND,
    VPN_POOL_IP,
    51810,
    HOSTS.engineering.ip,
    3389,
    'rdp',
    1618.2,
    481022,
    6120874,
    'SF',
  );
  row(
    MOMENTS.setpointWrite - 2.2 * SECOND,
    HOSTS.engineering.ip,
    50233,
    HOSTS.dosing.ip,
    502,
    'modbus',
    3.1,
    24,
    23,
    'SF',
  );
  row(MOMENTS.plcStop - 3 * SECOND, HOSTS.engineering.ip, 50241, HOSTS.pump.ip, 102, '-', 4.4, 75, 69, 'SF');
  for (let index = 0; index < 4; index += 1)
    row(
      utc('2026-03-16T11:53:02') + index * 23 * MINUTE,
      HOSTS.unknown.ip,
      40010 + index,
      '198.51.100.23',
      443,
      'ssl',
      12.4,
      1840,
      5210,
      'SF',
    );
  rows.sort((a, b) => a.at - b.at);
  const fields = [
    'ts',
    'uid',
    'id.orig_h',
    'id.orig_p',
    'id.resp_h',
    'id.resp_p',
    'proto',
    'service',
    'duration',
    'orig_bytes',
    'resp_bytes',
    'conn_state',
    'local_orig',
    'local_resp',
    'missed_bytes',
    'history',
    'orig_pkts',
    'orig_ip_bytes',
    'resp_pkts',
    'resp_ip_bytes',
    'tunnel_parents',
  ];
  const types = [
    'time',
    'string',
    'addr',
    'port',
    'addr',
    'port',
    'enum',
    'string',
    'interval',
    'count',
    'count',
    'string',
    'bool',
    'bool',
    'count',
    'string',
    'count',
    'count',
    'count',
    'count',
    'set[string]',
  ];
  const head = [
    '#separator \\x09',
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    '#path\tconn',
    '#open\t2026-03-16-11-30-00',
    `#fields\t${fields.join('\t')}`,
    `#types\t${types.join('\t')}`,
  ];
  const text = [...head, ...rows.map((one) => one.cells.join('\t')), '#close\t2026-03-16-13-30-00'].join(
    '\n',
  );
  return { name: 'conn.log', bytes: `${text}\n`, records: rows.length, rejected: 0 };
}
