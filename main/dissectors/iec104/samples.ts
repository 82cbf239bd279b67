/** APDUs of IEC 60870-5-104 written after the standard. */
import type { Sample } from '../dissector';

export const samples: readonly Sample[] = [
  {
    kind: 'normal',
    title: 'data transfer is started, a single command is executed and confirmed',
    units: [
      {
        from: 'client',
        hex: '680407000000',
        messages: [{ kind: 'request', action: 'startdt', operation: 'connect' }],
      },
      { from: 'server', hex: '68040b000000', messages: [{ kind: 'response', action: 'startdt' }] },
      {
        from: 'client',
        hex: '680e 0000 0000 2d 01 06 00 0100 a10f00 01',
        messages: [
          {
            kind: 'request',
            action: 'command',
            operation: 'control',
            functionCode: 45,
            unit: 1,
            object: 'ioa',
            address: 4001,
          },
        ],
      },
      {
        from: 'server',
        hex: '680e 0000 0200 2d 01 07 00 0100 a10f00 01',
        messages: [{ kind: 'response', action: 'command', address: 4001, isUnpaired: false }],
      },
      {
        from: 'server',
        hex: '680e 0200 0200 2d 01 47 00 0100 a20f00 81',
        messages: [{ kind: 'exception', action: 'command_select', exception: 7, isUnpaired: true }],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'two short floats in a row, the second invalid; then a point with its time',
    units: [
      {
        from: 'server',
        hex: '6817 0400 0200 0d 82 14 00 0100 d00700 0000c841 00 000080bf 80',
        messages: [
          {
            kind: 'response',
            action: 'report',
            quantity: 2,
            points: [
              { object: 'ioa', address: 2000, stride: 1, values: [25, -1], qualities: [null, 'invalid'] },
            ],
          },
        ],
      },
      {
        from: 'server',
        hex: '6815 0600 0200 1e 01 03 00 0100 0b0000 01 e803 0f 0a 10 03 1a',
        messages: [
          {
            kind: 'unsolicited',
            text: 'M_SP_TB_1 IOA 11 = 1 (spontaneous, common address 1, stated time 2026-03-16 10:15:01.000)',
          },
        ],
      },
    ],
  },
  {
    kind: 'truncated',
    title: 'a measured value whose quality is missing',
    units: [
      {
        from: 'server',
        hex: '6811 0400 0200 0d 01 03 00 0100 d00700 0000c841',
        messages: [{ malformed: 'The ASDU is shorter than its objects need' }],
      },
    ],
  },
  {
    kind: 'foreign',
    title: 'a start octet before a U format with a tail',
    units: [{ from: 'client', hex: '68050700000000', messages: [] }],
  },
];
