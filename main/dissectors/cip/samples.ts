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
    kind: 'normal',
    title: 'PCCC: integers are read, a number is written and refused, the controller is put to program',
    units: [
      {
        from: 'client',
        hex: '6f0027000500000000000000010000000000000000000000000000000000020000000000b20017004b0220672401070100785634120f000100a20407890300',
        messages: [
          {
            action: 'pccc_typed_logical_read',
            operation: 'read',
            object: 'N7',
            address: 3,
            quantity: 4,
            text: 'PCCC typed logical read N7:3, 4 bytes',
          },
        ],
      },
      {
        from: 'server',
        hex: '6f0023000500000000000000010000000000000000000000000000000000020000000000b2001300cb000000070100785634124f000100e803ffff',
        messages: [
          {
            kind: 'response',
            object: 'N7',
            points: [{ object: 'N7', address: 3, stride: 1, values: [1000, -1] }],
            text: 'PCCC typed logical read N7:3 = 1000, -1 (reply)',
          },
        ],
      },
      {
        from: 'client',
        hex: '6f002b000500000000000000010000000000000000000000000000000000020000000000b2001b004b0220672401070100785634120f000200aa04088a010000004041',
        messages: [
          {
            operation: 'write',
            object: 'F8',
            points: [{ object: 'F8', address: 1, stride: 1, values: [12] }],
          },
        ],
      },
      {
        from: 'server',
        hex: '6f0020000500000000000000010000000000000000000000000000000000020000000000b2001000cb000000070100785634124ff002000b',
        messages: [
          {
            kind: 'exception',
            exception: 0xf0,
            text: 'PCCC typed logical write F8:1 refused: PCCC status 0xf0, 0xb (reply)',
          },
        ],
      },
      {
        from: 'client',
        hex: '6f0023000500000000000000010000000000000000000000000000000000020000000000b20013004b0220672401070100785634120f0003008001',
        messages: [{ action: 'pccc_change_mode', operation: 'control', text: 'PCCC change mode to program' }],
      },
      {
        from: 'server',
        hex: '6f001f000500000000000000010000000000000000000000000000000000020000000000b2000f00cb000000070100785634124f000300',
        messages: [{ kind: 'response', action: 'pccc_change_mode', operation: 'control' }],
      },
      {
        from: 'client',
        hex: '6f0022000500000000000000010000000000000000000000000000000000020000000000b20012004b0220672401070100785634120f00040053',
        messages: [{ action: 'pccc_upload_all_request', operation: 'program' }],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'who a controller is, what its clock shows, and a connection for its outputs',
    units: [
      {
        from: 'client',
        hex: '6f0016000500000000000000010000000000000000000000000000000000020000000000b2000600010220012401',
        messages: [{ action: 'get_attributes_all', operation: 'read' }],
      },
      {
        from: 'server',
        hex: '6f0028000500000000000000010000000000000000000000000000000000020000000000b20018008100000001000e00360014096030efbeadde05504c432d37',
        messages: [
          {
            facts: [
              { of: 'sender', fact: 'vendor', value: 'Rockwell Automation' },
              { of: 'sender', fact: 'firmware', value: '20.9' },
              { of: 'sender', fact: 'serial', value: 'deadbeef' },
              { of: 'sender', fact: 'model', value: 'PLC-7' },
            ],
            text: 'get attributes all Identity instance 1 Rockwell Automation, type 14, product 54, revision 20.9, state run, serial deadbeef, name PLC-7 (reply)',
          },
        ],
      },
      {
        from: 'client',
        hex: '6f001a000500000000000000010000000000000000000000000000000000020000000000b2000a000302208b240101000600',
        messages: [{ text: 'get attribute list Wall Clock instance 1 attributes 6' }],
      },
      {
        from: 'server',
        hex: '6f0022000500000000000000010000000000000000000000000000000000020000000000b20012008300000001000600000000401e18240a0600',
        messages: [{ clockUs: 1_700_000_000_000_000 }],
      },
      {
        from: 'client',
        hex: '6f0022000500000000000000010000000000000000000000000000000000020000000000b20012000402208b24010100060000401e18240a0600',
        messages: [
          {
            operation: 'configure',
            text: 'set attribute list Wall Clock instance 1 clock set to 2023-11-14T22:13:20.000Z',
          },
        ],
      },
      {
        from: 'client',
        hex: '6f004c000500000000000000010000000000000000000000000000000000020000000000b2003c005402200624010a0e0000000044332211070001007856341203000000102700002048204e00003048010934040100000000000000200424012c642c65',
        messages: [
          {
            action: 'forward_open',
            operation: 'connect',
            text: 'forward open Connection Manager instance 1 to Assembly instance 1 points 100, 101, class 1, cyclic, 32 bytes every 10 ms, back 48 bytes every 20 ms, connection 0x0007 of Rockwell Automation 0x12345678',
          },
        ],
      },
      {
        from: 'server',
        hex: '6f002e000500000000000000010000000000000000000000000000000000020000000000b2001e00d40000008877665544332211070001007856341210270000204e00000000',
        messages: [
          {
            kind: 'response',
            text: 'forward open Connection Manager instance 1 as 0x55667788 and 0x11223344, connection 0x0007 of Rockwell Automation 0x12345678 (reply)',
          },
        ],
      },
      {
        from: 'client',
        hex: '6f001a000500000000000000010000000000000000000000000000000000020000000000b2000a0010032004249630030102',
        messages: [
          {
            action: 'set_attribute_single',
            operation: 'write',
            points: [
              { object: 'Assembly instance 150 attribute 3', address: null, stride: 1, values: [513] },
            ],
          },
        ],
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
