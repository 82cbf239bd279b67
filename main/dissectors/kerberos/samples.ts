/** Samples of Kerberos: messages as they travel, built from their elements. */
import { type Sample, sampleOf } from '../dissector';
import { berHex, hexOf } from '../sample-hex';

const integer = (value: number): string => berHex('02', value.toString(16).padStart(2, '0'));
const text = (value: string): string => berHex('1b', hexOf(value));
const name = (...parts: readonly string[]): string =>
  berHex('30', berHex('a0', integer(1)), berHex('a1', berHex('30', ...parts.map(text))));
const REALM = berHex('a2', text('KETTLE.LOCAL'));
const BODY = berHex(
  '30',
  berHex('a0', '030500 40800000'),
  berHex('a1', name('anna')),
  REALM,
  berHex('a3', name('krbtgt', 'KETTLE.LOCAL')),
  berHex('a7', integer(9)),
  berHex('a8', berHex('30', integer(18), integer(23))),
);
const MACHINE = berHex('30', berHex('a1', name('ENG-07$')), REALM, berHex('a3', name('cifs', 'hist')));
/** A message of the version and kind that each begins with. */
const message = (tag: string, kind: number, ...parts: readonly string[]): string =>
  berHex(tag, berHex('30', berHex('a0', integer(5)), berHex('a1', integer(kind)), ...parts));
const asked = (kind: number, tag: string, body: string): string =>
  berHex(tag, berHex('30', berHex('a1', integer(5)), berHex('a2', integer(kind)), berHex('a4', body)));
const AS_REQUEST = asked(10, '6a', BODY);
const SEALED = (kind: number): string =>
  berHex('30', berHex('a0', integer(kind)), berHex('a2', berHex('04', '00112233')));
const TICKET = berHex(
  '61',
  berHex(
    '30',
    berHex('a0', integer(5)),
    berHex('a1', text('KETTLE.LOCAL')),
    berHex('a2', name('cifs', 'hist.kettle.local')),
    berHex('a3', SEALED(23)),
  ),
);
const TGS_REPLY = message(
  '6d',
  13,
  berHex('a3', text('KETTLE.LOCAL')),
  berHex('a4', name('anna')),
  berHex('a5', TICKET),
  berHex('a6', SEALED(18)),
);
const AP_REQUEST = message('6e', 14, berHex('a3', TICKET));
const ERROR = message(
  '7e',
  30,
  berHex('a4', berHex('18', hexOf('20260301120000Z'))),
  berHex('a5', integer(1)),
  berHex('a6', integer(24)),
  berHex('a9', text('KETTLE.LOCAL')),
  berHex('aa', name('krbtgt', 'KETTLE.LOCAL')),
);
const framed = (hex: string): string => (hex.length / 2).toString(16).padStart(8, '0') + hex;

export const samples: readonly Sample[] = [
  {
    kind: 'normal',
    title: 'a user asks for a ticket and has the wrong password',
    units: [
      {
        from: 'client',
        hex: framed(AS_REQUEST),
        messages: [
          {
            kind: 'request',
            action: 'as_request',
            user: 'anna@KETTLE.LOCAL',
            text: 'Kerberos as_request anna asks for krbtgt/KETTLE.LOCAL in KETTLE.LOCAL, offers AES256, RC4',
          },
        ],
      },
      {
        from: 'server',
        hex: framed(ERROR),
        messages: [
          {
            kind: 'exception',
            exception: 24,
            text: 'Kerberos error 24 (preauthentication failed) at krbtgt/KETTLE.LOCAL',
          },
        ],
      },
    ],
  },
  sampleOf('normal', 'a ticket for a file server, in a datagram', 'server', TGS_REPLY, {
    kind: 'response',
    action: 'tgs_reply',
    user: 'anna@KETTLE.LOCAL',
    host: 'hist.kettle.local',
    text: 'Kerberos tgs_reply anna@KETTLE.LOCAL gets a ticket for cifs/hist.kettle.local, RC4',
  }),
  sampleOf('normal', 'a machine asks for itself', 'client', framed(asked(12, '6c', MACHINE)), {
    action: 'tgs_request',
    facts: [
      { of: 'sender', fact: 'name', value: 'ENG-07' },
      { of: 'receiver', fact: 'type', value: 'Kerberos server of KETTLE.LOCAL' },
    ],
  }),
  sampleOf('normal', 'a ticket is shown to the service it is for', 'client', framed(AP_REQUEST), {
    action: 'ap_request',
    host: 'hist.kettle.local',
    facts: [{ of: 'receiver', fact: 'name', value: 'hist.kettle.local' }],
    text: 'Kerberos ap_request for cifs/hist.kettle.local',
  }),
  sampleOf(
    'truncated',
    'a request whose inner length is too long',
    'client',
    '6a10 305a a103020105 a20302010a 00000000',
    {
      action: 'as_request',
      malformed: 'The message ends early',
    },
  ),
  sampleOf('foreign', 'another application tag', 'client', '6410 300e a103020105 a20302010a 00000000'),
];
