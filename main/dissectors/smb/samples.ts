/** Samples of SMB, written by hand after [MS-SMB2] §2.2. */
import { type Sample, sampleOf } from '../dissector';
import { littleHex, wideHexOf } from '../sample-hex';

const SESSION = '0100000000000000';
const FILE = '11000000000000002200000000000000';
const NO_SIGNATURE = '00'.repeat(16);

/** A data unit in its NetBIOS frame. */
function frame(...parts: readonly string[]): string {
  const body = parts.join('').replace(/\s+/g, '');
  return `00${(body.length / 2).toString(16).padStart(6, '0')}${body}`;
}

function header(command: number, id: number, isResponse: boolean, status = 0, next = 0): string {
  return `fe534d42 4000 0100 ${littleHex(status, 4)} ${littleHex(command, 2)} 0100 ${isResponse ? '01' : '00'}000000
    ${littleHex(next, 4)} ${littleHex(id, 8)} 00000000 05000000 ${SESSION} ${NO_SIGNATURE}`;
}

function ntlm(): string {
  const [domain, user, station] = ['PLANT', 'anna', 'ENG-07'].map(wideHexOf);
  const at = 64;
  const field = (text: string, offset: number): string =>
    littleHex(text.length / 2, 2).repeat(2) + littleHex(offset, 4);
  const [one = '', two = '', three = ''] = [domain, user, station];
  return [
    '4e544c4d53535000 03000000',
    field('', at),
    field('', at),
    field(one, at),
    field(two, at + one.length / 2),
    field(three, at + (one.length + two.length) / 2),
    field('', at),
    '01000000',
    one,
    two,
    three,
  ].join('');
}

/** A challenge with its server's names and Windows ([MS-NLMP] §2.2.1.2). */
function challenge(): string {
  const domain = wideHexOf('PLANT');
  const pair = (kind: number, text: string): string =>
    littleHex(kind, 2) + littleHex(text.length / 2, 2) + text;
  const pairs = [pair(1, wideHexOf('HIST')), pair(3, wideHexOf('hist.kettle.local')), pair(0, '')].join('');
  const field = (text: string, offset: number): string =>
    littleHex(text.length / 2, 2).repeat(2) + littleHex(offset, 4);
  const at = 56;
  return [
    '4e544c4d53535000 02000000',
    field(domain, at),
    '01000002 0011223344556677 0000000000000000',
    field(pairs, at + domain.length / 2),
    '0a00 6345 0000000f',
    domain,
    pairs,
  ].join('');
}

function setup(): string {
  const blob = ntlm().replace(/\s+/g, '');
  return `1900 00 01 00000000 00000000 5800 ${littleHex(blob.length / 2, 2)} 0000000000000000 ${blob}`;
}

function connect(): string {
  const path = wideHexOf('\\\\hist\\data');
  return `0900 0000 4800 ${littleHex(path.length / 2, 2)} ${path}`;
}

function create(name: string): string {
  const wide = wideHexOf(name);
  return `3900 00 00 02000000 ${'00'.repeat(16)} 02000000 80000000 00000000 05000000 40000000 7800 ${littleHex(wide.length / 2, 2)} 00000000 00000000 ${wide}`;
}

const challengeBytes = (): number => challenge().replace(/\s+/g, '').length / 2;

const CREATED = `5900 00 00 02000000 ${'00'.repeat(32)} 0000000000000000 0a00000000000000 80000000 00000000 ${FILE} 0000000000000000`;
const WRITE = `3100 7000 03000000 0a00000000000000 ${FILE} 00000000 00000000 0000 0000 00000000 414243`;
const WRITTEN = '1100 0000 03000000 00000000 0000 0000';
const PATH = '\\\\hist\\data\\recipe.csv';

