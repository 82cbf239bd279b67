/** Samples of Modbus/TCP, written by hand from the function tables of V1.1b3 §6. */
import type { Sample } from '../dissector';

export const samples: readonly Sample[] = [
  {
    kind: 'normal',
    title: 'Three holding registers are read; the response takes its address from the request',
    units: [
      {
        from: 'client',
        hex: '0007 0000 0006 11 03 006b 0003',
        messages: [
          {
            kind: 'request',
            action: 'read_holding_registers',
            operation: 'read',
            functionCode: 3,
            unit: 17,
            object: 'holding_register',
            address: 107,
            quantity: 3,
            transaction: 7,
            text: 'Read holding registers 107–109 (unit 17, request)',
          },
        ],
      },
      {
        from: 'server',
        hex: '0007 0000 0009 11 03 06 022b 0000 0064',
        messages: [
          {
            kind: 'response',
            address: 107,
            quantity: 3,
            isUnpaired: false,
            text: 'Read holding registers 107–109 = 555, 0, 100 (unit 17, response)',
          },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'UMAS: a controller says what it is',
    units: [
      {
        from: 'client',
        hex: '0001 0000 0004 00 5a 00 02',
        messages: [{ action: 'umas_read_id', operation: 'identify' }],
      },
      {
        from: 'server',
        hex: '0001 0000 0015 00 5a 00 fe 0f30 ff5a 0001 0000 08 4d31204350552031',
        messages: [
          {
            kind: 'response',
            facts: [
              { of: 'sender', fact: 'vendor', value: 'Schneider Electric' },
              { of: 'sender', fact: 'model', value: 'M1 CPU 1' },
            ],
          },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'UMAS: a controller is told to start and refuses',
    units: [
      {
        from: 'client',
        hex: '0003 0000 0004 00 5a 07 40',
        messages: [
          {
            action: 'umas_start_plc',
            operation: 'control',
            functionCode: 90,
            text: 'UMAS start plc (unit 0, request)',
          },
        ],
      },
      {
        from: 'server',
        hex: '0003 0000 0005 00 5a 07 fd 83',
        messages: [{ kind: 'exception', action: 'umas_start_plc', exception: 0x83, isUnpaired: false }],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'A coil is switched on, and a write to a missing register is refused',
    units: [
      {
        from: 'client',
        hex: '0001 0000 0006 01 05 00ac ff00',
        messages: [
          {
            action: 'write_single_coil',
            operation: 'write',
            address: 172,
            text: 'Write coil 172 = 1 (unit 1, request)',
          },
        ],
      },
      {
        from: 'client',
        hex: '0002 0000 0006 01 06 ffff 0005',
        messages: [{ action: 'write_single_register', address: 65535 }],
      },
      {
        from: 'server',
        hex: '0002 0000 0003 01 86 02',
        messages: [
          {
            kind: 'exception',
            action: 'write_single_register',
            address: 65535,
            exception: 2,
            text: 'Write holding register 65535 refused: illegal data address (unit 1, exception 2)',
          },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'Functions beyond registers: write many, mask, read and write, FIFO, diagnostics, identification',
    units: [
      {
        from: 'client',
        hex: '0001 0000 000b 01 10 0001 0002 04 000a 0102',
        messages: [{ action: 'write_multiple_registers', address: 1, quantity: 2 }],
      },
      {
        from: 'client',
        hex: '0002 0000 0008 01 0f 0013 000a 01 cd',
        messages: [{ action: 'write_multiple_coils', address: 19, quantity: 10, malformed: null }],
      },
      {
        from: 'client',
        hex: '0003 0000 0008 01 16 0004 00f2 0025',
        messages: [{ action: 'mask_write_register', operation: 'write', address: 4 }],
      },
      {
        from: 'client',
        hex: '0004 0000 000d 01 17 0003 0006 000e 0001 02 00ff',
        messages: [
          {
            action: 'read_write_multiple_registers',
            operation: 'write',
            address: 14,
            quantity: 1,
            points: [{ object: 'holding_register', address: 14, stride: 1, values: new Uint16Array([255]) }],
            text: 'Read and write holding register 14 = 255, read 3–8 (unit 1, request)',
          },
        ],
      },
      {
        from: 'client',
        hex: '0005 0000 0004 01 18 04de',
        messages: [{ action: 'read_fifo_queue', address: 1246 }],
      },
      {
        from: 'client',
        hex: '0006 0000 0006 01 08 0004 0000',
        messages: [
          {
            action: 'diagnostics',
            operation: 'control',
            text: 'Diagnostics: force listen-only mode 0x0000 (unit 1, request)',
          },
        ],
      },
      {
        from: 'client',
        hex: '0007 0000 0005 01 2b 0e 01 00',
        messages: [{ operation: 'identify', object: 'device_identification' }],
      },
      {
        from: 'client',
        hex: '0008 0000 0004 01 5a 00 02',
        messages: [{ action: 'umas_read_id', operation: 'identify' }],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'A response whose request was not captured: values without an address',
    units: [
      {
        from: 'server',
        hex: '0009 0000 0005 01 03 02 0010',
        messages: [
          { kind: 'response', address: null, quantity: 1, isUnpaired: true, object: 'holding_register' },
        ],
      },
    ],
  },
  {
    kind: 'truncated',
    title: 'The byte count promises four bytes, two are there',
    units: [
      {
        from: 'server',
        hex: '0001 0000 0005 01 03 04 0007',
        messages: [{ kind: 'response', malformed: 'The message is shorter than its function needs' }],
      },
    ],
  },
  {
    kind: 'foreign',
    title: 'An HTTP request',
    units: [{ from: 'client', hex: '474554202f20485454502f312e310d0a0d0a', messages: [] }],
  },
  {
    kind: 'foreign',
    title: 'A TPKT with COTP',
    units: [{ from: 'client', hex: '0300001611e00000000100c0010ac1020100c2020102', messages: [] }],
  },
];
