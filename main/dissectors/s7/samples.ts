/** Samples of S7comm, built by hand: a session from connection to stop. */
import type { Sample } from '../dissector';

export const samples: readonly Sample[] = [
  {
    kind: 'normal',
    title: 'A bit of a data block is written and the write is confirmed',
    units: [
      {
        from: 'client',
        hex: '03000024 02f080 32 01 0000 0005 000e 0005 05 01 12 0a 10 01 0001 000a 84 000020 00 03 0001 01',
        messages: [
          {
            kind: 'request',
            action: 'write_var',
            operation: 'write',
            object: 'DB10',
            address: 32,
            quantity: 1,
            transaction: 5,
            text: 'Write DB10.DBX4.0 = 1 (request)',
          },
        ],
      },
      {
        from: 'server',
        hex: '03000016 02f080 32 03 0000 0005 0002 0001 0000 05 01 ff',
        messages: [{ kind: 'response', object: 'DB10', address: 32, exception: null, isUnpaired: false }],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'Of three words one is refused, then all, then a single one',
    units: [
      {
        from: 'client',
        hex: '03000049 02f080 32 01 0000 0001 0026 0012 05 03 12 0a 10 04 0001 0001 84 000000 12 0a 10 04 0001 0002 84 000020 12 0a 10 04 0001 0003 84 000040 00 04 0010 0001 00 04 0010 0002 00 04 0010 0003',
        messages: [{ text: 'Write DB1.DBW0 = 1, DB2.DBW4 = 2, DB3.DBW8 = 3 (request)' }],
      },
      {
        from: 'server',
        hex: '03000018 02f080 32 03 0000 0001 0002 0003 0000 05 03 ff 05 ff',
        messages: [
          {
            kind: 'response',
            exception: 5,
            object: 'DB1',
            text: 'Write DB2.DBW4: invalid address, DB1.DBW0: success, DB3.DBW8: success – 1 of 3 refused (response)',
          },
        ],
      },
      {
        from: 'client',
        hex: '03000049 02f080 32 01 0000 0002 0026 0012 05 03 12 0a 10 04 0001 0001 84 000000 12 0a 10 04 0001 0002 84 000020 12 0a 10 04 0001 0003 84 000040 00 04 0010 0001 00 04 0010 0002 00 04 0010 0003',
        messages: [{ action: 'write_var' }],
      },
      {
        from: 'server',
        hex: '03000018 02f080 32 03 0000 0002 0002 0003 0000 05 03 0a 05 03',
        messages: [
          {
            kind: 'exception',
            exception: 10,
            text: 'Write DB1.DBW0: object does not exist, DB2.DBW4: invalid address, DB3.DBW8: access not allowed – 3 of 3 refused (exception)',
          },
        ],
      },
      {
        from: 'client',
        hex: '0300001f 02f080 32 01 0000 0003 000e 0000 04 01 12 0a 10 08 0001 0001 84 000010',
        messages: [{ action: 'read_var' }],
      },
      {
        from: 'server',
        hex: '03000019 02f080 32 03 0000 0003 0002 0004 0000 04 01 0a 00 0000',
        messages: [
          {
            kind: 'exception',
            exception: 10,
            text: 'Read DB1.DBD2 refused: object does not exist (exception)',
          },
        ],
      },
      {
        from: 'server',
        hex: '03000017 02f080 32 03 0000 0009 0002 0002 0000 05 02 ff 05',
        messages: [
          {
            kind: 'response',
            exception: 5,
            isUnpaired: true,
            quantity: null,
            text: 'Write item 2: invalid address, item 1: success – 1 of 2 refused (response)',
          },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title:
      'The connection names rack and slot, communication is set up, a real number is read, the CPU is stopped',
    units: [
      { from: 'client', hex: '03000016 11 e0 0000 0001 00 c0 01 0a c1 02 0100 c2 02 0102', messages: [] },
      {
        from: 'client',
        hex: '03000019 02f080 32 01 0000 0000 0008 0000 f0 00 0001 0001 01e0',
        messages: [{ action: 'setup_communication', operation: 'connect', unit: 2 }],
      },
      {
        from: 'client',
        hex: '0300001f 02f080 32 01 0000 0006 000e 0000 04 01 12 0a 10 08 0001 0001 84 000010',
        messages: [{ action: 'read_var', object: 'DB1', address: 16, text: 'Read DB1.DBD2 (request)' }],
      },
      {
        from: 'server',
        hex: '0300001d 02f080 32 03 0000 0006 0002 0008 0000 04 01 ff 07 0004 41200000',
        messages: [{ text: 'Read DB1.DBD2 = 10 (response)' }],
      },
      {
        from: 'client',
        hex: '03000021 02f080 32 01 0000 0007 0010 0000 29 0000000000 09 505f50524f4752414d',
        messages: [{ action: 'plc_stop', operation: 'control', functionCode: 41 }],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'Start of the CPU, upload of a block, a status list, the clock',
    units: [
      {
        from: 'client',
        hex: '03000025 02f080 32 01 0000 0001 0014 0000 28 000000000000fd 0000 09 505f50524f4752414d',
        messages: [{ action: 'plc_start', operation: 'control', text: 'PLC start (warm restart) (request)' }],
      },
      {
        from: 'client',
        hex: '03000023 02f080 32 01 0000 0002 0012 0000 1d 00 0000 00000000 09 5f30413030303130 41',
        messages: [{ action: 'start_upload', operation: 'program', file: 'DB10' }],
      },
      {
        from: 'client',
        hex: '03000021 02f080 32 07 0000 0003 0008 0008 000112 04 11 44 01 00 ff 09 0004 0011 0000',
        messages: [
          {
            action: 'read_szl',
            operation: 'identify',
            text: 'Read system status list 0x0011 index 0x0000 (request)',
          },
        ],
      },
      {
        from: 'client',
        hex: '03000027 02f080 32 07 0000 0004 0008 000e 000112 04 11 47 02 00 ff 09 000a 0019 260316121530 0002',
        messages: [
          { action: 'set_clock', operation: 'configure', text: 'Set clock 2026-03-16 12:15:30 (request)' },
        ],
      },
    ],
  },
  {
    kind: 'truncated',
    title: 'A read whose item is missing',
    units: [
      {
        from: 'client',
        hex: '03000013 02f080 32 01 0000 0006 000e 0000 04 01',
        messages: [{ action: 'read_var', malformed: 'The message is shorter than its own lengths say' }],
      },
    ],
  },
  {
    kind: 'foreign',
    title: 'A remote desktop connection request and its first data',
    units: [{ from: 'client', hex: '0300000b 02f080 7f65 8201', messages: [] }],
  },
  {
    kind: 'foreign',
    title: 'A Modbus request',
    units: [{ from: 'client', hex: '000700000006 11 03 006b 0003', messages: [] }],
  },
];
