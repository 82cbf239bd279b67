import { expect, it } from 'vitest';
import { nameEvidence } from './evidence-names';

const ledger = [
  { evidence_id: 3, name: 'plc.pcap' },
  { evidence_id: 4, name: 'auth.log' },
];

it('evidence is called by its name wherever a filter holds its number', () => {
  expect(
    nameEvidence(
      {
        kind: 'and',
        of: [
          { kind: 'not', of: { kind: 'in', field: 'evidence_id', values: [3, '4', 9, 'x.csv'] } },
          { kind: 'in', field: 'source_port', values: [3] },
        ],
      },
      ledger,
    ),
  ).toEqual({
    kind: 'and',
    of: [
      { kind: 'not', of: { kind: 'in', field: 'evidence_id', values: ['plc.pcap', 'auth.log', 9, 'x.csv'] } },
      { kind: 'in', field: 'source_port', values: [3] },
    ],
  });
});
