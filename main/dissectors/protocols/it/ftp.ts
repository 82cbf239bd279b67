/** FTP control connections: RFC 959 §4–§5. Passwords are masked where they are sent and wherever they come back. */
import type { Cursor } from '../../cursor';
import {
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type OtOperation,
  type Session,
  type Side,
  sampleOf,
} from '../../dissector';
import { hexOf } from '../../sample-hex';
import { MASK, restText, without } from '../../words';

const MAX_LINE = 4096;
const MAX_SECRETS = 64;
const OPERATIONS: Readonly<Record<string, OtOperation>> = {
  USER: 'connect',
  PASS: 'connect',
  ACCT: 'connect',
  AUTH: 'connect',
  QUIT: 'connect',
  REIN: 'connect',
  RETR: 'read',
  LIST: 'read',
  NLST: 'read',
  MLSD: 'read',
  SIZE: 'read',
  MDTM: 'read',
  STOR: 'write',
  STOU: 'write',
  APPE: 'write',
  DELE: 'write',
  RNFR: 'write',
  RNTO: 'write',
  MKD: 'write',
  RMD: 'write',
  SITE: 'control',
  SYST: 'identify',
  FEAT: 'identify',
};
const SECRET = new Set(['PASS', 'ACCT', 'ADAT']);
const NAMED = new Set([
  'RETR',
  'STOR',
  'STOU',
  'APPE',
  'DELE',
  'RNFR',
  'RNTO',
  'MKD',
  'RMD',
  'SIZE',
  'MDTM',
  'CWD',
]);

/*
 *   client  VERB [SP argument] CR LF         server  three digits, SP (last line) or "-" (more follow), text CR LF
 */
function unitLength(bytes: Uint8Array, from: number, to: number): number {
  const stop = Math.min(to, from + MAX_LINE);
  for (let at = from; at < stop; at++) if (bytes[at] === 10) return at + 1 - from;
  return to - from >= MAX_LINE ? -1 : 0;
}

const isLetter = (byte: number): boolean => (byte & 0xdf) >= 65 && (byte & 0xdf) <= 90;
const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const first = bytes[from] ?? 0;
  if (isDigit(first)) {
    if (from + 3 > to) return 'more';
    return isDigit(bytes[from + 1] ?? 0) && isDigit(bytes[from + 2] ?? 0) ? 'maybe' : 'no';
  }
  // Lines of an answer may begin with anything printable (§4.2); commands begin with letters.
  return isLetter(first) || first === 32 ? 'maybe' : 'no';
}

class FtpSession implements Session {
  private readonly secrets = new Set<string>();
  private readonly open: string[] = [];
  private user: string | null = null;
  private isEncrypted = false;
  /** Code of an answer of several lines that is under way. */
  private answering: string | null = null;

  message(cursor: Cursor, from: Side): readonly Message[] {
    if (this.isEncrypted) return [];
    const hasEnd = cursor.bytes[cursor.end - 1] === 10;
    const line = restText(cursor, 1000).replace(/\.+$/, '');
    const malformed = hasEnd ? null : 'The line has no end';
    return from === 'client' ? this.command(line, malformed) : this.answer(line, malformed);
  }

  /** Answers name no command; after a loss the next is of nobody knows which. */
  gap(from: Side): void {
    this.open.length = 0;
    if (from === 'server') this.answering = null;
  }

