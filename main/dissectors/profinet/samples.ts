/** Samples of PROFINET connection management, made up: a controller `plc1` and a device at slot 0. */
import { type Sample, sampleOf } from '../dissector';

export const samples: readonly Sample[] = [
  sampleOf(
    'normal',
    'a controller connects',
    'client',
    '0400200000000000dea000006c9711d1827100010003015adea000016c9711d1827100a02442df7d112233446c9711d1827100a02442df7d0000000000000001000000010000ffffffff008000000000000010000000006c00001000000000000000006c0101003a01000001000102030405060708090a0b0c0d0e0f00090200000000010000000000000000000000000000000000000011025888920004706c63310102002a0100000100018892000000010028c0020020000800010000ffffffff00030003c0000000000000000000',
    {
      kind: 'request',
      action: 'connect',
      operation: 'connect',
      host: 'plc1',
      text: 'PROFINET connect controller plc1 02:00:00:00:00:01, key 9, inputs by frame 0xc002, 40 bytes every 8 ms (request)',
    },
  ),
  {
    kind: 'normal',
    title: 'identification is read, answered in the other byte order',
    units: [
      {
        from: 'client',
        hex: '0400200000000000dea000006c9711d1827100010003015adea000016c9711d1827100a02442df7d112233446c9711d1827100a02442df7d0000000000000001000000020002ffffffff00540000000000001000000000400000100000000000000000400009003c01000001000102030405060708090a0b0c0d0e0f00000000000000010000aff000001000000000000000000000000000000000000000000000000000',
        messages: [
          {
            action: 'read',
            operation: 'identify',
            object: 'slot 0.1 record 0xaff0 (I&M0)',
            address: 0xaff0,
            transaction: 2,
          },
        ],
      },
      {
        from: 'server',
        hex: '04022000100000000000a0de976cd111827100010003015a0100a0de976cd111827100a02442df7d44332211976cd111827100a02442df7d0000000001000000020000000200ffffffff900000000000000000007c00000000100000000000007c0000008009003c01000001000102030405060708090a0b0c0d0e0f00000000000000010000aff00000003c000000000000000000000000000000000000000000000000002000380100002a36455337203030302d30414130302d30414130205320432d58312020202020202020202000015602000300000000000000000000',
        messages: [
          {
            kind: 'response',
            isUnpaired: false,
            facts: [
              { of: 'sender', fact: 'vendor', value: 'Siemens' },
              { of: 'sender', fact: 'model', value: '6ES7 000-0AA00-0AA0' },
              { of: 'sender', fact: 'serial', value: 'S C-X1' },
              { of: 'sender', fact: 'firmware', value: 'V2.0.3' },
            ],
            text: 'PROFINET read slot 0.1 record 0xaff0 (I&M0), vendor id 0x002a, order 6ES7 000-0AA00-0AA0, serial S C-X1, hardware 1, firmware V2.0.3 (response)',
          },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'a record is written and refused',
    units: [
      {
        from: 'client',
        hex: '0400200000000000dea000006c9711d1827100010003015adea000016c9711d1827100a02442df7d112233446c9711d1827100a02442df7d0000000000000001000000030003ffffffff00560000000000001000000000420000100000000000000000420008003c01000001000102030405060708090a0b0c0d0e0f000000000002000100000064000000020000000000000000000000000000000000000000000000000007',
        messages: [{ action: 'write', operation: 'write', object: 'slot 2.1 record 0x64', quantity: 2 }],
      },
      {
        from: 'server',
        hex: '0402200000000000dea000006c9711d1827100010003015adea000016c9711d1827100a02442df7d112233446c9711d1827100a02442df7d0000000000000001000000030003ffffffff005400000000df80b600000000400000100000000000000000408008003c01000001000102030405060708090a0b0c0d0e0f0000000000020001000000640000000000000000df80b60000000000000000000000000000000000',
        messages: [
          {
            kind: 'exception',
            exception: 0xdf80b600,
            text: 'PROFINET write slot 2.1 record 0x64 refused: access denied (exception)',
          },
        ],
      },
    ],
  },
  sampleOf(
    'normal',
    'the parameters are ended',
    'client',
    '0400200000000000dea000006c9711d1827100010003015adea000016c9711d1827100a02442df7d112233446c9711d1827100a02442df7d0000000000000001000000040004ffffffff00340000000000001000000000200000100000000000000000200110001c01000000000102030405060708090a0b0c0d0e0f0009000000010000',
    {
      action: 'control',
      operation: 'control',
      object: 'parameters end',
    },
  ),
  sampleOf(
    'normal',
    'a call is rejected',
    'server',
    '0406200000000000dea000006c9711d1827100010003015adea000016c9711d1827100a02442df7d112233446c9711d1827100a02442df7d0000000000000001000000050000ffffffff0004000000001c010003',
    {
      kind: 'exception',
      action: 'rpc_reject',
      exception: 0x1c010003,
    },
  ),
  sampleOf(
    'truncated',
    'a read whose header ends early',
    'client',
    '0400200000000000dea000006c9711d1827100010003015adea000016c9711d1827100a02442df7d112233446c9711d1827100a02442df7d0000000000000001000000020002ffffffff00280000000000001000000000140000100000000000000000140009003c01000001000102030405060708090a0b',
    {
      action: 'read',
      malformed: 'A block ends early',
    },
  ),
  sampleOf(
    'foreign',
    'another version of the protocol',
    'client',
    '05000b0310000000480000000100000000000000',
  ),
];
