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
    kind: 'normal',
    title: 'two devices behind one router: each answer goes to its own request, and the router gets no names',
    units: [
      {
        from: 'client',
        hex: '810a001d 0124 0007 01 0c ff 0005220f 0c00400001 1955 3e 4442480000 3f',
        messages: [
          {
            object: 'analog-output',
            address: 1,
            text: 'write property analog-output 1 present-value = 50 (invoke 34, request, to network 7 station 12)',
          },
        ],
      },
      {
        from: 'client',
        hex: '810a001d 0124 0007 01 0d ff 0005220f 0c00400002 1955 3e 4442480000 3f',
        messages: [{ object: 'analog-output', address: 2 }],
      },
      {
        from: 'server',
        hex: '810a0011 0108 0007 01 0c 50220f 9102 9128',
        messages: [
          {
            kind: 'exception',
            address: 1,
            isUnpaired: false,
            text: 'write property analog-output 1 present-value = 50 failed: property: write-access-denied (invoke 34, exception, from network 7 station 12)',
          },
        ],
      },
      {
        from: 'server',
        hex: '810a000d 0108 0007 01 0d 20220f',
        messages: [{ kind: 'response', address: 2, isUnpaired: false }],
      },
      {
        from: 'server',
        hex: '810b001c 0128 ffff 00 0007 01 0c ff 1000 c4020004d2 2205c4 9103 2105',
        messages: [
          {
            action: 'i_am',
            facts: undefined,
            text: 'i am device 1234, vendor 5 (from network 7 station 12, to all networks)',
          },
        ],
      },
      {
        from: 'server',
        hex: '810b000b 0180 01 0007 0008',
        messages: [{ action: 'i_am_router_to_network', text: 'i am router to network 7, 8' }],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'a broadcast device sends on what another said: the facts are of that one',
    units: [
      {
        from: 'server',
        hex: '8104001a 0a00054d bac0 0100 1000 c4020004d4 2205c4 9103 2107',
        messages: [
          {
            text: 'i am device 1236, vendor 7 (sent on for 10.0.5.77:47808)',
            facts: [
              { of: { ip: '10.0.5.77' }, fact: 'name', value: 'BACnet device 1236' },
              { of: { ip: '10.0.5.77' }, fact: 'vendor', value: 'Siemens' },
            ],
          },
        ],
      },
      {
        from: 'client',
        hex: '81050006 003c',
        messages: [{ action: 'register_foreign_device', text: 'register foreign device for 60 s' }],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'a write of several properties in two segments is read whole, with its last',
    units: [
      {
        from: 'client',
        hex: '810a0017 0104 0c 75 40 00 02 10 0c00400001 1e 0955 2e 44 42',
        messages: [
          {
            action: 'write_property_multiple',
            points: [],
            malformed: null,
            text: 'write property multiple, segment 1, more follow (invoke 64, request)',
          },
        ],
      },
      {
        from: 'client',
        hex: '810a0017 0104 0c 75 40 00 02 10 0c00400001 1e 0955 2e 44 42',
        messages: [{ text: 'write property multiple, segment 1, seen before (invoke 64, request)' }],
      },
      {
        from: 'client',
        hex: '810a0021 0104 08 75 40 01 02 10 480000 2f 1f 0c00400002 1e 0955 2e 4442c80000 2f 1f',
        messages: [
          {
            kind: 'request',
            quantity: 2,
            points: [
              { object: 'analog-output present-value', address: 1, stride: 0, values: [50] },
              { object: 'analog-output present-value', address: 2, stride: 0, values: [100] },
            ],
          },
        ],
      },
      {
        from: 'server',
        hex: '810a0009 0100 20 40 10',
        messages: [{ kind: 'response', address: 1, isUnpaired: false }],
      },
      {
        from: 'client',
        hex: '810a0021 0104 08 75 41 01 02 10 480000 2f 1f 0c00400002 1e 0955 2e 4442c80000 2f 1f',
        messages: [
          {
            points: [],
            malformed: 'Segments before this one are missing: what they say together was not read',
          },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'refusals without a request name no service; an error inside a tag is read',
    units: [
      {
        from: 'server',
        hex: '810a0009 0100 60 21 09',
        messages: [
          {
            action: 'reject',
            functionCode: null,
            exception: 9,
            isUnpaired: true,
            text: 'something not captured rejected: unrecognized-service (invoke 33, exception)',
          },
        ],
      },
      {
        from: 'server',
        hex: '810a0009 0100 71 21 04',
        messages: [
          {
            action: 'abort',
            text: 'something not captured aborted: segmentation-not-supported (invoke 33, exception)',
          },
        ],
      },
      {
        from: 'server',
        hex: '810a0018 0100 50 30 10 0e 9102 9128 0f 1e 0c00400001 1955 1f',
        messages: [
          {
            exception: 552,
            text: 'write property multiple failed: property: write-access-denied (invoke 48, exception)',
          },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'an alarm and who acknowledged it, a file written, devices asked for by number',
    units: [
      {
        from: 'server',
        hex: '810b002b 0100 1003 0901 1c0200003d 2c00000005 3e 1907 3f 490a 5964 6905 7c00486f74 8900 9901 a900 b903',
        messages: [
          {
            object: 'analog-input',
            address: 5,
            text: 'unconfirmed event notification analog-input 5 of device 61: alarm out-of-range, normal → high-limit, priority 100, "Hot"',
          },
        ],
      },
      {
        from: 'client',
        hex: '810a0020 0104 000552 00 0901 1c00000005 2903 3e 1907 3f 4c006f7031 5e 1908 5f',
        messages: [{ text: 'acknowledge alarm analog-input 5, high-limit by "op1" (invoke 82, request)' }],
      },
      {
        from: 'client',
        hex: '810a0019 0104 000551 07 c402800001 0e 3164 65 04 01020304 0f',
        messages: [
          {
            object: 'file',
            address: 1,
            text: 'atomic write file file 1 from 100, 4 bytes (invoke 81, request)',
          },
        ],
      },
      {
        from: 'client',
        hex: '810b000e 0100 1008 0a04d2 1a04d2',
        messages: [{ text: 'who is device 1234' }],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'a device is told to be silent, with a password',
    secret: 'secret',
    units: [
      {
        from: 'client',
        hex: '810a0017 0104 000550 11 0905 1901 2d0700 736563726574',
        messages: [
          {
            operation: 'control',
            text: 'device communication control disable for 5 min (invoke 80, request)',
          },
        ],
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
