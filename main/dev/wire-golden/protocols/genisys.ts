/** GENISYS beside ICSNPP's log: headers, stations, directions, bytes of the payload. */
import { cell, defineGolden, FLOW, flow, snake, WHOLE_VALUES } from '../golden';

export const genisysGolden = defineGolden({
  protocol: 'genisys',
  cases: [
    {
      capture: 'icsnpp-genisys/genisys.pcap',
      log: 'expected/analyzer.basic/genisys.log',
      fields: ['flow', 'kind', 'station', 'header', 'first', 'values'],
      together: 2,
      theirs: (line) => {
        const pairs = (cell(line, 12) ?? '').split(',').map((pair) => pair.split('='));
        const hasPayload = cell(line, 12) !== null;
        return [
          flow(line, 2),
          cell(line, 9),
          cell(line, 8),
          snake(cell(line, 7))?.replace(/_(?:client|header)$/, '') ?? null,
          hasPayload ? (pairs[0]?.[0] ?? null) : null,
          hasPayload ? pairs.map(([, value]) => value ?? '').join(',') : null,
        ];
      },
      ours: `SELECT ${FLOW}, ot_message, ot_unit_id, event_action, ot_address, ${WHOLE_VALUES}
        FROM event e WHERE event_dataset = 'pcap.genisys' ORDER BY event_id`,
    },
  ],
});
