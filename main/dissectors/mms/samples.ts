/** Samples of MMS, made up: an IEC 61850 server with a breaker and a measurement. */
import { type Sample, sampleOf } from '../dissector';

export const samples: readonly Sample[] = [
  {
    kind: 'normal',
    title: 'a frequency is read, and a position that does not exist',
    units: [
      {
        from: 'client',
        hex: '0300005c02f08001000100614f304d020103a048a046020107a441a13fa03d301ca01aa1181a034c44301a114d4d585531244d5824487a246d61672466301da01ba1191a034c44301a12584342523124535424506f7324737456616c',
        messages: [
          {
            kind: 'request',
            action: 'read',
            operation: 'read',
            functionCode: 4,
            object: 'LD0/MMXU1$MX$Hz$mag$f',
            quantity: 2,
            transaction: 7,
            text: 'MMS read LD0/MMXU1$MX$Hz$mag$f, LD0/XCBR1$ST$Pos$stVal (request)',
          },
        ],
      },
      {
        from: 'server',
        hex: '0300002702f08001000100611a3018020103a013a111020107a40ca10a8705084248000080010a',
        messages: [
          {
            kind: 'exception',
            object: 'LD0/MMXU1$MX$Hz$mag$f',
            exception: 10,
            isUnpaired: false,
            points: [{ object: 'LD0/MMXU1$MX$Hz$mag$f', address: 0, stride: 1, values: [50] }],
            text: 'MMS read LD0/MMXU1$MX$Hz$mag$f = 50, LD0/XCBR1$ST$Pos$stVal: object does not exist (exception)',
          },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'a breaker is operated',
    units: [
      {
        from: 'client',
        hex: '0300004502f0800100010061383036020103a031a02f020108a52aa01e301ca01aa1181a034c44301a11584342523124434f24506f73244f706572a008a206830101850105',
        messages: [
          {
            kind: 'request',
            action: 'write',
            operation: 'control',
            object: 'LD0/XCBR1$CO$Pos$Oper',
            points: [{ object: 'LD0/XCBR1$CO$Pos$Oper', address: 0, stride: 1, values: [1, 5] }],
            text: 'MMS write LD0/XCBR1$CO$Pos$Oper = 1, 5 (request)',
          },
        ],
      },
      {
        from: 'server',
        hex: '0300001d02f080010001006110300e020103a009a107020108a5028100',
        messages: [{ kind: 'response', action: 'write', operation: 'control', isUnpaired: false }],
      },
    ],
  },
  sampleOf(
    'normal',
    'a report',
    'server',
    '0300003302f0800100010061263024020103a01fa31da01ba1058003525054a0128a0d4c44302f4c4c4e302452502461860103',
    {
      kind: 'unsolicited',
      action: 'information_report',
      operation: 'report',
      object: 'LD0/LLN0$RP$a',
      points: [
        { object: 'RPT', address: 0, stride: 1, values: [Number.NaN, 3], texts: ['LD0/LLN0$RP$a', null] },
      ],
    },
  ),
  {
    kind: 'normal',
    title: 'a disturbance record is opened and read; another may not be deleted',
    units: [
      {
        from: 'client',
        hex: '0300003202f0800100010061253023020103a01ea01c020109bf4816a011190f434f4d54524144452f66312e646174810100',
        messages: [{ action: 'file_open', operation: 'read', file: 'COMTRADE/f1.dat' }],
      },
      {
        from: 'server',
        hex: '0300003502f0800100010061283026020103a021a11f020109bf4819800105a114800140810f32303236303130313030303030305a',
        messages: [
          {
            kind: 'response',
            file: 'COMTRADE/f1.dat',
            text: 'MMS file open COMTRADE/f1.dat, 64 bytes (response)',
          },
        ],
      },
      {
        from: 'client',
        hex: '0300001d02f080010001006110300e020103a009a00702010a9f490105',
        messages: [{ action: 'file_read', file: 'COMTRADE/f1.dat' }],
      },
      {
        from: 'server',
        hex: '0300002302f0800100010061163014020103a00fa10d02010abf490780020102810100',
        messages: [{ kind: 'response', file: 'COMTRADE/f1.dat', quantity: 2 }],
      },
      {
        from: 'client',
        hex: '0300002402f0800100010061173015020103a010a00e02010bbf4c08190666312e646174',
        messages: [{ action: 'file_delete', operation: 'write', file: 'f1.dat' }],
      },
      {
        from: 'server',
        hex: '0300002002f0800100010061133011020103a00ca20a80010ba205a0038b0107',
        messages: [
          {
            kind: 'exception',
            action: 'file_delete',
            exception: 11 * 256 + 7,
            text: 'MMS file delete f1.dat refused: file: file does not exist (exception)',
          },
        ],
      },
    ],
  },
  {
    kind: 'normal',
    title: 'the device is asked what it holds and what it is',
    units: [
      {
        from: 'client',
        hex: '0300004602f0800d3d0506130100160102c1333131a003800101a22a61283026020101a021601fa107060528ca220203be142812020103a00da80b800300fa00810105820105',
        messages: [
          {
            kind: 'request',
            action: 'initiate',
            text: 'MMS initiate, messages of up to 64000 bytes (request)',
          },
        ],
      },
      {
        from: 'client',
        hex: '0300002402f0800100010061173015020103a010a00e02010ca109a003800109a1028000',
        messages: [{ action: 'get_name_list', text: 'MMS get name list domains of the device (request)' }],
      },
      {
        from: 'server',
        hex: '0300002a02f08001000100611d301b020103a016a11402010ca10fa00a1a034c44301a034c4431810100',
        messages: [{ kind: 'response', quantity: 2, text: 'MMS get name list LD0, LD1 (response)' }],
      },
      {
        from: 'client',
        hex: '0300001b02f08001000100610e300c020103a007a00502010d8200',
        messages: [{ action: 'identify', operation: 'identify' }],
      },
      {
        from: 'server',
        hex: '0300003002f0800100010061233021020103a01ca11a02010da21580054d616b6572810752656c617920318203322e30',
        messages: [
          {
            kind: 'response',
            text: 'MMS identify vendor Maker, model Relay 1, revision 2.0 (response)',
            facts: [
              { of: 'sender', fact: 'vendor', value: 'Maker' },
              { of: 'sender', fact: 'model', value: 'Relay 1' },
              { of: 'sender', fact: 'firmware', value: '2.0' },
            ],
          },
        ],
      },
    ],
  },
  sampleOf(
    'truncated',
    'a read whose list claims more than there is',
    'client',
    '0300001d02f08001000100611030 0e020103a009a007020107a448a102',
    { action: 'read', malformed: 'An element is longer than what holds it' },
  ),
  sampleOf('foreign', 'S7 communication', 'client', '0300001902f080320100000400000800 00f0000001000101e0'),
  sampleOf('foreign', 'a Modbus request', 'client', '0007 0000 0006 11 03 006b 0003'),
];
