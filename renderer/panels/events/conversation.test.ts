import { expect, it } from 'vitest';
import type { ExportRequest } from '../../files/shown';
import type { ArrowRows } from '../../ui/arrow-rows';
import { conversationEntries } from './conversation';

function rowsOf(datasets: readonly (string | null)[]) {
  const page: ArrowRows = {
    length: datasets.length,
    columns: ['event_id', 'event_dataset'],
    value: () => null,
    text: (row, column) => (column === 'event_id' ? `7${row}` : (datasets[row] ?? null)),
    number: () => null,
  };
  return { find: (row: number) => (row < datasets.length ? { page, index: row } : undefined) };
}

it('offers the conversations of rows that came in packets, and of no others', () => {
  const asked: ExportRequest[] = [];
  const offer = (datasets: readonly (string | null)[]) =>
    conversationEntries(rowsOf(datasets), [0, datasets.length - 1], (request) => asked.push(request));
  expect(offer(['syslog', null])).toEqual([]);
  const [, one] = offer(['syslog', 'pcap.modbus']);
  expect(one).toMatchObject({ label: 'Write its conversation as packets…' });
  const [, two] = offer(['pcap.s7comm', 'pcap.flow']);
  expect(two).toMatchObject({ label: 'Write their conversations as packets…' });
  if (two !== undefined && 'run' in two) two.run();
  expect(asked).toMatchObject([
    { conversations: true, source: { filter: { kind: 'in', field: 'event_id', values: ['70', '71'] } } },
  ]);
});
