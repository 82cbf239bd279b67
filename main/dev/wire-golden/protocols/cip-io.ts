/** CIP I/O beside ICSNPP's log: connection, number, length and data of each packet that begins, changes or follows a gap. */
import { cell, defineGolden, FLOW, flow, type ReadLine } from '../golden';

/** The log has every packet: those are kept that tell more than the one before them, behind the count of their data. */
function begin(): ReadLine {
  const last = new Map<string, { readonly number: number; readonly data: string }>();
  return (line) => {
    const key = `${line[7]} ${line[11]}`;
    const [number, data] = [Number(line[12]), (cell(line, 14) ?? '').slice(4)];
    const before = last.get(key);
    if (before !== undefined && number <= before.number) return null;
    last.set(key, { number, data });
    if (before !== undefined && before.data === data && number === before.number + 1) return null;
    const kind =
      before === undefined
        ? 'connected_data'
        : number > before.number + 1
          ? 'connected_data_missing'
          : 'connected_data_change';
    return [flow(line, 2), `connection ${line[11]}`, line[12] ?? null, kind, cell(line, 13), cell(line, 14)];
  };
}

export const cipIoGolden = defineGolden({
  protocol: 'cip i/o',
  cases: [
    {
      capture: 'icsnpp-enip/enip_cip_example.pcap',
      log: 'expected/analyzer.basic/cip_io.log',
      fields: ['flow', 'connection', 'number', 'kind', 'bytes', 'data'],
      together: 2,
      theirs: () => null,
      begin,
      ours: `SELECT ${FLOW}, e.ot_object, ot_transaction_id, event_action, regexp_extract(message, '(\\d+) bytes', 1), p.value_text
        FROM event e LEFT JOIN point p USING (event_id) WHERE event_dataset = 'pcap.cip-io' ORDER BY event_id`,
    },
  ],
});
