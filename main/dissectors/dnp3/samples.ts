/** DNP3 frames written after IEEE 1815, with what each means. */
import type { Sample } from '../dissector';

export const samples: readonly Sample[] = [
  {
    kind: 'normal',
    title: 'select of a relay before operate, and its answer',
    units: [
      {
        from: 'client',
        hex: '05641ac40a0001008a1cc0c2030c0128010003004101f401000072b70000000000ffff',
        messages: [
          {
            kind: 'request',
            action: 'select',
            operation: 'control',
            unit: 10,
            object: 'g12v1',
            address: 3,
            transaction: 2,
            functionCode: 3,
          },
        ],
      },
      {
        from: 'server',
        hex: '05641c4401000a007636c0c28100000c0128010003004101f4016c0500000000000000ffff',
        messages: [
          {
            kind: 'response',
            action: 'select',
            object: 'g12v1',
            address: 3,
            exception: null,
            isUnpaired: false,
          },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'read of class 1 events, answered with two analogue inputs, one of them offline',
    units: [
      {
        from: 'client',
        hex: '05640bc40a000100acd1c1c3013c0206b930',
        messages: [{ action: 'read', operation: 'read', object: 'g60v2' }],
      },
      {
        from: 'server',
        hex: '0564154401000a004d19c1c38100001e02000405016400009cff1b0e',
        messages: [
          {
            kind: 'response',
            action: 'read',
            object: 'g30v2',
            address: 4,
            quantity: 2,
            points: [
              { object: 'g30v2', address: 4, stride: 1, values: [100, -100], qualities: [null, 'offline'] },
            ],
          },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'unsolicited binary input change with its time',
    units: [
      {
        from: 'server',
        hex: '0564164401000a001d8ac2f28202000202170107810068e5cf8baf0801a1c9',
        messages: [
          {
            kind: 'unsolicited',
            operation: 'report',
            points: [{ object: 'g2v2', address: 7, stride: 1, values: [1], timesUs: [1700000000000000] }],
          },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'cold restart',
    units: [
      {
        from: 'client',
        hex: '056408c40a000100fc42c3c40d9e9b',
        messages: [{ action: 'cold_restart', operation: 'control', functionCode: 13 }],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'opening a file for reading',
    units: [
      {
        from: 'client',
        hex: '05642ec40a000100a7d8c4c51946035b0120001a00060000000004de0000000000000000000000000001000047e60401002f782e636667ce0e',
        messages: [{ action: 'open_file', operation: 'program', file: '/x.cfg' }],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'a fragment over two link frames belongs to the second',
    units: [
      { from: 'server', hex: '0564114401000a00235441c58100001e020000010164011a', messages: [] },
      {
        from: 'server',
        hex: '05640a4401000a006e25820001c800af1e',
        messages: [
          { points: [{ object: 'g30v2', address: 0, stride: 1, values: [100, 200] }], isUnpaired: true },
        ],
      },
    ],
  },
  {
    kind: 'truncated',
    title: 'a response whose second object is missing',
    units: [
      {
        from: 'server',
        hex: '0564134401000a009472c1c38100001e02000405016400009ed4',
        messages: [{ malformed: 'The fragment is shorter than its objects need' }],
      },
    ],
  },
  {
    kind: 'foreign',
    title: 'a header whose check does not hold',
    units: [{ from: 'client', hex: '056405c00a000100ffff', messages: [] }],
  },
];
