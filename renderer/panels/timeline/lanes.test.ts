import { describe, expect, it } from 'vitest';
import { eventAt, fitLanes, heightOf, type LaneEvent, placeLanes, pointMiddle, spanTop } from './lanes';

const scale = { from: 0, to: 1000, width: 500 };

function event(eventId: string, domain: string, from: number, to: number | null = null): LaneEvent {
  return { eventId, domain, from, to, severity: 1, message: eventId };
}

describe('lanes', () => {
  it('stand in the order of the domains, one below the other', () => {
    const lanes = placeLanes(scale, ['network', 'operations'], []);
    expect(lanes.map(({ domain }) => domain)).toEqual(['operations', 'network']);
    expect(lanes[1]!.top).toBe(lanes[0]!.height);
  });

  it('pack spans into rows without touching, and count those that find none', () => {
    const events = [
      event('a', 'service', 0, 500),
      event('b', 'service', 100, 600),
      event('c', 'service', 520, 900),
      event('d', 'service', 200, 700),
      event('e', 'service', 300, 800),
    ];
    const [lane] = placeLanes(scale, ['service'], events);
    const rows = new Map(lane!.spans.map(({ event: one, row }) => [one.eventId, row]));
    expect(rows.get('a')).toBe(0);
    expect(rows.get('c')).toBe(0);
    expect(rows.get('b')).toBe(1);
    expect(lane!.hidden).toBe(1);
  });

  it('draw what is too short to be seen as a point, and leave out what lies outside', () => {
    const [lane] = placeLanes(
      scale,
      ['ot'],
      [event('short', 'ot', 10, 12), event('long', 'ot', -500, 1500), event('gone', 'ot', -900, -800)],
    );
    expect(lane!.points.map(({ event: one }) => one.eventId)).toEqual(['short']);
    expect(lane!.spans.map(({ event: one }) => one.eventId)).toEqual(['long']);
  });

  it('give up rows of spans before the histogram loses its room', () => {
    const events = Array.from({ length: 6 }, (_, index) => event(`s${index}`, 'service', index, 900));
    const high = fitLanes(scale, ['service'], events, 300, 100);
    const low = fitLanes(scale, ['service'], events, 120, 90);
    expect(heightOf(low)).toBeLessThan(heightOf(high));
    expect(low[0]!.spans).toHaveLength(1);
  });

  it('find the nearest point, then the span, under the pointer', () => {
    const lanes = placeLanes(
      scale,
      ['service'],
      [event('p1', 'service', 100), event('p2', 'service', 106), event('span', 'service', 0, 1000)],
    );
    const lane = lanes[0]!;
    expect(eventAt(lanes, 53, pointMiddle(lane))?.eventId).toBe('p2');
    expect(eventAt(lanes, 200, pointMiddle(lane))).toBeNull();
    expect(eventAt(lanes, 200, spanTop(lane, 0) + 3)?.eventId).toBe('span');
    expect(eventAt(lanes, 200, 999)).toBeNull();
  });
});
