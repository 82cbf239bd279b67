/** The service side: incidents and changes as a service desk exports them, deployments as a pipeline does. */
import type { Random } from './random';
import { HOUR, MINUTE, MOMENTS, utc } from './story';
import { csvLine, iso, localDayFirst } from './text';

export interface MadeFile {
  readonly name: string;
  readonly bytes: string | Uint8Array;
  readonly records: number;
  readonly rejected: number;
  /** Events the file must become; several times of one record count each. */
  readonly events?: number;
}

const PEOPLE = ['A. Whitlock', 'R. Osei', 'J. Farrugia', 'S. Lindqvist', 'M. Tran', 'B. Kowalczyk'] as const;
const SMALL_TROUBLES: ReadonlyArray<readonly [string, string]> = [
  ['Printer on level 1 jams', 'Office printing'],
  ['Password reset requested', 'Identity'],
  ['Shared drive slow in the morning', 'File services'],
  ['Laptop battery does not charge', 'End-user devices'],
  ['Customer portal shows an old tariff', 'Customer portal'],
  ['Mailbox full', 'Mail'],
  ['Weekly flow report missing a page', 'Reporting'],
];

/** ServiceNow-like incident export: day-first local times, as the desk's browser locale wrote them. */
export function incidents(random: Random): MadeFile {
  const header = [
    'number',
    'opened_at',
    'resolved_at',
    'closed_at',
    'priority',
    'incident_state',
    'short_description',
    'cmdb_ci',
    'assignment_group',
    'assigned_to',
    'caller_id',
    'opened_by',
    'close_code',
  ];
  const lines = [csvLine(header)];
  let number = 42170;
  const ordinary = (at: number): void => {
    const [trouble, service] = random.pick(SMALL_TROUBLES);
    const resolved = at + random.integer(20, 300) * MINUTE;
    number += 1;
    lines.push(
      csvLine([
        `INC00${number}`,
        localDayFirst(at),
        localDayFirst(resolved),
        localDayFirst(resolved + 24 * HOUR),
        '4 - Low',
        'Closed',
        trouble,
        service,
        'Service Desk',
        random.pick(PEOPLE),
        random.pick(PEOPLE),
        random.pick(PEOPLE),
        'Solved (Permanently)',
      ]),
    );
  };
  for (let day = 0; day < 3; day += 1) {
    for (let ticket = 0; ticket < 14; ticket += 1)
      ordinary(utc('2026-03-13T22:30:00') + day * 24 * HOUR + random.integer(0, 9 * 60) * MINUTE);
  }
  number = 42216;
  lines.push(
    csvLine([
      'INC0042217',
      localDayFirst(MOMENTS.incidentOpened),
      localDayFirst(MOMENTS.incidentResolved),
      '',
      '1 - Critical',
      'Resolved',
      'Pump 2 stopped and chlorine residual high at Kettle Creek plant',
      'Kettle Creek plant control',
      'OT Support',
      'R. Osei',
      'Control room',
      'J. Farrugia',
      'Solved (Workaround)',
    ]),
  );
  lines.push(
    csvLine([
      'INC0042218',
      localDayFirst(MOMENTS.incidentOpened + 34 * MINUTE),
      localDayFirst(MOMENTS.incidentResolved + 10 * MINUTE),
      '',
      '2 - High',
      'Resolved',
      'Customers at Ridge Road report "swimming pool smell",\nthree calls in ten minutes',
      'Water quality',
      'Operations',
      'S. Lindqvist',
      'Call centre',
      'M. Tran',
      'Solved (Workaround)',
    ]),
  );
  lines.push(
    `INC0042219,${localDayFirst(MOMENTS.incidentResolved)},,,3 - Moderate,New,Export cut by a comma, too many,cells,follow,here,A. Whitlock,B. Kowalczyk,,,surplus`,
  );
  return {
    name: 'incidents.csv',
    bytes: `${lines.join('\r\n')}\r\n`,
    records: lines.length - 1,
    rejected: 1,
  };
}

