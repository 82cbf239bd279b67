/** Formats that are handed cases by another: a line of sshd reads the same in whatever file it comes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeProblem } from '../../shared/problem';
import { compile } from '../evidence/normalise/compile';
import { type StagedRows, stagedSample, stageRows } from '../evidence/normalise/stage-sample';
import { Database } from '../store/database';
import { trusted } from '../store/sql';
import type { Format } from './format';
import { shippedFormats } from './index';
import { loadFormat } from './load';

/** What the wrapping itself says, or what follows from the time. */
const OF_THE_WRAPPING = /^(?:record_number|timestamp|recorded_|time_|event_severity|host_name|service_name)/;

let database: Database;
beforeAll(async () => {
  database = await Database.open({ path: null, memoryLimitMb: 512, threads: 1, tempFolder: null });
});
afterAll(() => {
  database.close();
});

function shipped(id: string): Format {
  const found = shippedFormats().formats.find((format) => format.id === id);
  if (found === undefined) throw new Error(id);
  return found;
}

type Row = Record<string, unknown>;

async function eventsOf(format: Format, staged: StagedRows): Promise<Row[]> {
  await stageRows(database, 'record', staged);
  const { kind, columns, meta } = staged;
  const settings = { evidenceId: 1, zone: 'UTC', year: 2026, fileTimeUs: 0, mapping: null };
  const compiled = await compile(database, format, { ...settings, kind, columns, meta });
  if (!compiled.ok) throw new Error(describeProblem(compiled.problem));
  const table = await database.all(trusted(compiled.value.events.text));
  return table.rows.map((row) => Object.fromEntries(table.names.map((name, at) => [name, row[at]])));
}

function shared(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).filter(([name, value]) => value !== null && !OF_THE_WRAPPING.test(name)),
  );
}

const own = shipped('linux-auth');
/** What sshd and its kind write, with the name they write it under, from that format's own samples. */
const LINES = own.samples.flatMap(({ line }) => {
  const [, app, text] =
    /^[A-Z].{14} gate7 ([^\s[:(]+)(?:\([^)]*\))?(?:\[\d+\])?: ?([^\n]*)$/.exec(line ?? '') ?? [];
  return app === undefined || text === undefined ? [] : [{ app, text }];
});

const WRAPPINGS: Readonly<Record<string, (app: string, text: string) => object>> = {
  'syslog-rfc3164': (app, text) => ({ line: `Mar  4 05:06:07 gate7 ${app}[811]: ${text}` }),
  'syslog-rfc5424': (app, text) => ({ line: `<38>1 2026-03-04T05:06:07Z gate7 ${app} 811 - - ${text}` }),
  'syslog-coloured': (app, text) => ({
    line: `\x1b[0mMar  4 05:06:07\x1b[0m gate7 ${app}[811]\x1b[0m: ${text}`,
  }),
  'journald-export': (app, text) => ({
    line: `__CURSOR=s=1\n__REALTIME_TIMESTAMP=1772600767000000\nSYSLOG_IDENTIFIER=${app}\n_PID=811\nMESSAGE=${text}`,
  }),
  'journald-json': (app, text) => ({
    json: { __REALTIME_TIMESTAMP: '1772600767000000', SYSLOG_IDENTIFIER: app, _PID: '811', MESSAGE: text },
  }),
};

/** Staged by the format that reads it; the sample's own expectations are not looked at. */
function staged(format: Format, records: ReadonlyArray<{ app: string; text: string }>): StagedRows {
  const samples = records.map(({ app, text }) => {
    const wrapped = WRAPPINGS[format.id]?.(app, text) ?? {};
    return stagedSample(format, { meta: {}, options: {}, ...wrapped });
  });
  const [first] = samples;
  if (first === undefined) throw new Error('no lines');
  return { ...first, rows: samples.flatMap(({ rows }) => rows) };
}

describe('the lines of sshd, sudo, su and PAM', () => {
  test('are there', () => {
    expect(LINES.length).toBeGreaterThan(20);
  });

  test.each(Object.keys(WRAPPINGS))('read the same in %s', async (id) => {
    const wanted = await eventsOf(own, staged({ ...shipped('syslog-rfc3164') }, LINES));
    const given = await eventsOf(shipped(id), staged(shipped(id), LINES));
    // A wrapping may keep no blank before the text.
    const plain = (row: Row): Row => ({ ...shared(row), message: String(row['message']).trim() });
    expect(given.map(plain)).toEqual(wanted.map(plain));
  });

  test.each(Object.keys(WRAPPINGS))('leave the others in %s as they are', async (id) => {
    const [event] = await eventsOf(
      shipped(id),
      staged(shipped(id), [{ app: 'routed', text: 'Accepted password for x from 192.0.2.7 port 1 ssh2' }]),
    );
    expect(event).toMatchObject({ event_domain: 'operations', user_name: null, source_ip: null });
    expect(event?.['event_dataset']).not.toBe('linux.auth');
  });

  test('of PAM are known by how they begin, whoever writes them', async () => {
    const [event] = await eventsOf(
      shipped('syslog-rfc3164'),
      staged(shipped('syslog-rfc3164'), [
        { app: 'CRON', text: 'pam_unix(cron:session): session opened for user root by (uid=0)' },
      ]),
    );
    expect(event).toMatchObject({
      event_domain: 'security',
      user_name: 'root',
      event_action: 'session_opened',
    });
  });
});

describe('also', () => {
  const yaml = `id: x
title: X
reference: X
also: linux-auth
read: { kind: lines }
match: { pattern: '^(?P<app>\\S+) (?P<text>.*)$' }
fields: { timestamp_desc: Logged, event_domain: operations, event_dataset: x, message: { from: text } }
samples: [{ line: 'a b', event: {} }]
refuses: ['']
`;

  test('names a format that lends cases', () => {
    const base = 'id: y\nfields: {}\n';
    const failed = loadFormat(yaml, 'x.format.yaml', () => base);
    expect(failed.ok ? '' : failed.problem.why).toContain('linux-auth does not say which records it lends');
    const none = loadFormat(yaml, 'x.format.yaml');
    expect(none.ok ? '' : none.problem.why).toContain('there is no format linux-auth');
  });

  test('puts the cases behind its own, with what the other says of all its records', () => {
    const base = `lends: { app: sshd }
fields: { event_domain: security, event_category: authentication, event_dataset: y }
cases: [{ when: { text: hi }, fields: { event_action: greeted } }]
`;
    const always = { event_domain: 'security', event_category: 'authentication', event_dataset: 'y' };
    const loaded = loadFormat(yaml, 'x.format.yaml', () => base);
    expect(loaded.ok ? loaded.value.cases.map(({ fields }) => fields) : loaded.problem).toEqual([
      { ...always, event_action: 'greeted' },
      always,
    ]);
  });
});
