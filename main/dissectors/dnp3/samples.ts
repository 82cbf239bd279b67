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
        messages: [
          {
            action: 'open_file',
            operation: 'program',
            file: '/x.cfg',
            text: 'open file /x.cfg (master 1 → outstation 10)',
          },
        ],
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
    kind: 'normal',
    title: 'a fragment whose second segment is missing is told, a repeated segment is passed over',
    units: [
      { from: 'client', hex: '05640bc40a000100acd1c0c3011e0206a556', messages: [{ action: 'read' }] },
      { from: 'server', hex: '0564124401000a0073c741c38100001e020000020164009021', messages: [] },
      {
        from: 'server',
        hex: '0564094401000a003eb683012c01f37d',
        messages: [
          {
            action: 'incomplete_fragment',
            unit: 10,
            points: [],
            malformed: 'The rest of the fragment is missing',
            text: 'fragment (response) could not be put together, of it came 1 segment, 12 bytes (outstation 10 → 1) – malformed',
          },
        ],
      },
      { from: 'server', hex: '0564124401000a0073c741c38100001e020000020164009021', messages: [] },
      { from: 'server', hex: '0564124401000a0073c741c38100001e020000020164009021', messages: [] },
      { from: 'server', hex: '0564094401000a003eb60201c8007ef1', messages: [] },
      { from: 'server', hex: '0564094401000a003eb60201c8007ef1', messages: [] },
      {
        from: 'server',
        hex: '0564094401000a003eb683012c01f37d',
        messages: [
          {
            kind: 'response',
            action: 'read',
            points: [{ object: 'g30v2', address: 0, stride: 1, values: [100, 200, 300] }],
            malformed: null,
            isUnpaired: false,
          },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'two outstations are asked under one number; the second answers first, the first refuses',
    units: [
      {
        from: 'client',
        hex: '05641ac40a0001008a1cc0c1050c01280100070041016400000071696400000000005b',
        messages: [{ action: 'direct_operate', unit: 10 }],
      },
      {
        from: 'client',
        hex: '05641ac414000100005ac1c1050c012801000700410164000000fd246400000000005b',
        messages: [{ action: 'direct_operate', unit: 20 }],
      },
      {
        from: 'server',
        hex: '05641c4401001400e5aac0c18100000c01280100070041016400730800006400000000005b',
        messages: [{ kind: 'response', action: 'direct_operate', unit: 20, isUnpaired: false }],
      },
      {
        from: 'server',
        hex: '05641c4401000a007636c0c18100000c01280100070041016400730800006400000009d792',
        messages: [
          {
            kind: 'exception',
            action: 'direct_operate',
            operation: 'control',
            unit: 10,
            exception: 9,
            isUnpaired: false,
            points: [{ object: 'g12v1', address: 7, qualities: ['not authorized'] }],
            text: 'direct operate pulse on close ×1 (on 100 ms, off 100 ms) g12v1 index 7 refused: not authorized (outstation 10 → 1, response)',
          },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'of two relays one is refused',
    units: [
      {
        from: 'client',
        hex: '056427c40a0001009cf7c0c2050c01280200070041016400000086d36400000000090081016400000064000048db0000ffff',
        messages: [{ action: 'direct_operate' }],
      },
      {
        from: 'server',
        hex: '0564294401000a00bc47c0c28100000c012802000700410164006d80000064000000000900810164000000641f4c000000092836',
        messages: [
          {
            kind: 'exception',
            exception: 9,
            points: [
              { address: 7, qualities: [null] },
              { address: 9, qualities: ['not authorized'] },
            ],
            text: 'direct operate pulse on trip ×1 (on 100 ms, off 100 ms) g12v1 index 9: not authorized, pulse on close ×1 (on 100 ms, off 100 ms) g12v1 index 7: success – 1 of 2 refused (outstation 10 → 1, response)',
          },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'closing a file whose handle has expired',
    units: [
      {
        from: 'client',
        hex: '05641bc40a0001006da9c5c61a46045b010d0007000000000000e34e000000000000ffff',
        messages: [{ action: 'close_file', text: 'close file handle 7 (master 1 → outstation 10)' }],
      },
      {
        from: 'server',
        hex: '05641d4401000a009183c5c681000046045b010d00070000000015100000000000000011ca7b',
        messages: [
          {
            kind: 'exception',
            exception: 17,
            text: 'close file handle 7 refused: handle expired (outstation 10 → 1, response)',
          },
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
