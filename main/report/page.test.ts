import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chartSvg } from './chart';
import type { ReportData, ReportEvent } from './data';
import { renderReport } from './page';
import { prose } from './prose';
import { drawnSvg } from './svg';

const NASTY = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>&amp;\u202e\u001b[2J</style></title>`;

function reportOf(text: string): ReportData {
  const event: ReportEvent = {
    id: '1',
    at: 1_481_789_202_895_706,
    precisionUs: 1,
    flags: 3,
    recorded: text,
    domain: text,
    what: text,
    where: text,
    message: text,
    evidence: text,
    record: '7',
    findings: [1],
  };
  const row = {
    evidence_id: 1,
    path: text,
    member: text,
    name: text,
    size_bytes: 1,
    sha256: 'ab',
    format: text,
    format_title: text,
    dissectors: [],
    time_zone: text,
    time_zone_source: 'assumed' as const,
    year_source: null,
    records: 3,
    loaded: 2,
    rejected: 1,
    skipped: 0,
    events: 2,
    undated: 0,
    first: null,
    last: null,
    seconds: 1,
    status: 'loaded' as const,
    problem: { code: 'x', what: text, why: text, where: text, help: text },
    removed: true,
    acquirer: text,
    exhibit: text,
    quality: [{ what: 'gaps', count: 2, text, means: text }],
    clock: {
      kind: 'clock' as const,
      id: 'ab',
      schema: 1 as const,
      zone: text,
      offsetUs: -1_500_000,
      driftPpm: 2,
      referenceAtUs: 0,
      reason: text,
    },
  };
  const head = { id: 'f', schema: 1 as const, by: text, at: '2026-01-02T03:04:05Z' };
  const table = {
    columns: [{ label: text, isNumber: false, isTime: false }],
    rows: [[text], [null]],
    total: 9,
  };
  return {
    version: '0.1.0',
    made: '2026-01-02T03:04:05Z',
    zone: 'Australia/Brisbane',
    case: { name: text, author: text },
    totals: { evidence: 1, events: 2, undated: 1 },
    first: 0,
    last: 1_481_789_202_895_706,
    timeline: { events: [event], total: 5 },
    findings: [1, 2].map((number) => ({
      number,
      finding: { kind: 'finding', ...head, title: text, text, cites: [], views: [], order: 1 },
      events: [event],
      total: 1,
      unseen: { cited: 7, parts: [{ count: 2, why: text }] },
      views: [
        { name: text, words: text, kind: 'table', table },
        { name: text, words: text, kind: 'absent', why: text },
        { name: text, words: text, kind: 'chart', svg: text, notes: [text] },
        { name: 'drawn', words: '', kind: 'chart', svg: drawing(text), notes: [] },
      ],
    })),
    ledger: [row],
    rejects: [{ evidence: text, reason: text, count: 3, records: '1, 2' }],
    journal: { operations: 2, head: 'cd' },
  };
}

function drawing(name: string): string {
  const option = {
    xAxis: { type: 'category', data: [name, 'b'] },
    yAxis: {},
    legend: { data: [name] },
    series: [{ type: 'bar', name, data: [3, 4], label: { show: true, formatter: '{a}' } }],
  };
  return chartSvg(option, 600, 300);
}

/** Tags of the page by name, as a reader of HTML finds them. */
function tags(page: string): Set<string> {
  const withoutStyle = page.replace(/<style>[^<]*<\/style>/g, '');
  return new Set(
    [...withoutStyle.matchAll(/<([a-zA-Z][\w-]*)/g)].map(([, name]) => (name ?? '').toLowerCase()),
  );
}

const MEANT = new Set(
  'html head meta title style body header main nav section h1 h2 h3 h4 p ul ol li dl dt dd div table thead tbody tr th td span a br code strong em figure figcaption svg g path ellipse polyline rect text defs clippath'.split(
    ' ',
  ),
);

describe('the report', () => {
  test('has no script, fetches nothing, and shows whatever evidence says as text', () => {
    const page = renderReport(reportOf(NASTY));
    for (const tag of tags(page)) expect([tag, MEANT.has(tag)]).toEqual([tag, true]);
    expect(page).toContain(`content="default-src 'none';`);
    expect(page).not.toMatch(/<script|<img|<iframe|<object|<link/i);
    expect(page.replace(/xmlns(?::\w+)?="[^"]*"/g, '')).not.toMatch(/(?:src|href)="(?!#finding-\d+")/);
    expect(page).not.toMatch(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/u);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).toContain('<svg');
  });

  test('names time in the zone and in UTC, what was assumed, and how many are not shown', () => {
    const page = renderReport(reportOf('plain'));
    expect(page).toContain('2016-12-15 18:06:42.895706 z? y?');
    expect(page).toContain('2016-12-15T08:06:42.895706Z');
    expect(page).toContain('The first 1 of 5.');
    expect(page).toContain('The first 2 of 9 rows.');
    expect(page).toContain('−1.5 s');
  });

  test('counts rejects of what is in view only, and says where the table holds not all of them', () => {
    const { ledger, ...data } = reportOf('plain');
    const [row] = ledger;
    if (row === undefined) throw new Error('a ledger has rows');
    const inView = { ...row, evidence_id: 2, removed: false, rejected: 1234 };
    const page = renderReport({ ...data, ledger: [row, inView] });
    expect(page).toContain('1\u2009234 records could not be read. They are in no count of events.');
    expect(page).toContain('The table holds the most frequent reasons, 3 records of these.');
    const none = renderReport({ ...data, ledger: [row], rejects: [] });
    expect(none).toContain('None: every record could be read.');
  });

  test('any text at all stays text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        for (const tag of tags(prose(text).text)) expect(MEANT.has(tag)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

test('prose: paragraphs, lists, emphasis and code; links stay text', () => {
  expect(prose('# Head\none **two** *three* `<b>`\n\n- a\n- b\n\n1. c').text).toBe(
    '<p class="lead">Head</p><p>one <strong>two</strong> <em>three</em> <code>&lt;b&gt;</code></p>\n<ul><li>a</li><li>b</li></ul>\n<ol><li>c</li></ol>',
  );
  expect(prose('[x](javascript:alert(1)) 2*3*4').text).toBe('<p>[x](javascript:alert(1)) 2*3*4</p>');
});

test('a drawing passes only when it is shapes and text', () => {
  expect(drawnSvg(drawing('plain'))).not.toBeNull();
  const wrap = (inner: string): string => `<svg xmlns="http://www.w3.org/2000/svg">${inner}</svg>`;
  expect(drawnSvg(wrap('<rect width="3" fill="url(#a)"></rect>'))).not.toBeNull();
  for (const inner of [
    '<script>alert(1)</script>',
    '<foreignObject></foreignObject>',
    '<image href="x"></image>',
    '<a href="x"></a>',
    '<use href="#x"></use>',
    '<rect onload="x"></rect>',
    '<rect fill="url(http://x)"></rect>',
    '<style>@import "x";</style>',
    '<style>a{background:url(x)}</style>',
    '<rect style="fill:u\\72l(x)"></rect>',
    '<animate attributeName="href"></animate>',
    '<set></set>',
    '<rect',
    '<!-- x -->',
    '<![CDATA[x]]>',
    '<?xml?>',
  ]) {
    expect([inner, drawnSvg(wrap(inner))]).toEqual([inner, null]);
  }
});
