import { describe, expect, it } from 'vitest';
import { TIME_FLAGS } from '../../../shared/fields';
import { fieldMicros } from '../../ui/event-text';
import { detailSections, detailText, type EventDetail, pointValue, sourceRows } from './detail';

const at = Date.UTC(2026, 2, 16, 12, 22, 31) * 1000 + 417_206;

function detail(
  fields: EventDetail['fields'] = {},
  source: Partial<EventDetail['source']> = {},
): EventDetail {
  return {
    fields: {
      event_id: '68719476739',
      timestamp: at,
      recorded_at: at,
      recorded_wall: at,
      time_precision_us: 1,
      time_flags: 0,
      event_domain: 'ot',
      event_severity: 4,
      message: 'Write single register 20 = 520',
      source_ip: '10.20.99.23',
      user_name: '',
      ...fields,
    },
    record: [{ name: 'line', value: 'as it was' }],
    points: [],
    marks: [],
    findings: [],
    source: {
      evidenceId: 1,
      name: 'control-network.pcap',
      path: '/exports/control-network.pcap',
      member: null,
      sha256: 'ab'.repeat(32),
      recordNumber: 12,
      byteOffset: 4096,
      byteLength: 120,
      compressed: false,
      encoding: 'utf-8',
      missing: false,
      format: 'pcap',
      zone: 'UTC',
      zoneSource: 'in file',
      explainable: false,
      ...source,
    },
  };
}

function texts(one: EventDetail, zone = 'Australia/Adelaide', section = 'time') {
  const rows = detailSections(one, zone).find((each) => each.id === section)?.rows ?? [];
  return Object.fromEntries(rows.map((row) => [row.label, row.text]));
}

describe('inspector sections', () => {
  it('puts the time first: display zone, UTC, as recorded, zone and who said so', () => {
    expect(texts(detail())).toEqual({
      Time: '2026-03-16 22:52:31.417206',
      UTC: '2026-03-16 12:22:31.417206',
      'As recorded': '2026-03-16 12:22:31.417206',
      Zone: 'UTC, stated in the file',
    });
  });

  it('says what is doubtful in words', () => {
    const doubtful = detailSections(
      detail({ time_flags: TIME_FLAGS.zoneAssumed | TIME_FLAGS.ambiguous }, { zoneSource: 'assumed' }),
      'UTC',
    )[0]?.rows.filter((row) => row.doubt);
    expect(doubtful?.map((row) => row.label)).toEqual(['Zone', 'Mind', 'Mind']);
  });

  it('shows what was written where no time could be read', () => {
    expect(
      texts(detail({ timestamp: null, recorded_at: null, recorded_wall: null, recorded_text: '31/02/2026' })),
    ).toMatchObject({
      Time: 'undated',
      'As written': '31/02/2026',
    });
  });

  it('shows the correction of a slow clock', () => {
    expect(texts(detail({ recorded_at: at - 372_000_000 })).Clock).toBe('+6 min 12 s');
  });

  it('leaves out what is null, keeps what is empty, and names severity', () => {
    expect(texts(detail(), 'UTC', 'who')).toEqual({ User: '' });
    expect(texts(detail(), 'UTC', 'event')).toMatchObject({ Severity: '4 high', Domain: 'ot' });
    expect(detailSections(detail(), 'UTC').some((section) => section.id === 'service')).toBe(false);
  });

  it('offers every field as a clause, and no clause for what was worked out', () => {
    const sections = detailSections(detail(), 'UTC');
    for (const section of sections.slice(1)) {
      for (const row of section.rows) expect(row.fact).not.toBeNull();
    }
    expect(sections[0]?.rows.find((row) => row.label === 'UTC')).toBeUndefined();
  });

  it('leads back to the bytes', () => {
    const rows = Object.fromEntries(sourceRows(detail()).map((row) => [row.label, row.text]));
    expect(rows).toMatchObject({ Evidence: 'control-network.pcap', Record: '12', Bytes: '4\u202f096 + 120' });
    expect(detailText(detail(), 'UTC')).toContain('SHA-256: abab');
  });

  it('reads times in either form they cross in', () => {
    expect(fieldMicros(at)).toBe(at);
    expect(fieldMicros('2026-03-16T12:22:31.417206Z')).toBe(at);
    expect(fieldMicros(null)).toBeNull();
  });

  it('prefers the exact text of a point', () => {
    const point = { name: null, object: null, address: null, quality: null };
    expect(pointValue({ ...point, value: 1.5, text: null })).toBe('1.5');
    expect(pointValue({ ...point, value: 9e15, text: '9007199254740993' })).toBe('9007199254740993');
    expect(pointValue({ ...point, value: null, text: null })).toBe('·');
  });
});
