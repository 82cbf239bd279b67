/** Samples of synchrophasor frames, made up: one unit with a phasor, an analog and a digital word. */
import { type Sample, sampleOf } from '../dissector';

const OF_NORTH = { object: null, address: null, stride: 0, timeUs: 1_700_000_000_500_000 };

export const samples: readonly Sample[] = [
  {
    kind: 'normal',
    title: 'a configuration is asked for, data switched on and sent in counts',
    units: [
      {
        from: 'client',
        hex: 'aa41001200076553f1000007a1200005cb96',
        messages: [{ kind: 'request', action: 'send_configuration_2', operation: 'identify', unit: 7 }],
      },
      {
        from: 'server',
        hex: 'aa31016200076553f1000007a120000f424000014e4f525448202020202020202020202000070001000100010001564120202020202020202020202020204d57202020202020202020202020202044302020202020202020202020202020443120202020202020202020202020204432202020202020202020202020202044332020202020202020202020202020443420202020202020202020202020204435202020202020202020202020202044362020202020202020202020202020443720202020202020202020202020204438202020202020202020202020202044392020202020202020202020202020443130202020202020202020202020204431312020202020202020202020202044313220202020202020202020202020443133202020202020202020202020204431342020202020202020202020202044313520202020202020202020202020000186a00000000100000000000100030032e2f7',
        messages: [
          {
            kind: 'response',
            action: 'configuration_2',
            object: 'NORTH',
            text: 'Synchrophasor configuration 2 of stream 7: NORTH (1 phasors, 1 analogs, 1 digital words), 50 per second (response)',
          },
        ],
      },
      {
        from: 'client',
        hex: 'aa41001200076553f1000007a1200002bb71',
        messages: [{ action: 'data_on', operation: 'control', functionCode: 2 }],
      },
      {
        from: 'server',
        hex: 'aa01001e00076553f1000007a120200000e70623000afffb002a00032901',
        messages: [
          {
            kind: 'unsolicited',
            action: 'data',
            operation: 'report',
            points: [
              {
                ...OF_NORTH,
                objects: [
                  'NORTH/VA magnitude',
                  'NORTH/VA angle',
                  'NORTH/frequency',
                  'NORTH/rate of change of frequency',
                  'NORTH/MW',
                  'NORTH/digital D0',
                ],
                values: Float64Array.of(231, 0.1571, 50.01, -0.05, 42, 3),
                quality: 'not synchronised',
              },
            ],
            text: 'Synchrophasor data of stream 7: NORTH 50.01 Hz, not synchronised',
          },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'configuration 3 and data in floating point',
    units: [
      {
        from: 'client',
        hex: 'aa42001200076553f1000007a120000618d0',
        messages: [{ action: 'send_configuration_3' }],
      },
      {
        from: 'server',
        hex: 'aa52006200076553f1000007a1200000000f42400001054e4f525448000700000000000000000000000000000000000e000100000000024941000008003f800000000000000000000000000000000000004d000000000000000000000001003cb1c0',
        messages: [{ kind: 'response', action: 'configuration_3', object: 'NORTH' }],
      },
      {
        from: 'server',
        hex: 'aa02002200076553f1000007a120000042c80000c0200000427200003e8000008e3a',
        messages: [
          {
            points: [
              {
                ...OF_NORTH,
                objects: [
                  'NORTH/IA real',
                  'NORTH/IA imaginary',
                  'NORTH/frequency',
                  'NORTH/rate of change of frequency',
                ],
                values: Float64Array.of(100, -2.5, 60.5, 0.25),
                quality: null,
              },
            ],
          },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'a header is asked for',
    units: [
      { from: 'client', hex: 'aa41001200076553f1000007a1200003ab50', messages: [{ action: 'send_header' }] },
      {
        from: 'server',
        hex: 'aa11001500076553f1000007a1206261792034fd60',
        messages: [
          { kind: 'response', action: 'header', text: 'Synchrophasor header of stream 7: bay 4 (response)' },
        ],
      },
    ],
  },
  sampleOf('truncated', 'a command frame without its command', 'client', 'aa41001000076553f1000007a12029e5', {
    malformed: 'The command is missing',
  }),
  sampleOf('foreign', 'a size below that of a header', 'client', 'aa41 0004 003c 00000000'),
  sampleOf('foreign', 'another sync byte', 'client', 'ab41 0012 003c 00000000 00000000 0005 168a'),
];