export const SMB_SAMPLES: readonly Sample[] = [
  {
    kind: 'normal',
    title: 'a user logs on, opens a file of a share and writes to it',
    units: [
      {
        from: 'client',
        hex: frame(header(0, 0, false), '2400 0200 0100 0000 00000000', '00'.repeat(24), '0202 1103'),
        messages: [
          { kind: 'request', action: 'negotiate', text: 'SMB2 negotiate dialects 2.0.2, 3.1.1 (request)' },
        ],
      },
      {
        from: 'client',
        hex: frame(header(1, 1, false), setup()),
        messages: [
          {
            action: 'session_setup',
            user: 'PLANT\\anna',
            host: 'ENG-07',
            facts: [
              { of: 'sender', fact: 'name', value: 'ENG-07' },
              { of: 'sender', fact: 'firmware', value: '' },
            ],
            text: 'SMB2 session_setup NTLM PLANT\\anna from ENG-07 (request)',
          },
        ],
      },
      {
        from: 'server',
        hex: frame(header(1, 1, true), '0900 0000 4800 0000'),
        messages: [{ kind: 'response', user: 'PLANT\\anna', isUnpaired: false }],
      },
      {
        from: 'client',
        hex: frame(header(3, 2, false), connect()),
        messages: [
          {
            action: 'tree_connect',
            user: 'PLANT\\anna',
            file: '\\\\hist\\data',
            facts: [{ of: 'receiver', fact: 'name', value: 'hist' }],
          },
        ],
      },
      {
        from: 'server',
        hex: frame(header(3, 2, true), '1000 01 00 00000000 00000000 ff011f00'),
        messages: [{ text: 'SMB2 tree_connect \\\\hist\\data disk (response)' }],
      },
      {
        from: 'client',
        hex: frame(header(5, 3, false), create('recipe.csv')),
        messages: [
          {
            action: 'create',
            operation: 'write',
            file: PATH,
            text: `SMB2 create ${PATH} (overwrite or create, for writing) (request)`,
          },
        ],
      },
      {
        from: 'server',
        hex: frame(header(5, 3, true), CREATED),
        messages: [{ kind: 'response', file: PATH }],
      },
      {
        from: 'client',
        hex: frame(header(9, 4, false), WRITE),
        messages: [{ operation: 'write', file: PATH, text: `SMB2 write ${PATH} 3 bytes at 10 (request)` }],
      },
      {
        from: 'server',
        hex: frame(header(9, 4, true), WRITTEN),
        messages: [{ kind: 'response', text: `SMB2 write ${PATH} 3 bytes at 10 = 3 bytes (response)` }],
      },
    ],
  },
  sampleOf(
    'normal',
    'a share is refused',
    'server',
    frame(header(3, 9, true, 0xc0000022), '0900 0000 00000000 00'),
    {
      kind: 'exception',
      exception: 0xc0000022,
      text: 'SMB2 tree_connect: access denied (response)',
      isUnpaired: true,
    },
  ),
  sampleOf(
    'normal',
    'a server names itself in its challenge',
    'server',
    frame(header(1, 1, true, 0xc0000016), `0900 0000 4800 ${littleHex(challengeBytes(), 2)}`, challenge()),
    {
      text: 'SMB2 session_setup challenge of PLANT: more processing required (response)',
      facts: [
        { of: 'sender', fact: 'name', value: 'hist.kettle.local' },
        { of: 'sender', fact: 'firmware', value: 'Windows 10.0 build 17763' },
      ],
    },
  ),
  sampleOf(
    'normal',
    'two requests in a chain',
    'client',
    frame(header(13, 1, false, 0, 72), '0400 0000 00000000', header(13, 2, false), '0400 0000'),
    { action: 'echo', transaction: 1 },
    { action: 'echo', transaction: 2 },
  ),
  sampleOf(
    'normal',
    'SMB1 asks for a share',
    'client',
    frame(
      'ff534d42 75 00000000 18 0100',
      '00'.repeat(12),
      '0000 0000 0000 0700 04 ff000000 0000 0100 1000 00 5c5c686973745c6461746100 3f3f3f3f3f00',
    ),
    { action: 'smb1_tree_connect_andx', file: '\\\\hist\\data', transaction: 7 },
  ),
  sampleOf('truncated', 'a create that ends early', 'client', frame(header(5, 3, false), '3900 00 00'), {
    action: 'create',
    malformed: 'The request ends early',
  }),
  sampleOf('foreign', 'another protocol in the same framing', 'client', frame('fe534d43 4000 0100')),
];
