/** Joins for the common jobs, filled in far enough to run. Pure. */
import type { Plan, Side } from './plan';

export interface Preset {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  readonly plan: Pick<Plan, 'left' | 'right' | 'how' | 'name' | 'on'>;
}

const current: Side = { from: 'table:event_view', current: true, text: '' };
const events = (text: string): Side => ({ from: 'table:event_view', current: false, text });
const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;
/** Of changes those that were not called off, refused or still to be approved. */
const CHANGES =
  'event_category:configuration -event_action:change-cancelled,change-rejected,change-unapproved';
const LOGONS = 'category:authentication type:start -outcome:failure';

const lastLogon = { kind: 'as-of', left: 'timestamp', right: 'timestamp', direction: 'last' } as const;
const same = (column: string) => ({ kind: 'equal', left: column, right: column, ignoreCase: true }) as const;

export const PRESETS: readonly Preset[] = [
  {
    id: 'assets',
    title: 'Which asset sent it',
    help: 'Every event with the asset its source address belonged to at that time',
    plan: {
      left: current,
      right: { from: 'table:asset_view', current: false, text: '' },
      how: 'left',
      name: 'asset',
      on: [{ kind: 'asset', left: 'source', right: 'itself' }],
    },
  },
  {
    id: 'addresses',
    title: 'Source address in the inventory',
    help: 'Source address equals an address of the inventories, whenever it was valid',
    plan: {
      left: current,
      right: { from: 'table:asset_address', current: false, text: '' },
      how: 'left',
      name: 'inventory',
      on: [{ kind: 'equal', left: 'source_ip', right: 'ip', ignoreCase: false }],
    },
  },
  {
    id: 'logon-before',
    title: 'Who was logged on last',
    help: 'The last logon anywhere before each event, at most 15 minutes earlier; failed ones do not count',
    plan: {
      left: current,
      right: events(LOGONS),
      how: 'left',
      name: 'logon',
      on: [{ ...lastLogon, withinUs: 15 * MINUTE }],
    },
  },
  {
    id: 'logon-user',
    title: 'The user’s last logon',
    help: 'The last logon of the same name in the same domain before each event, at most 12 hours earlier; failed ones do not count',
    plan: {
      left: current,
      right: events(LOGONS),
      how: 'left',
      name: 'logon',
      on: [same('user_domain'), same('user_name'), { ...lastLogon, withinUs: 12 * HOUR }],
    },
  },
  {
    id: 'logon-name',
    title: 'The last logon of that name, whatever the domain',
    help: 'For records that state no domain: accounts of one name in two domains are taken for one here',
    plan: {
      left: current,
      right: events(LOGONS),
      how: 'left',
      name: 'logon',
      on: [same('user_name'), { ...lastLogon, withinUs: 12 * HOUR }],
    },
  },
  {
    id: 'logon-host',
    title: 'The last logon on the host',
    help: 'The last logon on the host of the same name, as written, at most 12 hours earlier; failed ones do not count',
    plan: {
      left: current,
      right: events(LOGONS),
      how: 'left',
      name: 'logon',
      on: [same('host_name'), { ...lastLogon, withinUs: 12 * HOUR }],
    },
  },
  {
    id: 'logged-on',
    title: 'Who was logged on then',
    help: 'Logons and sessions that had begun and not yet ended; those whose end no record tells are not among them',
    plan: within('event_category:authentication,session', 'left', 'logon'),
  },
  {
    id: 'alarm',
    title: 'During which alarm or batch',
    help: 'Alarms, batches and other spans of control systems that had begun and not yet ended',
    plan: within('event_domain:ot', 'left', 'alarm'),
  },
  {
    id: 'in-change',
    title: 'Inside a change window',
    help: 'Events while an approved change or a deployment was going on, or one that states no approval; one that has no end yet counts from its beginning on',
    plan: within(CHANGES, 'inner', 'change'),
  },
  {
    id: 'no-change',
    title: 'Outside every change window',
    help: 'Events while no approved change and no deployment was going on; cancelled, rejected and unapproved changes excuse nothing',
    plan: within(CHANGES, 'anti', 'change'),
  },
  {
    id: 'network',
    title: 'In which network',
    help: 'The zone whose network holds the source address',
    plan: {
      left: current,
      right: { from: 'table:zone', current: false, text: '' },
      how: 'left',
      name: 'zone',
      on: [{ kind: 'cidr', left: 'source_ip', right: 'network' }],
    },
  },
];

/** Each event of the selection with the spans of `text` it lies in. */
function within(text: string, how: Plan['how'], name: string): Preset['plan'] {
  return {
    left: current,
    right: { from: 'table:span', current: false, text },
    how,
    name,
    on: [
      {
        kind: 'window',
        left: 'timestamp',
        leftEnd: null,
        from: 'started_at',
        to: 'ended_at',
        beforeUs: 0,
        afterUs: 0,
      },
    ],
  };
}
