/** The IT side: VPN concentrator, firewall syslog, Windows events. */
import type { MadeFile } from './desk';
import type { Random } from './random';
import { HOSTS, HOUR, INTRUDER_IP, MINUTE, MOMENTS, SECOND, utc, VPN_POOL_IP, VPN_USER } from './story';
import { csvLine, iso, localSyslog } from './text';

/** VPN session log: CSV, UTC with Z. */
export function vpn(random: Random): MadeFile {
  const rows: Array<{ at: number; cells: Array<string | number> }> = [];
  const row = (
    at: number,
    event: string,
    user: string,
    from: string,
    assigned: string,
    session: string,
    reason: string,
  ): void => {
    rows.push({
      at,
      cells: [iso(at, 3), event, user, from, assigned, 'vpn.kettlecreek.example', session, reason],
    });
  };
  const staff = ['a.whitlock', 's.lindqvist', 'm.tran', 'j.farrugia'] as const;
  for (let index = 0; index < 38; index += 1) {
    const user = random.pick(staff);
    const at =
      utc('2026-03-15T21:30:00') + random.integer(0, 13 * 60) * MINUTE + random.integer(0, 59_999) * 1000;
    const from = `198.51.100.${random.integer(10, 60)}`;
    const assigned = `10.20.99.${random.integer(40, 90)}`;
    const session = `s${random.integer(100000, 999999)}`;
    row(at, 'login', user, from, assigned, session, 'ok');
    row(at + random.integer(20, 400) * MINUTE, 'logout', user, from, assigned, session, 'user request');
  }
  row(MOMENTS.vpnFailed, 'login failed', VPN_USER, INTRUDER_IP, '', '', 'wrong one-time code');
  row(MOMENTS.vpnFailed + 38 * SECOND, 'login failed', VPN_USER, INTRUDER_IP, '', '', 'wrong one-time code');
  row(MOMENTS.vpnLogon, 'login', VPN_USER, INTRUDER_IP, VPN_POOL_IP, 's771203', 'ok');
  row(MOMENTS.vpnLogoff, 'logout', VPN_USER, INTRUDER_IP, VPN_POOL_IP, 's771203', 'user request');
  rows.sort((a, b) => a.at - b.at);
  const lines = [
    csvLine(['time_utc', 'event', 'user', 'client_ip', 'assigned_ip', 'gateway', 'session', 'reason']),
    ...rows.map((one) => csvLine(one.cells)),
  ];
  return { name: 'vpn-sessions.csv', bytes: `${lines.join('\n')}\n`, records: rows.length, rejected: 0 };
}

/** Firewall syslog after RFC 3164 with netfilter messages: plant time, no year, no zone; the last line is cut. */
export function firewall(random: Random): MadeFile {
  const entries: Array<{ at: number; text: string }> = [];
  const line = (
    at: number,
    verdict: string,
    from: string,
    fromPort: number,
    to: string,
    toPort: number,
    transport = 'TCP',
  ): void => {
    entries.push({
      at,
      text: `${localSyslog(at)} ${HOSTS.firewall.name} kernel: [${(at / SECOND - 1773000000).toFixed(6)}] KC-${verdict} IN=eth1 OUT=eth2 MAC=00:1b:1b:20:00:01:00:1b:1b:20:10:04:08:00 SRC=${from} DST=${to} LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=${random.integer(1, 65535)} DF PROTO=${transport} SPT=${fromPort} DPT=${toPort} WINDOW=64240 RES=0x00 SYN URGP=0`,
    });
  };
  const start = utc('2026-03-16T10:00:00');
  const inside = [HOSTS.office.ip, HOSTS.historian.ip, HOSTS.jump.ip, HOSTS.domainController.ip];
  for (let at = start; at < start + 5 * HOUR; at += random.integer(2, 21) * SECOND) {
    if (random.chance(0.22))
      line(
        at,
        'DENY',
        `198.51.100.${random.integer(100, 250)}`,
        random.integer(1024, 65000),
        '192.0.2.20',
        random.pick([22, 23, 445, 3389, 5900]),
      );
    else
      line(
        at,
        'ALLOW',
        random.pick(inside),
        random.integer(49152, 65000),
        `192.0.2.${random.integer(30, 60)}`,
        random.pick([443, 443, 80, 53]),
      );
  }
  line(MOMENTS.remoteDesktop - 2 * SECOND, 'ALLOW', VPN_POOL_IP, 51810, HOSTS.engineering.ip, 3389);
  line(MOMENTS.remoteDesktop - 6 * SECOND, 'DENY', VPN_POOL_IP, 51807, HOSTS.dosing.ip, 502);
  for (let probe = 0; probe < 5; probe += 1)
    line(
      utc('2026-03-16T10:20:11') + probe * 31 * MINUTE,
      'ALLOW',
      HOSTS.unknown.ip,
      40000 + probe,
      '198.51.100.23',
      443,
    );
  entries.sort((a, b) => a.at - b.at);
  const text = `${entries.map((entry) => entry.text).join('\n')}\n${localSyslog(start + 5 * HOUR).slice(0, 9)}`;
  return { name: 'firewall.log', bytes: text, records: entries.length + 1, rejected: 1 };
}

