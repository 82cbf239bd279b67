/**
 * Where a golden document and we say the same in other words, or mean different things by the same field. Each rule
 * was made by looking at the records behind it; whatever no rule names counts as a disagreement.
 */

export interface Pair {
  readonly file: string;
  readonly field: string;
  readonly theirs: string;
  readonly ours: string;
  /** Their initiator and responder are our responder and initiator. */
  readonly isSwapped: boolean;
}

interface Meaning {
  readonly file: RegExp;
  readonly fields: readonly string[];
  readonly reason: string;
  readonly when?: (pair: Pair) => boolean;
}

/** Words for the same act. */
const SYNONYMS: readonly (readonly string[])[] = [
  ['connection-finished', 'flow-expiration', 'connection-closed'],
  ['intrusion-detected', 'intrusion'],
  ['file-detected', 'file'],
  ['malware-detected', 'malware'],
  ['connection-started', 'connection-built'],
  ['ssh_login', 'logon_password', 'logon_publickey'],
  ['drop', 'denied'],
  ['deny', 'denied'],
  ['accept', 'allowed'],
  ['flow_started', 'allowed'],
];

const MEANINGS: readonly Meaning[] = [
  {
    file: /./,
    fields: ['action'],
    reason: 'their action names the kind of log (firewall-rule), ours what was done',
    when: ({ theirs }) => theirs === 'firewall-rule',
  },
  {
    file: /cisco\/(?:asa|ftd)/,
    fields: ['source', 'destination'],
    reason: 'their source is the first address of the line, ours the side that began the connection',
    when: ({ isSwapped }) => isSwapped,
  },
  {
    file: /vpcflow/,
    fields: ['time'],
    reason: 'their time is the end of the flow, ours its start',
    when: ({ ours, theirs }) => ours < theirs,
  },
  {
    file: /vpcflow\/custom-nat-gateway/,
    fields: ['source', 'destination'],
    reason: 'they take the address of the interface, we that of the packet where both are written',
  },
  {
    file: /nginx\/access/,
    fields: ['source'],
    reason: 'of several forwarded addresses they take the first public one, we the first',
  },
  {
    file: /(?:coredns|envoyproxy)\/log\/\w+-json/,
    fields: ['time'],
    reason: 'they read the line inside the container’s record, we the container’s own time',
  },
  {
    file: /postgresql-9\.6-(?:multi-core|new-timestamp)/,
    fields: ['time'],
    reason: 'they read EST in July as daylight saving time, four hours behind UTC; EST is five',
  },
  {
    file: /cloudtrail\/console-login/,
    fields: ['user'],
    reason: 'of an assumed role they give the role, we the name of the session',
  },
];

/** Why this pair is not to be compared, or null. */
export function meaning(pair: Pair): string | null {
  const found = MEANINGS.find(
    ({ file, fields, when }) =>
      file.test(pair.file) && fields.includes(pair.field) && (when === undefined || when(pair)),
  );
  return found?.reason ?? null;
}

/** Whether two texts are words for the same act. */
export function isSameAct(one: string, other: string): boolean {
  return SYNONYMS.some((words) => words.includes(one) && words.includes(other));
}
