/** APDUs of IEC 60870-5-104 written after the standard. */
import type { Sample } from '../dissector';

export const samples: readonly Sample[] = [
  {
    kind: 'normal',
    title: 'data transfer is started, a single command is executed and confirmed',
    units: [
      {
        from: 'client',
        hex: '680407000000',
        messages: [{ kind: 'request', action: 'startdt', operation: 'connect' }],
      },
      { from: 'server', hex: '68040b000000', messages: [{ kind: 'response', action: 'startdt' }] },
      {
        from: 'client',
        hex: '680e 0000 0000 2d 01 06 00 0100 a10f00 01',
        messages: [
          {
            kind: 'request',
            action: 'command',
            operation: 'control',
            functionCode: 45,
            unit: 1,
            object: 'ioa',
            address: 4001,
          },
        ],
      },
      {
        from: 'server',
        hex: '680e 0000 0200 2d 01 07 00 0100 a10f00 01',
        messages: [{ kind: 'response', action: 'command', address: 4001, isUnpaired: false }],
      },
      {
        from: 'server',
        hex: '680e 0200 0200 2d 01 47 00 0100 a20f00 81',
        messages: [{ kind: 'exception', action: 'command_select', exception: 7, isUnpaired: true }],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'two short floats in a row, the second invalid; then a point with its time',
    units: [
      {
        from: 'server',
        hex: '6817 0400 0200 0d 82 14 00 0100 d00700 0000c841 00 000080bf 80',
        messages: [
          {
            kind: 'response',
            action: 'report',
            quantity: 2,
            points: [
              { object: 'ioa', address: 2000, stride: 1, values: [25, -1], qualities: [null, 'invalid'] },
            ],
          },
        ],
      },
      {
        from: 'server',
        hex: '6815 0600 0200 1e 01 03 00 0100 0b0000 01 e803 0f 0a 10 03 1a',
        messages: [
          {
            kind: 'unsolicited',
            text: 'Single-point information IOA 11 = on (M_SP_TB_1, spontaneous, common address 1, stated time 2026-03-16 10:15:01.000)',
          },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'a file is selected, one is deleted, another refused; its parts come and are acknowledged',
    units: [
      {
        from: 'client',
        hex: '6811 0000 0000 7a 01 0d 00 0700 102700 0300 00 01',
        messages: [
          {
            kind: 'request',
            action: 'select_file',
            operation: 'program',
            file: '3',
            address: 10000,
            text: 'Select file 3 IOA 10000 (F_SC_NA_1, file transfer, common address 7)',
          },
        ],
      },
      {
        from: 'client',
        hex: '6811 0000 0000 7a 01 0d 00 0700 102700 0300 00 04',
        messages: [
          {
            kind: 'request',
            action: 'delete_file',
            text: 'Delete file 3 IOA 10000 (F_SC_NA_1, file transfer, common address 7)',
          },
        ],
      },
      {
        from: 'server',
        hex: '6813 0000 0000 78 01 0d 00 0700 102700 0300 000000 80',
        messages: [
          {
            kind: 'exception',
            action: 'file_ready',
            exception: 1,
            text: 'File 3 is not ready IOA 10000 (F_FR_NA_1, file transfer, common address 7)',
          },
        ],
      },
      {
        from: 'server',
        hex: '6813 0000 0000 78 01 0d 00 0700 102700 0300 000200 00',
        messages: [
          {
            kind: 'response',
            text: 'File 3 is ready, 512 bytes IOA 10000 (F_FR_NA_1, file transfer, common address 7)',
          },
        ],
      },
      {
        from: 'client',
        hex: '6811 0000 0000 7a 01 0d 00 0700 102700 0300 01 06',
        messages: [
          {
            action: 'request_section',
            text: 'Request section 1 of file 3 IOA 10000 (F_SC_NA_1, file transfer, common address 7)',
          },
        ],
      },
      {
        from: 'server',
        hex: '6813 0000 0000 7d 01 0d 00 0700 102700 0300 01 02 aabb',
        messages: [
          {
            kind: 'response',
            action: 'file_segment',
            text: 'Segment of section 1 of file 3, 2 bytes IOA 10000 (F_SG_NA_1, file transfer, common address 7)',
          },
        ],
      },
      {
        from: 'server',
        hex: '6812 0000 0000 7b 01 0d 00 0700 102700 0300 01 03 65',
        messages: [
          {
            kind: 'response',
            action: 'file_transfer_end',
            text: 'End of section 1 of file 3: section transfer, not deactivated IOA 10000 (F_LS_NA_1, file transfer, common address 7)',
          },
        ],
      },
      {
        from: 'client',
        hex: '6811 0000 0000 7c 01 0d 00 0700 102700 0300 01 24',
        messages: [
          {
            kind: 'exception',
            action: 'acknowledge_file',
            exception: 2,
            text: 'Acknowledge section 1 of file 3: section refused, checksum failed IOA 10000 (F_AF_NA_1, file transfer, common address 7)',
          },
        ],
      },
      {
        from: 'client',
        hex: '6811 0000 0000 7a 01 05 00 0700 000000 0000 00 00',
        messages: [
          {
            kind: 'request',
            action: 'call_directory',
            operation: 'read',
            text: 'Call directory (F_SC_NA_1, requested, common address 7)',
          },
        ],
      },
      {
        from: 'server',
        hex: '681a 0000 0000 7e 01 05 00 0700 102700 0300 000200 00 e803 0f 0a 10 03 1a',
        messages: [
          {
            kind: 'response',
            action: 'directory',
            malformed: null,
            text: 'Directory: file 3, 512 bytes IOA 10000 (F_DR_TA_1, requested, common address 7)',
          },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'who starts the transfer of data controls, whoever opened the connection: it offers a file',
    units: [
      { from: 'server', hex: '680407000000', messages: [{ action: 'startdt' }] },
      {
        from: 'server',
        hex: '6813 0000 0000 78 01 0d 00 0700 102700 0300 000200 00',
        messages: [{ kind: 'request', action: 'file_ready' }],
      },
      {
        from: 'client',
        hex: '6811 0000 0000 7c 01 0d 00 0700 102700 0300 00 01',
        messages: [{ kind: 'response', exception: null }],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'lines for readers who do not know the codes',
    units: [
      {
        from: 'client',
        hex: '6812 0000 0000 32 01 06 00 0700 9d1300 0000f642 80',
        messages: [
          {
            action: 'set_point_select',
            text: 'Set point (short float) IOA 5021 = 123, select (C_SE_NC_1, activation, common address 7)',
          },
        ],
      },
      {
        from: 'client',
        hex: '6812 0000 0000 70 01 06 00 0700 c90000 0000c03f 83',
        messages: [
          {
            action: 'parameter',
            operation: 'configure',
            text: 'Parameter (short float) IOA 201 = 1.5, low limit, not in operation (P_ME_NC_1, activation, common address 7)',
          },
        ],
      },
      {
        from: 'client',
        hex: '680e 0000 0000 2e 01 06 00 0700 2c0100 06',
        messages: [
          {
            text: 'Double command IOA 300 = on, short pulse (C_DC_NA_1, activation, common address 7)',
            points: [{ address: 300, values: [2] }],
          },
        ],
      },
      {
        from: 'client',
        hex: '680e 0000 0000 2f 01 06 00 0700 2d0100 01',
        messages: [
          { text: 'Regulating step command IOA 301 = lower (C_RC_NA_1, activation, common address 7)' },
        ],
      },
      {
        from: 'client',
        hex: '680e 0000 0000 64 01 06 00 0700 000000 14',
        messages: [
          {
            action: 'interrogation',
            text: 'Interrogation = station (C_IC_NA_1, activation, common address 7)',
          },
        ],
      },
      {
        from: 'client',
        hex: '680e 0000 0000 65 01 06 00 0700 000000 45',
        messages: [
          { text: 'Counter interrogation = general, freeze (C_CI_NA_1, activation, common address 7)' },
        ],
      },
      {
        from: 'client',
        hex: '680e 0000 0000 69 01 06 00 0700 000000 01',
        messages: [
          {
            action: 'reset_process',
            text: 'Reset process = general (C_RP_NA_1, activation, common address 7)',
          },
        ],
      },
      {
        from: 'server',
        hex: '680e 0000 0000 46 01 04 00 0700 000000 00',
        messages: [
          {
            kind: 'unsolicited',
            action: 'end_of_initialisation',
            text: 'End of initialisation (M_EI_NA_1, initialised, common address 7)',
          },
        ],
      },
      {
        from: 'server',
        hex: '6812 0000 0000 03 02 14 00 0700 010000 00 020000 02',
        messages: [
          {
            kind: 'response',
            text: 'Double-point information IOA 1 = intermediate and 1 more (M_DP_NA_1, interrogated, common address 7)',
            points: [{ values: [0] }, { values: [2] }],
          },
        ],
      },
      {
        from: 'server',
        hex: '680e 0000 0000 c8 01 03 00 0700 010000 00',
        messages: [{ kind: 'unsolicited', text: 'Type 200 IOA 1 (type_200, spontaneous, common address 7)' }],
      },
    ],
  },
  {
    kind: 'truncated',
    title: 'a file call without its qualifier',
    units: [
      {
        from: 'client',
        hex: '6810 0000 0000 7a 01 0d 00 0700 102700 0300 00',
        messages: [{ malformed: 'The ASDU is shorter than its objects need' }],
      },
    ],
  },
  {
    kind: 'truncated',
    title: 'a measured value whose quality is missing',
    units: [
      {
        from: 'server',
        hex: '6811 0400 0200 0d 01 03 00 0100 d00700 0000c841',
        messages: [{ malformed: 'The ASDU is shorter than its objects need' }],
      },
    ],
  },
  {
    kind: 'foreign',
    title: 'a start octet before a U format with a tail',
    units: [{ from: 'client', hex: '68050700000000', messages: [] }],
  },
];