/** Change export: the approved window lies the next morning, not when the write happened. */
export function changes(): MadeFile {
  const header = [
    'number',
    'type',
    'state',
    'short_description',
    'cmdb_ci',
    'assignment_group',
    'requested_by',
    'start_date',
    'end_date',
    'work_start',
    'work_end',
    'approval',
    'risk',
  ];
  const rows = [
    [
      'CHG0031861',
      'Standard',
      'Closed',
      'Monthly patching of office servers',
      'Office servers',
      'Server team',
      'M. Tran',
      utc('2026-03-15T10:30:00'),
      utc('2026-03-15T13:30:00'),
      utc('2026-03-15T10:41:00'),
      utc('2026-03-15T12:58:00'),
      'Approved',
      'Low',
    ],
    [
      'CHG0031870',
      'Normal',
      'Closed',
      'Renew certificate of the customer portal',
      'Customer portal',
      'Web team',
      'B. Kowalczyk',
      utc('2026-03-16T02:00:00'),
      utc('2026-03-16T03:00:00'),
      utc('2026-03-16T02:06:00'),
      utc('2026-03-16T02:20:00'),
      'Approved',
      'Low',
    ],
    [
      'CHG0031874',
      'Standard',
      'Closed',
      'Deploy historian-gateway 4.2.1',
      'historian-gateway',
      'OT Support',
      'R. Osei',
      utc('2026-03-16T11:30:00'),
      utc('2026-03-16T12:30:00'),
      utc('2026-03-16T11:57:00'),
      utc('2026-03-16T12:03:00'),
      'Approved',
      'Low',
    ],
    [
      'CHG0031877',
      'Normal',
      'Scheduled',
      'Adjust drive parameters of pump 2, contractor on site',
      'PLC-PMP-02',
      'OT Support',
      'R. Osei',
      MOMENTS.changeWindowStart,
      MOMENTS.changeWindowEnd,
      null,
      null,
      'Approved',
      'Moderate',
    ],
  ] as const;
  const lines = [
    csvLine(header),
    ...rows.map((row) =>
      csvLine(
        row.map((cell) => (cell === null ? '' : typeof cell === 'number' ? localDayFirst(cell) : cell)),
      ),
    ),
  ];
  return { name: 'changes.csv', bytes: `${lines.join('\r\n')}\r\n`, records: rows.length, rejected: 0 };
}

/** Deployment pipeline export: one JSON array. */
export function deployments(random: Random): MadeFile {
  const made = [];
  const services = ['customer-portal', 'billing-api', 'meter-ingest', 'historian-gateway'] as const;
  for (let index = 0; index < 17; index += 1) {
    const at =
      utc('2026-03-14T00:00:00') + random.integer(0, 50 * 60) * MINUTE + random.integer(0, 59) * 1_000_000;
    made.push({
      at,
      service: random.pick(services.slice(0, 3)),
      version: `2.${random.integer(3, 9)}.${random.integer(0, 20)}`,
      by: 'pipeline',
      status: random.chance(0.1) ? 'failed' : 'succeeded',
    });
  }
  made.push({
    at: MOMENTS.deployment,
    service: 'historian-gateway',
    version: '4.2.1',
    by: 'r.osei',
    status: 'succeeded',
  });
  made.sort((a, b) => a.at - b.at);
  const list = made.map((one, index) => ({
    deployment_id: 88120 + index,
    service: one.service,
    version: one.version,
    environment: 'production',
    status: one.status,
    started_at: iso(one.at, 0),
    finished_at: iso(one.at + random.integer(40, 320) * 1_000_000, 0),
    deployed_by: one.by,
    commit: Array.from({ length: 40 }, () => random.integer(0, 15).toString(16)).join(''),
  }));
  return {
    name: 'deployments.json',
    bytes: `${JSON.stringify(list, null, 2)}\n`,
    records: list.length,
    rejected: 0,
  };
}

/** Badge reader export: plant time; one row's clock could not be read by the reader itself. */
export function badges(random: Random): MadeFile {
  const lines = [csvLine(['time', 'door', 'direction', 'card', 'holder', 'result'])];
  const doors = ['Main gate', 'Control room', 'Chemical store', 'Server room'] as const;
  const swipe = (
    at: number,
    door: string,
    direction: string,
    card: number,
    holder: string,
    result: string,
  ): void => {
    lines.push(csvLine([localDayFirst(at), door, direction, card, holder, result]));
  };
  for (let index = 0; index < 46; index += 1) {
    const person = random.integer(0, PEOPLE.length - 1);
    swipe(
      utc('2026-03-15T20:45:00') + index * 17 * MINUTE + random.integer(0, 900) * 1_000_000,
      random.pick(doors),
      random.chance(0.5) ? 'in' : 'out',
      5100 + person,
      PEOPLE[person] ?? '',
      random.chance(0.04) ? 'denied' : 'granted',
    );
  }
  swipe(MOMENTS.badgeIn, 'Main gate', 'in', 5101, 'R. Osei', 'granted');
  swipe(MOMENTS.badgeIn + 3 * MINUTE, 'Control room', 'in', 5101, 'R. Osei', 'granted');
  lines.push(csvLine(['--/--/2026 --:--:--', 'Chemical store', 'in', 5104, 'M. Tran', 'granted']));
  return { name: 'badges.csv', bytes: `${lines.join('\n')}\n`, records: lines.length - 1, rejected: 0 };
}
