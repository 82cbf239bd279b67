/** EtherNet/IP messages written after the CIP Networks Library. */
import type { Sample } from '../dissector';

export const samples: readonly Sample[] = [
  {
    kind: 'normal',
    title: 'a tag is written and the write answered',
    units: [
      {
        from: 'client',
        hex: '6f0022000500000000000000000000000000000100000000000000000000020000000000b20012004d049105537065656400c4000100e8030000',
        messages: [
          {
            kind: 'request',
            action: 'write_tag',
            operation: 'write',
            object: 'Speed',
            quantity: 1,
            points: [{ object: 'Speed', address: null, stride: 1, values: [1000] }],
          },
        ],
      },
      {
        from: 'server',
        hex: '6f0014000500000000000000000000000000000100000000000000000000020000000000b2000400cd000000',
        messages: [{ kind: 'response', action: 'write_tag', object: 'Speed', isUnpaired: false }],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'identity of a device',
    units: [
      {
        from: 'client',
        hex: '630000000500000000000000000000000000000100000000',
        messages: [{ action: 'list_identity', operation: 'identify' }],
      },
      {
        from: 'server',
        hex: '63002f00050000000000000000000000000000010000000001000c00290001000002af120a000002000000000000000001000e00360014093000efbeadde07504c432d372f4103',
        messages: [
          {
            kind: 'response',
            host: 'PLC-7/A',
            text: 'list identity: PLC-7/A, vendor 1, type 14, product 54, revision 20.9, serial deadbeef',
          },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'two tags in one packet over a connection, the second refused',
    units: [
      {
        from: 'client',
        hex: '70003a0005000000000000000000000000000001000000000000000000000200a100040011223344b100260009000a02200224010200060012004c04910553706565640001004c0491054c6576656c000100',
        messages: [
          { action: 'multiple_service_packet' },
          { action: 'read_tag', object: 'Speed' },
          { action: 'read_tag', object: 'Level' },
        ],
      },
      {
        from: 'server',
        hex: '70002e0005000000000000000000000000000001000000000000000000000200a100040011223344b1001a0009008a000000020006001000cc000000c4002a000000cc000500',
        messages: [
          { action: 'multiple_service_packet', kind: 'response' },
          { points: [{ object: 'Speed', address: null, stride: 1, values: [42] }] },
          { kind: 'exception', exception: 5, object: 'Level' },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'a forward open, then a reset of the device',
    units: [
      {
        from: 'client',
        hex: '6f003a000500000000000000000000000000000100000000000000000000020000000000b2002a005402200624010a0500000000000000000000000000000000000000000000000000000000000000000000',
        messages: [{ action: 'forward_open', operation: 'connect', object: 'Connection Manager instance 1' }],
      },
      {
        from: 'client',
        hex: '6f0016000500000000000000000000000000000100000000000000000000020000000000b2000600050220012401',
        messages: [{ action: 'reset', operation: 'control', object: 'Identity instance 1' }],
      },
    ],
  },
  {
    kind: 'truncated',
    title: 'a reply that ends inside its status',
    units: [
      {
        from: 'server',
        hex: '6f0013000500000000000000000000000000000100000000000000000000020000000000b2000300cd0000',
        messages: [{ malformed: 'The reply ends early' }],
      },
    ],
  },
  {
    kind: 'foreign',
    title: 'a command there is none of',
    units: [{ from: 'client', hex: '990000000000000000000000000000000000000000000000', messages: [] }],
  },
];