  private command(line: string, malformed: string | null): readonly Message[] {
    const space = line.indexOf(' ');
    const verb = (space < 0 ? line : line.slice(0, space)).toUpperCase();
    // Anything but a verb may be a password that was typed in the wrong place.
    if (!/^[A-Z]{3,4}$/.test(verb)) return [];
    const argument = space < 0 ? '' : line.slice(space + 1).trim();
    const isSecret = SECRET.has(verb) || (verb === 'SITE' && /pass|pwd|pswd/i.test(argument));
    if (isSecret && argument !== '' && this.secrets.size < MAX_SECRETS) this.secrets.add(argument);
    const shown = isSecret ? MASK : this.masked(argument);
    if (verb === 'USER') this.user = shown || null;
    this.open.push(argument === '' ? verb : `${verb} ${shown}`);
    if (this.open.length > 32) this.open.shift();
    return [
      newMessage({
        kind: 'request',
        action: `ftp_${verb.toLowerCase()}`,
        operation: OPERATIONS[verb] ?? null,
        user: this.user,
        file: NAMED.has(verb) ? shown || null : null,
        text: `FTP ${verb}${argument === '' ? '' : ` ${shown}`}`,
        malformed,
      }),
    ];
  }

  private answer(line: string, malformed: string | null): readonly Message[] {
    const code = line.slice(0, 3);
    const isCoded = /^[1-6]\d\d$/.test(code);
    if (this.answering !== null) {
      if (code === this.answering && line[3] !== '-') this.answering = null;
      return [];
    }
    if (!isCoded) return [];
    if (line[3] === '-') this.answering = code;
    const number = Number(code);
    const asked = number >= 200 ? this.open.shift() : this.open[0];
    if (number === 234) this.isEncrypted = true;
    const isBad = number >= 400;
    const said = this.masked(line.slice(4).trim());
    const verb = asked?.split(' ')[0]?.toLowerCase();
    return [
      newMessage({
        kind: isBad ? 'exception' : 'response',
        action: verb ? `ftp_${verb}` : 'ftp_answer',
        functionCode: number,
        exception: isBad ? number : null,
        user: this.user,
        text: `FTP ${code}${said && ` ${said}`}${asked ? ` to ${asked}` : ''}`,
        malformed,
      }),
    ];
  }

  private masked(text: string): string {
    return without(text, this.secrets);
  }
}

const HIDDEN = 'kettle7!';

export const ftp: Dissector = defineDissector({
  id: 'ftp',
  title: 'FTP',
  reference: 'RFC 959 §4, §5; RFC 2228 §3',
  dataset: 'pcap.ftp',
  domain: 'network',
  over: 'tcp',
  ports: [21],
  maxUnitBytes: MAX_LINE,
  looksLike,
  unitLength,
  begin: () => new FtpSession(),
  samples: [
    {
      kind: 'normal',
      title: 'a user logs on, the server repeats the password, a recipe is stored',
      secret: HIDDEN,
      units: [
        { from: 'server', hex: hexOf('220 ready\r\n'), messages: [{ functionCode: 220 }] },
        { from: 'client', hex: hexOf('USER bert\r\n'), messages: [{ user: 'bert', text: 'FTP USER bert' }] },
        { from: 'server', hex: hexOf('331 go on\r\n'), messages: [{ text: 'FTP 331 go on to USER bert' }] },
        {
          from: 'client',
          hex: hexOf(`pass ${HIDDEN}\r\n`),
          messages: [{ action: 'ftp_pass', user: 'bert', text: 'FTP PASS ***' }],
        },
        {
          from: 'server',
          hex: hexOf(`530 "${HIDDEN}" is wrong\r\n`),
          messages: [{ kind: 'exception', exception: 530, text: 'FTP 530 "***" is wrong to PASS ***' }],
        },
        {
          from: 'client',
          hex: hexOf('STOR recipe.csv\r\n'),
          messages: [{ operation: 'write', file: 'recipe.csv', user: 'bert' }],
        },
      ],
    },
    {
      kind: 'truncated',
      title: 'an answer of two lines whose second has no code',
      units: [
        { from: 'server', hex: hexOf('230-welcome\n'), messages: [{ functionCode: 230 }] },
        { from: 'server', hex: hexOf(' to the plant\n'), messages: [] },
      ],
    },
    sampleOf('foreign', 'a TLS record', 'client', '16030100 0a 0100000603030000'),
  ],
});
