import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_FIELDS } from '../fields';
import { type Filter, filterSchema, MARK_WHATS } from '../filter';
import { canonical, describeFilter, parseFilter, printFilter, topParts } from './text';

function parsed(text: string, zone = 'UTC'): Filter {
  const outcome = parseFilter(text, zone);
  if (!outcome.ok) throw new Error(`${text}: ${outcome.problem.what}`);
  return outcome.value;
}

function advice(text: string): string {
  const outcome = parseFilter(text);
  return outcome.ok ? '' : (outcome.problem.help ?? '');
}

function refusal(text: string): string {
  const outcome = parseFilter(text);
  return outcome.ok ? `understood as ${JSON.stringify(outcome.value)}` : outcome.problem.what;
}

describe('filter text', () => {
  it('reads what an analyst types', () => {
    expect(parsed('')).toEqual({ kind: 'and', of: [] });
    expect(parsed('pump failed')).toEqual({
      kind: 'and',
      of: [
        { kind: 'words', text: 'pump' },
        { kind: 'words', text: 'failed' },
      ],
    });
    expect(parsed('domain:ot,security')).toEqual({
      kind: 'in',
      field: 'event_domain',
      values: ['ot', 'security'],
    });
    expect(parsed('-action:denied')).toEqual({
      kind: 'not',
      of: { kind: 'in', field: 'event_action', values: ['denied'] },
    });
    expect(parsed('10.0.0.0/8')).toEqual({ kind: 'cidr', field: null, network: '10.0.0.0/8' });
    expect(parsed('src:10.10.10.0/24')).toEqual({
      kind: 'cidr',
      field: 'source_ip',
      network: '10.10.10.0/24',
    });
    expect(parsed('destination.port>=500 ')).toEqual({
      kind: 'compare',
      field: 'destination_port',
      op: '>=',
      value: 500,
    });
    expect(parsed('severity>=high')).toEqual({
      kind: 'compare',
      field: 'event_severity',
      op: '>=',
      value: 4,
    });
    expect(parsed('user:*')).toEqual({ kind: 'not', of: { kind: 'null', field: 'user_name' } });
    expect(parsed('-user:*')).toEqual({ kind: 'null', field: 'user_name' });
    expect(parsed('message~"set point"')).toEqual({
      kind: 'contains',
      field: 'message',
      text: 'set point',
    });
    expect(parsed('ticket:0012')).toEqual({ kind: 'in', field: 'ticket_id', values: ['0012'] });
    expect(parsed('a OR -(b c)')).toEqual({
      kind: 'or',
      of: [
        { kind: 'words', text: 'a' },
        {
          kind: 'not',
          of: {
            kind: 'and',
            of: [
              { kind: 'words', text: 'b' },
              { kind: 'words', text: 'c' },
            ],
          },
        },
      ],
    });
  });

  it('reads marks', () => {
    expect(parsed('is:starred')).toEqual({ kind: 'marked', what: 'star', value: null });
    expect(parsed('-is:tag')).toEqual({ kind: 'not', of: { kind: 'marked', what: 'tag', value: null } });
    expect(parsed('tag:recon')).toEqual({ kind: 'marked', what: 'tag', value: 'recon' });
    expect(parsed('tag:recon,"first access"')).toEqual({
      kind: 'or',
      of: [
        { kind: 'marked', what: 'tag', value: 'recon' },
        { kind: 'marked', what: 'tag', value: 'first access' },
      ],
    });
    expect(parsed('finding:f-1')).toEqual({ kind: 'marked', what: 'finding', value: 'f-1' });
    expect(parsed('note:*')).toEqual({ kind: 'not', of: { kind: 'null', field: 'note' } });
    expect(parsed('tags~recon source_zone:Office')).toEqual({
      kind: 'and',
      of: [
        { kind: 'contains', field: 'tags', text: 'recon' },
        { kind: 'in', field: 'source_zone', values: ['Office'] },
      ],
    });
    expect(refusal('is:open')).toContain('says nothing');
    expect(refusal('tag:')).toContain('missing');
    expect(refusal('member:"{}"')).toContain('no membership');
    expect(describeFilter(parsed('is:starred'))).toBe('starred');
    expect(describeFilter(parsed('-tag:recon'))).toBe('not tag: recon');
  });

  it('takes addresses of the web, paths and clock times for words', () => {
    for (const text of [
      'http://plant.example/a?b=c',
      'C:\\Windows\\x.exe',
      '12:34:56',
      '00:1b:1b:aa:bb:cc',
    ]) {
      expect(parsed(text)).toEqual({ kind: 'words', text });
    }
  });

  it('reads times in the zone on display, and stretches of time as half-open', () => {
    const hour = parsed('time:2016-12-15T18', 'Australia/Brisbane');
    const eight = Date.UTC(2016, 11, 15, 8) * 1000;
    expect(hour).toEqual({ kind: 'time', from: eight, to: eight + 3_600_000_000 });
    expect(parsed('time:2016-12-15T18:00..2016-12-15T19:00', 'Australia/Brisbane')).toEqual(hour);
    expect(parsed('time:2016-12-15T08:00Z..')).toEqual({
      kind: 'compare',
      field: 'timestamp',
      op: '>=',
      value: eight,
    });
    expect(printFilter(hour, 'Australia/Brisbane')).toBe(
      'time:2016-12-15T18:00+10:00..2016-12-15T19:00+10:00',
    );
    expect(printFilter(hour)).toBe('time:2016-12-15T08:00Z..2016-12-15T09:00Z');
  });

  it('knows the names of addresses, ports and machines that other tools write', () => {
    expect(parsed('dst_port>500')).toEqual(parsed('destination.port>500'));
    expect(parsed('sport:502 dport:502')).toEqual(parsed('source.port:502 destination.port:502'));
    expect(parsed('dst_ip:10.0.0.1')).toEqual(parsed('destination:10.0.0.1'));
    expect(parsed('dest_ip:10.0.0.1 srcip:10.0.0.2')).toEqual(parsed('destination:10.0.0.1 source:10.0.0.2'));
    expect(parsed('dst_mac:00:11:22:33:44:55')).toEqual(parsed('destination.mac:00:11:22:33:44:55'));
    expect(parsed('username:ada computer:ews1')).toEqual(parsed('user:ada host:ews1'));
  });

  it('says what is wrong and what to do', () => {
    expect(refusal('hostt:web')).toContain('There is no field “hostt”');
    expect(advice('hostt:web')).toContain('in quotes');
    expect(advice('prt>500')).not.toContain('in quotes');
    expect(advice('peer_port>500')).toContain('destination.port');
    expect(refusal('"open')).toContain('not closed');
    expect(refusal('(a')).toContain('parenthesis');
    expect(refusal('a)')).toContain('parenthesis');
    expect(refusal('a OR')).toContain('both sides');
    expect(refusal('-')).toContain('missing');
    expect(refusal('domain:')).toContain('missing');
    expect(refusal('domain:ot,')).toContain('missing');
    expect(refusal('source.port>many')).toContain('no number');
    expect(refusal('source:10.0.0.0/99')).toContain('no network');
    expect(refusal('time:yesterday')).not.toContain('understood');
    expect(refusal('('.repeat(200))).toContain('deep');
  });

  it('describes chips', () => {
    expect(describeFilter(parsed('domain:ot'))).toBe('domain: ot');
    expect(describeFilter(parsed('-action:denied'))).toBe('not action: denied');
    expect(describeFilter(parsed('severity>=high'))).toBe('severity ≥ high');
    expect(describeFilter(parsed('-user:*'))).toBe('user empty');
    expect(describeFilter(parsed('time:2016-12-15T18'), 'UTC')).toBe('2016-12-15 18:00 – 19:00 (1 h) UTC');
    expect(describeFilter(parsed('time:2016-12-15T08Z'), 'Australia/Adelaide')).toBe(
      '2016-12-15 18:30 – 19:30 (1 h) Australia/Adelaide +10:30',
    );
    expect(describeFilter(parsed('time>=2016-12-15T08:00Z'), '+02:00')).toBe(
      'time ≥ 2016-12-15 10:00 +02:00',
    );
  });

  it('splits what all must hold into parts', () => {
    expect(topParts(parsed('a domain:ot -b'))).toHaveLength(3);
    expect(topParts(parsed('a OR b'))).toHaveLength(1);
    expect(topParts(parsed(''))).toHaveLength(0);
  });
});

