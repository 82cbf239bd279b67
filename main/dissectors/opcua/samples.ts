/** Bytes of OPC UA written by hand after OPC 10000-6, with what they mean. */
import { type Sample, sampleOf } from '../dissector';

const HEAD = '0000 0000000000000000 01000000 00000000 ffffffff 00000000 0000 00';

export const samples: readonly Sample[] = [
  sampleOf(
    'normal',
    'hello',
    'client',
    '48454c46 24000000 00000000 00000100 00000100 00000000 00000000 04000000 6f70632e',
    { kind: 'request', action: 'hello', operation: 'connect', text: 'Hello opc.' },
  ),
  {
    kind: 'normal',
    title: 'a node is written and the write refused',
    units: [
      {
        from: 'client',
        hex: `4d534746 4f000000 07000000 01000000 05000000 06000000 0100a102 ${HEAD} 01000000 01020f00 0d000000 ffffffff 01 06 2a000000`,
        messages: [
          {
            action: 'write',
            operation: 'write',
            object: 'ns=2;i=15',
            points: [{ object: 'ns=2;i=15', address: null, stride: 0, values: [42] }],
          },
        ],
      },
      {
        from: 'server',
        hex: '4d534746 2c000000 07000000 01000000 05000000 06000000 0100a402 0000000000000000 01000000 00001f80',
        messages: [{ kind: 'exception', action: 'write', exception: 0x801f0000, isUnpaired: false }],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'a user logs on',
    secret: 'Geheim1!',
    units: [
      {
        from: 'client',
        hex: '4d53474680000000070000000100000005000000060000000100d301000000000000000000000100000000000000ffffffff00000000000000ffffffffffffffffffffffffffffffff01004401012600000006000000706f6c696379080000006f70657261746f720800000047656865696d3121ffffffffffffffffffffffff',
        messages: [
          { action: 'activate_session', user: 'operator', text: 'activate session: user operator (request)' },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'a level is read, stamped and uncertain; then watched, and told when it changes',
    units: [
      {
        from: 'client',
        hex: '4d534746630000000700000001000000050000000700000001007702000000000000000000000100000000000000ffffffff0000000000000000000000000000000000000001000000030200050000006c6576656c0d000000ffffffff0000ffffffff',
        messages: [{ action: 'read', object: 'ns=2;s=level' }],
      },
      {
        from: 'server',
        hex: '4d534746520000000700000001000000050000000700000001007a020000000000000000010000000000000000ffffffff00000001000000070b00000000000012400000904000006dc64717da01ffffffff',
        messages: [
          {
            kind: 'response',
            text: 'read ns=2;s=level = 4.5 (uncertain 0x40900000) (response)',
            points: [
              {
                object: 'ns=2;s=level',
                address: null,
                stride: 0,
                values: [4.5],
                qualities: ['uncertain 0x40900000'],
                timesUs: [1_700_000_000_000_000],
              },
            ],
          },
        ],
      },
      {
        from: 'client',
        hex: '4d53474677000000070000000100000005000000080000000100ef02000000000000000000000100000000000000ffffffff00000000000000010000000200000001000000030200050000006c6576656c0d000000ffffffff0000ffffffff020000004d0000000000000000406f400000000100000001',
        messages: [{ action: 'create_monitored_items', object: 'ns=2;s=level', quantity: 1 }],
      },
      {
        from: 'client',
        hex: '4d5347463d0000000700000001000000050000000900000001003a03000000000000000000000100000000000000ffffffff00000000000000ffffffff',
        messages: [{ action: 'publish', kind: 'request' }],
      },
      {
        from: 'server',
        hex: '4d5347466e0000000700000001000000050000000900000001003d030000000000000000010000000000000000ffffffff00000001000000ffffffff000100000000000000000000000100000001002b030110000000010000004d0000000104fdffffffffffffffffffffffffff',
        messages: [
          {
            action: 'publish',
            object: 'ns=2;s=level',
            points: [{ object: 'ns=2;s=level', address: null, stride: 0, values: [-3] }],
          },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'of two nodes one is refused; of two methods the second',
    units: [
      {
        from: 'client',
        hex: '4d53474670000000070000000100000002000000020000000100a102000000000000000000000100000000000000ffffffff00000000000000020000000302000400000050756d700d000000ffffffff0106010000000302000500000056616c76650d000000ffffffff010607000000',
        messages: [{ action: 'write', quantity: 2 }],
      },
      {
        from: 'server',
        hex: '4d53474644000000070000000100000002000000020000000100a4020000000000000000010000000000000000ffffffff0000000200000000001f8000000000ffffffff',
        messages: [
          {
            kind: 'response',
            action: 'write',
            exception: 0x801f0000,
            text: 'write ns=2;s=Pump: bad 0x801f0000, ns=2;s=Valve: good – 1 of 2 refused (response)',
          },
        ],
      },
      {
        from: 'client',
        hex: '4d53474655000000070000000100000003000000030000000100c802000000000000000000000100000000000000ffffffff00000000000000020000000102010001020500ffffffff0102010001020600ffffffff',
        messages: [{ action: 'call', quantity: 2 }],
      },
      {
        from: 'server',
        hex: '4d53474669000000070000000100000003000000030000000100cb020000000000000000010000000000000000ffffffff00000002000000000000000100000000000000000000000100000006070000000000758001000000000000000000000000000000ffffffff',
        messages: [
          {
            kind: 'response',
            action: 'call',
            exception: 0x80750000,
            malformed: null,
            text: 'call ns=2;i=1 method ns=2;i=6: bad 0x80750000, ns=2;i=1 method ns=2;i=5: good – 1 of 2 refused (response)',
          },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'a write in two chunks is taken back, the next is whole; of a third a chunk is missing',
    units: [
      {
        from: 'client',
        hex: '4d53474340000000070000000100000003000000030000000100a102000000000000000000000100000000000000ffffffff0000000000000001000000030200',
        messages: [],
      },
      {
        from: 'client',
        hex: '4d5347412700000007000000010000000400000003000000000000800700000061626f72746564',
        messages: [
          {
            kind: 'exception',
            action: 'abort',
            exception: 0x80000000,
            transaction: 3,
            text: 'aborted by its sender after 40 bytes: 0x80000000 aborted (request)',
          },
        ],
      },
      {
        from: 'client',
        hex: '4d5347465a000000070000000100000005000000040000000100a102000000000000000000000100000000000000ffffffff000000000000000100000003020008000000536574706f696e740d000000ffffffff010663000000',
        messages: [
          {
            action: 'write',
            object: 'ns=2;s=Setpoint',
            malformed: null,
            points: [{ object: 'ns=2;s=Setpoint', values: [99] }],
          },
        ],
      },
      {
        from: 'client',
        hex: '4d53474340000000070000000100000006000000050000000100a102000000000000000000000100000000000000ffffffff0000000000000001000000030200',
        messages: [],
      },
      {
        from: 'client',
        hex: '4d5347465a000000070000000100000008000000060000000100a102000000000000000000000100000000000000ffffffff000000000000000100000003020008000000536574706f696e740d000000ffffffff010663000000',
        messages: [
          { action: 'incomplete_message', malformed: 'Chunks of the message are missing' },
          { action: 'write', points: [{ object: 'ns=2;s=Setpoint', values: [99] }] },
        ],
      },
    ],
  },
  sampleOf('truncated', 'an error that ends early', 'server', '45525246 0c000000 00007d80', {
    kind: 'exception',
    malformed: 'The message ends early',
  }),
  sampleOf('foreign', 'a type there is none of', 'client', '58595a46 08000000'),
];