/** Windows security events as Winlogbeat writes them, one JSON object a line; the last line is cut short. */
export function windowsEvents(random: Random): MadeFile {
  const entries: Array<{
    at: number;
    code: number;
    host: string;
    data: Record<string, string>;
    message: string;
  }> = [];
  const add = (
    at: number,
    code: number,
    host: string,
    data: Record<string, string>,
    message: string,
  ): void => {
    entries.push({ at, code, host, data, message });
  };
  const services = ['svc_backup', 'svc_historian', 'KC-SCADA-01$', 'KC-HIST-01$'] as const;
  const start = utc('2026-03-16T10:30:00');
  for (
    let at = start;
    at < start + 4 * HOUR;
    at += random.integer(8, 60) * SECOND + random.integer(0, 999_999)
  ) {
    const user = random.pick(services);
    const from = random.pick([HOSTS.scada.ip, HOSTS.historian.ip, HOSTS.jump.ip]);
    if (random.chance(0.06))
      add(
        at,
        4625,
        HOSTS.domainController.name,
        {
          TargetUserName: 'a.whitlock',
          TargetDomainName: 'KETTLE',
          LogonType: '3',
          IpAddress: HOSTS.office.ip,
          Status: '0xc000006d',
        },
        'An account failed to log on.',
      );
    else if (random.chance(0.5))
      add(
        at,
        4624,
        HOSTS.domainController.name,
        {
          TargetUserName: user,
          TargetDomainName: 'KETTLE',
          LogonType: '3',
          IpAddress: from,
          TargetLogonId: `0x${random.integer(4096, 999999).toString(16)}`,
        },
        'An account was successfully logged on.',
      );
    else
      add(
        at,
        4634,
        HOSTS.domainController.name,
        {
          TargetUserName: user,
          TargetDomainName: 'KETTLE',
          LogonType: '3',
          TargetLogonId: `0x${random.integer(4096, 999999).toString(16)}`,
        },
        'An account was logged off.',
      );
  }
  add(
    MOMENTS.remoteDesktop,
    4624,
    HOSTS.engineering.name,
    {
      TargetUserName: VPN_USER,
      TargetDomainName: 'KETTLE',
      LogonType: '10',
      IpAddress: VPN_POOL_IP,
      TargetLogonId: '0x7a31c4',
    },
    'An account was successfully logged on.',
  );
  add(
    MOMENTS.engineeringTool,
    4688,
    HOSTS.engineering.name,
    {
      SubjectUserName: VPN_USER,
      SubjectDomainName: 'KETTLE',
      NewProcessName: 'C:\\Program Files\\PlcStudio\\plcstudio.exe',
      ParentProcessName: 'C:\\Windows\\explorer.exe',
      CommandLine: 'plcstudio.exe /project:"C:\\Projects\\KettleCreek\\kc-main.plp"',
    },
    'A new process has been created.',
  );
  add(
    MOMENTS.vpnLogoff - 20 * SECOND,
    4634,
    HOSTS.engineering.name,
    { TargetUserName: VPN_USER, TargetDomainName: 'KETTLE', LogonType: '10', TargetLogonId: '0x7a31c4' },
    'An account was logged off.',
  );
  entries.sort((a, b) => a.at - b.at);
  const lines = entries.map((entry, index) =>
    JSON.stringify({
      '@timestamp': iso(entry.at, 3),
      winlog: {
        channel: 'Security',
        provider_name: 'Microsoft-Windows-Security-Auditing',
        event_id: entry.code,
        record_id: 771000 + index,
        computer_name: `${entry.host}.kettlecreek.example`,
        event_data: entry.data,
      },
      event: {
        code: entry.code,
        provider: 'Microsoft-Windows-Security-Auditing',
        kind: 'event',
        created: iso(entry.at + 1_300_000, 3),
      },
      host: { name: entry.host },
      log: { level: 'information' },
      message: entry.message,
      agent: { type: 'winlogbeat', version: '8.11.0' },
    }),
  );
  return {
    name: 'windows-security.jsonl',
    bytes: `${lines.join('\n')}\n${(lines.at(-1) ?? '').slice(0, 120)}`,
    records: lines.length + 1,
    rejected: 1,
  };
}