const text = fc.oneof(fc.string({ maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 8 }));
const micros = fc.integer({ min: Date.UTC(1602, 0, 1) * 1000, max: Date.UTC(9998, 0, 1) * 1000 });
const named = (types: readonly string[]) =>
  fc.constantFrom(...EVENT_FIELDS.filter(({ type }) => types.includes(type)).map(({ name }) => name));
const texts = named(['VARCHAR']);
const numbers = named(['UTINYINT', 'SMALLINT', 'USMALLINT', 'UINTEGER', 'BIGINT', 'UBIGINT', 'DOUBLE']);
const times = named(['TIMESTAMP']);
const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
const op = fc.constantFrom('<', '<=', '>', '>=');
const network = fc.constantFrom('10.0.0.0/8', '192.168.1.0/24', '2001:db8::/32', '0.0.0.0/0');
const some = <T>(of: fc.Arbitrary<T>) => fc.array(of, { maxLength: 4 });
const any = fc.constantFrom(...EVENT_FIELDS.map(({ name }) => name));

const { filter: anyFilter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({ kind: fc.constant('words' as const), text }),
    fc.record({ kind: fc.constant('contains' as const), field: any, text }),
    fc.record({ kind: fc.constant('null' as const), field: any }),
    fc.record({ kind: fc.constant('in' as const), field: texts, values: some(fc.oneof(text, fc.integer())) }),
    fc.record({ kind: fc.constant('in' as const), field: numbers, values: some(fc.oneof(number, text)) }),
    fc.record({ kind: fc.constant('in' as const), field: times, values: some(micros) }),
    fc.record({ kind: fc.constant('compare' as const), field: numbers, op, value: number }),
    fc.record({ kind: fc.constant('compare' as const), field: times, op, value: micros }),
    fc.record({ kind: fc.constant('time' as const), from: micros, to: micros }),
    fc.record({
      kind: fc.constant('cidr' as const),
      field: fc.constantFrom(null, 'source_ip', 'destination_ip'),
      network,
    }),
    fc.record({
      kind: fc.constant('marked' as const),
      what: fc.constantFrom(...MARK_WHATS),
      value: fc.option(text),
    }),
    fc.record({
      kind: fc.constant('in' as const),
      field: fc.constantFrom('note', 'tags', 'source_zone'),
      values: some(text),
    }),
    fc.record({ kind: fc.constantFrom('null' as const), field: fc.constantFrom('note', 'tags', 'starred') }),
    fc.record({
      kind: fc.constant('member' as const),
      field: any,
      column: text,
      of: fc.record({
        from: fc.oneof(
          fc.record({ kind: fc.constant('saved' as const), id: text }),
          fc.record({ kind: fc.constant('sql' as const), text }),
          fc.record({
            kind: fc.constant('table' as const),
            table: fc.constantFrom('event_view' as const, 'asset' as const),
          }),
        ),
        filter: tie('filter'),
      }),
    }),
    fc.record({ kind: fc.constant('not' as const), of: tie('filter') }),
    fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), of: some(tie('filter')) }),
  ),
}));

