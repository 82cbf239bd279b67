/**
 * The made-up incident: who, where, and what happened when (UTC). Every file of the sample is told from here, and
 * `expected.json` repeats it, so that no two files can contradict each other by accident.
 *
 * Kettle Creek Water, a small utility near Adelaide. Late in the evening before an approved maintenance window a
 * contractor's account comes in by VPN from an address nobody knows, opens a remote desktop on an engineering
 * workstation, raises the chlorine set point by a Modbus write and stops the pump controller over S7. A harmless
 * deployment half an hour earlier looks guilty, and the alarm journal's clock is more than six minutes slow.
 */

/** Microseconds since 1970 UTC. */
export type Micros = number;

export const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** `2026-03-16T12:22:31.417` as UTC. */
export function utc(text: string): Micros {
  const [date = '', time = ''] = text.split('T');
  const [whole = '', fraction = ''] = time.split('.');
  return Date.parse(`${date}T${whole}Z`) * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

export const ZONE = 'Australia/Adelaide';
/** Adelaide keeps daylight time until April: UTC+10:30 during the whole story. */
export const LOCAL_OFFSET: Micros = 10.5 * HOUR;

export const HOSTS = {
  scada: { name: 'KC-SCADA-01', ip: '10.20.30.10', mac: '00:1b:1b:20:30:10' },
  engineering: { name: 'KC-ENG-02', ip: '10.20.30.15', mac: '00:1b:1b:20:30:15' },
  historian: { name: 'KC-HIST-01', ip: '10.20.20.5', mac: '00:1b:1b:20:20:05' },
  domainController: { name: 'KC-DC-01', ip: '10.20.10.4', mac: '00:1b:1b:20:10:04' },
  jump: { name: 'KC-JUMP-01', ip: '10.20.20.8', mac: '00:1b:1b:20:20:08' },
  office: { name: 'KC-OFF-17', ip: '10.20.10.117', mac: '00:1b:1b:20:11:17' },
  dosing: { name: 'PLC-DOS-01', ip: '10.20.40.11', mac: '00:0e:8c:40:00:11' },
  pump: { name: 'PLC-PMP-02', ip: '10.20.40.12', mac: '00:0e:8c:40:00:12' },
  hmi: { name: 'HMI-CTRL-01', ip: '10.20.30.20', mac: '00:1b:1b:20:30:20' },
  firewall: { name: 'kc-fw01', ip: '10.20.0.1', mac: '00:1b:1b:20:00:01' },
  /** On the wire, in no inventory. */
  unknown: { name: '', ip: '10.20.40.66', mac: '02:4b:c0:40:00:66' },
} as const;

export const INTRUDER_IP = '203.0.113.77';
export const VPN_USER = 'k.moreau';
export const VPN_POOL_IP = '10.20.99.23';

export const MOMENTS = {
  deployment: utc('2026-03-16T11:58:10'),
  vpnFailed: utc('2026-03-16T12:09:41'),
  vpnLogon: utc('2026-03-16T12:11:06'),
  remoteDesktop: utc('2026-03-16T12:14:22.318402'),
  engineeringTool: utc('2026-03-16T12:17:55.090114'),
  setpointWrite: utc('2026-03-16T12:22:31.417206'),
  plcStop: utc('2026-03-16T12:28:04.733918'),
  chlorineAlarm: utc('2026-03-16T12:31:20'),
  flowAlarm: utc('2026-03-16T12:28:41'),
  badgeIn: utc('2026-03-16T12:37:12'),
  incidentOpened: utc('2026-03-16T12:39:48'),
  vpnLogoff: utc('2026-03-16T12:41:33'),
  plcRestarted: utc('2026-03-16T13:02:19.205511'),
  setpointRestored: utc('2026-03-16T13:05:44.861930'),
  incidentResolved: utc('2026-03-16T15:50:00'),
  changeWindowStart: utc('2026-03-16T22:30:00'),
  changeWindowEnd: utc('2026-03-17T00:30:00'),
} as const;

/** The alarm journal's clock: slow by 6 min 12 s at the reference and losing 85 µs each second. */
export const HMI_CLOCK = {
  slowAt: utc('2026-03-16T12:00:00'),
  slowBy: 372 * SECOND,
  driftPpm: 85,
} as const;

/** What the HMI's clock shows at a true instant. */
export function hmiClock(at: Micros): Micros {
  return Math.round(at - HMI_CLOCK.slowBy - ((at - HMI_CLOCK.slowAt) * HMI_CLOCK.driftPpm) / 1e6);
}

/** Set point register of the dosing controller: zero-based 20, in hundredths of mg/L. */
export const SETPOINT = { register: 20, normal: 120, attacked: 480 } as const;

/** True residual chlorine in mg/L: a slow approach to what is being dosed. */
export function chlorine(at: Micros): number {
  const approach = (from: number, to: number, since: Micros, minutes: number): number =>
    to + (from - to) * Math.exp(-Math.max(0, at - since) / (minutes * MINUTE));
  if (at < MOMENTS.setpointWrite) return 1.2;
  const risen = approach(1.2, 4.8, MOMENTS.setpointWrite, 14);
  if (at < MOMENTS.setpointRestored) return risen;
  const peak =
    4.8 + (1.2 - 4.8) * Math.exp(-(MOMENTS.setpointRestored - MOMENTS.setpointWrite) / (14 * MINUTE));
  return approach(peak, 1.2, MOMENTS.setpointRestored, 20);
}

/** Flow of pump 2 in L/s: 46, running down to nothing within half a minute of the stop. */
export function flow(at: Micros): number {
  if (at < MOMENTS.plcStop) return 46;
  if (at < MOMENTS.plcRestarted) return 46 * Math.exp(-(at - MOMENTS.plcStop) / (9 * SECOND));
  return 46 * (1 - Math.exp(-(at - MOMENTS.plcRestarted) / (20 * SECOND)));
}
