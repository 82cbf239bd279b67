/** BACnet/IP messages written after ASHRAE 135. */
import type { Sample } from '../dissector';

export const samples: readonly Sample[] = [
  {
    kind: 'normal',
    title: 'present value of an analogue input is read',
    units: [
      {
        from: 'client',
        hex: '810a0011 0104 00 05 01 0c 0c00000005 1955',
        messages: [
          {
            kind: 'request',
            action: 'read_property',
            operation: 'read',
            object: 'analog-input',
            address: 5,
            transaction: 1,
            functionCode: 12,
          },
        ],
      },
      {
        from: 'server',
        hex: '810a0017 0100 30 01 0c 0c00000005 1955 3e 4441b80000 3f',
        messages: [
          {
            kind: 'response',
            isUnpaired: false,
            points: [{ object: 'analog-input present-value', address: 5, stride: 0, values: [23] }],
          },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'a binary output is written at priority 8, then the write is refused',
    units: [
      {
        from: 'client',
        hex: '810a0017 0104 00 05 02 0f 0c01000003 1955 3e 9101 3f 4908',
        messages: [
          {
            action: 'write_property',
            operation: 'write',
            object: 'binary-output',
            address: 3,
            text: 'write property binary-output 3 present-value = 1 priority 8 (invoke 2, request)',
          },
        ],
      },
      {
        from: 'server',
        hex: '810a000d 0100 50 02 0f 9102 9128',
        messages: [
          {
            kind: 'exception',
            action: 'write_property',
            object: 'binary-output',
            exception: 552,
            isUnpaired: false,
          },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'devices are asked for and one answers; another is told to start anew',
    units: [
      {
        from: 'client',
        hex: '810b0008 0100 10 08',
        messages: [{ kind: 'request', action: 'who_is', operation: 'identify' }],
      },
      {
        from: 'server',
        hex: '810b0014 0100 10 00 c4020004d2 2205c4 9103 2107',
        messages: [
          {
            kind: 'response',
            action: 'i_am',
            object: 'device',
            address: 1234,
            text: 'i am device 1234, vendor 7',
          },
        ],
      },
      {
        from: 'client',
        hex: '810a000c 0104 00 05 03 14 0901',
        messages: [
          {
            action: 'reinitialize_device',
            operation: 'control',
            text: 'reinitialize device warm start (invoke 3, request)',
          },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'properties of two objects are answered, each value with its own object',
    units: [
      {
        from: 'server',
        hex: '810a0029 0100 30 01 0e 0c00000001 1e 2955 4e 4441200000 4f 1f 0c00000002 1e 2955 4e 4441a00000 4f 1f',
        messages: [
          {
            action: 'read_property_multiple',
            object: 'analog-input',
            address: 1,
            quantity: 2,
            points: [
              { object: 'analog-input present-value', address: 1, stride: 0, values: [10] },
              { object: 'analog-input present-value', address: 2, stride: 0, values: [20] },
            ],
          },
        ],
      },
      {
        from: 'client',
        hex: '810a0017 0104 00 05 02 10 0c01000000 1e 0955 2e 9101 2f 1f',
        messages: [
          {
            action: 'write_property_multiple',
            operation: 'write',
            points: [{ object: 'binary-output present-value', address: 0, stride: 0, values: [1] }],
          },
        ],
      },
      {
        from: 'client',
        hex: '810b001c 0100 10 01 c40200003d c402000065 7508 0053594e45524759',
        messages: [{ action: 'i_have', object: 'device', address: 61 }],
      },
    ],
  },
  {
    kind: 'truncated',
    title: 'a read that ends inside the object',
    units: [
      {
        from: 'client',
        hex: '810a000d 0104 00 05 01 0c 0c0000',
        messages: [{ malformed: 'The message is shorter than it says' }],
      },
    ],
  },
  {
    kind: 'foreign',
    title: 'another BVLL type',
    units: [{ from: 'client', hex: '820a00080100 1008', messages: [] }],
  },
];