describe('round trip', () => {
  it('of any filter in any zone gives the filter back', () => {
    const zones = fc.constantFrom('UTC', 'Australia/Brisbane', 'America/New_York', 'Asia/Kathmandu');
    fc.assert(
      fc.property(anyFilter, zones, zones, (filter, written, read) => {
        const plain = canonical(filter);
        expect(filterSchema.safeParse(plain).success).toBe(true);
        expect(parsed(printFilter(filter, written), read)).toEqual(plain);
      }),
      { numRuns: 2000 },
    );
  });

  it('never throws on any text', () => {
    const bits = fc.constantFrom(
      'domain',
      ':',
      '"',
      '(',
      ')',
      '-',
      ' ',
      'OR',
      '~',
      '<=',
      '..',
      'time',
      ',',
      '/8',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(bits).map((all) => all.join('')),
        ),
        (junk) => {
          const outcome = parseFilter(junk);
          if (outcome.ok) expect(filterSchema.safeParse(outcome.value).success).toBe(true);
          else expect(outcome.problem.what).not.toBe('');
        },
      ),
    );
  });
});

describe('what is in a view', () => {
  const of = {
    from: { kind: 'saved', id: 'v1' },
    filter: { kind: 'in', field: 'event_action', values: ['alarm-raised'] },
  } as const;
  const member = { kind: 'member', field: 'event_id', of, column: 'event_id' } as const;

  it('is told by the name of the view and what was chosen in it', () => {
    const nameOf = (id: string) => (id === 'v1' ? 'Alarms in no change' : undefined);
    expect(describeFilter(member, 'UTC', nameOf)).toBe('in “Alarms in no change”, action: alarm-raised');
    expect(describeFilter(member)).toBe('in “a saved view”, action: alarm-raised');
  });

  it('takes the names of the source that is filtered', () => {
    const names = {
      fieldOf: (name: string) => (name === 'vendor' ? 'vendor' : undefined),
      similar: () => [],
    };
    expect(parseFilter('vendor:Acme', 'UTC', names)).toEqual({
      ok: true,
      value: { kind: 'in', field: 'vendor', values: ['Acme'] },
    });
    expect(parseFilter('domain:ot', 'UTC', names).ok).toBe(false);
  });
});
