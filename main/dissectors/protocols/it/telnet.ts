/**
 * Telnet: RFC 854 (commands), RFC 855 (options). Who logs on and how it ends, and the first words of the server. What
 * the client types is never shown; a name is taken from the server's echo, or from what was typed at a prompt for it.
 */
import type { Cursor } from '../../cursor';
import {
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type Session,
  type Side,
  sampleOf,
} from '../../dissector';
import { hexOf } from '../../sample-hex';
import { MASK, restText } from '../../words';

const IAC = 255;
const SUBNEGOTIATION = 250;
const END = 240;
const MAX_LINE = 2048;
const MAX_TYPED = 64;
const COMMANDS: Readonly<Record<number, string>> = { 251: 'will', 252: 'will not', 253: 'do', 254: 'do not' };
const OPTIONS: Readonly<Record<number, string>> = {
  0: 'binary',
  1: 'echo',
  3: 'no go-ahead',
  24: 'terminal type',
  31: 'window size',
  32: 'terminal speed',
  34: 'line mode',
  37: 'authentication',
  38: 'encryption',
  39: 'environment',
};

/*
 *   text … LF | CR NUL        ff fb…fe option        ff fa option … ff f0        ff command
 */
function unitLength(bytes: Uint8Array, from: number, to: number): number {
  if (from >= to) return 0;
  if (bytes[from] === IAC) {
    if (from + 1 >= to) return 0;
    const command = bytes[from + 1] ?? 0;
    if (command === SUBNEGOTIATION) {
      for (let at = from + 2; at + 1 < Math.min(to, from + MAX_LINE); at++)
        if (bytes[at] === IAC && bytes[at + 1] === END) return at + 2 - from;
      return to - from >= MAX_LINE ? -1 : 0;
    }
    const size = command > SUBNEGOTIATION && command < IAC ? 3 : 2;
    return from + size > to ? 0 : size;
  }
  const stop = Math.min(to, from + MAX_LINE);
  for (let at = from; at < stop; at++) {
    if (bytes[at] === 10 || (bytes[at] === 0 && at > from && bytes[at - 1] === 13)) return at + 1 - from;
    if (bytes[at] === IAC) return at - from;
  }
  return to - from >= MAX_LINE ? MAX_LINE : 0;
}

function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const first = bytes[from] ?? 0;
  if (first === IAC) {
    const command = bytes[from + 1] ?? 0;
    return from + 1 < to && command < 236 ? 'no' : 'maybe';
  }
  return first === 27 || first === 13 || first === 10 || first === 0 || (first >= 32 && first < 127)
    ? 'maybe'
    : 'no';
}

class TelnetSession implements Session {
  private readonly lines = { client: '', server: '' };
  private readonly typed: string[] = [];
  private readonly told = new Set<string>();
  private hasGreeted = false;
  private isAfterPassword = false;
  private user: string | null = null;

  message(cursor: Cursor, from: Side): readonly Message[] {
    if (cursor.peek() === IAC) return this.negotiate(cursor, from);
    const last = cursor.bytes[cursor.end - 1] ?? 0;
    const isWhole = last === 10 || last === 0;
    const piece = restText(cursor, MAX_LINE).replace(/\.+$/, '');
    const line = (this.lines[from] + piece).slice(0, MAX_LINE);
    this.lines[from] = isWhole ? '' : line;
    if (!isWhole) return [];
    if (from === 'client') {
      this.typed.push(line);
      if (this.typed.length > MAX_TYPED) this.typed.shift();
      return [];
    }
    return this.said(line.trim());
  }

  private negotiate(cursor: Cursor, from: Side): readonly Message[] {
    cursor.skip(1);
    const command = cursor.u8();
    const option = cursor.u8();
    const verb = COMMANDS[command];
    const key = `${from} ${command} ${option}`;
    if (verb === undefined || this.told.has(key)) return [];
    this.told.add(key);
    return [
      newMessage({
        kind: from === 'client' ? 'request' : 'response',
        action: 'option',
        operation: 'connect',
        functionCode: option,
        text: `Telnet ${from}: ${verb} ${OPTIONS[option] ?? `option ${option}`}`,
      }),
    ];
  }

  private said(line: string): readonly Message[] {
    const common = { kind: 'response', operation: 'connect' } as const;
    const prompt = /\b(?:login|user ?name|user|account)\s*:\s*(\S{0,64})/i.exec(line);
    if (/pass(?:word|wd|code|phrase)?\s*:/i.test(line)) {
      this.typed.shift();
      this.isAfterPassword = true;
      return [
        newMessage({ ...common, action: 'password', user: this.user, text: `Telnet password: ${MASK}` }),
      ];
    }
    if (prompt !== null) {
      const typed = (this.typed.shift() ?? '').trim();
      this.user = prompt[1] || typed || null;
      return [
        newMessage({
          ...common,
          action: 'login',
          user: this.user,
          text: `Telnet login: ${this.user ?? '?'}`,
        }),
      ];
    }
    if (line === '') return [];
    if (this.isAfterPassword) {
      this.isAfterPassword = false;
      const isRefused = /incorrect|invalid|fail|denied|bad|wrong|refused/i.test(line);
      const { user } = this;
      if (isRefused)
        return [
          newMessage({
            kind: 'exception',
            action: 'login',
            operation: 'connect',
            user,
            text: `Telnet login of ${user ?? '?'} refused`,
          }),
        ];
      return [
        newMessage({ ...common, action: 'login', user, text: `Telnet login of ${user ?? '?'} accepted` }),
      ];
    }
    if (this.hasGreeted || this.user !== null) return [];
    this.hasGreeted = true;
    return [
      newMessage({
        kind: 'response',
        action: 'greeting',
        operation: 'identify',
        text: `Telnet server says: ${line.slice(0, 200)}`,
      }),
    ];
  }
}

const SECRET = 'kettle7!';
const said = (from: Side, words: string, ...messages: readonly Partial<Message>[]) => ({
  from,
  hex: hexOf(words),
  messages,
});

export const telnet: Dissector = defineDissector({
  id: 'telnet',
  title: 'Telnet',
  reference: 'RFC 854; RFC 855',
  dataset: 'pcap.telnet',
  domain: 'network',
  over: 'tcp',
  ports: [23],
  maxUnitBytes: MAX_LINE,
  looksLike,
  unitLength,
  begin: () => new TelnetSession(),
  samples: [
    {
      kind: 'normal',
      title: 'a user logs on and is refused, then without echo accepted',
      secret: SECRET,
      units: [
        { from: 'server', hex: 'fffb01', messages: [{ text: 'Telnet server: will echo' }] },
        said('server', 'RTU 5 online\r\n', { action: 'greeting', text: 'Telnet server says: RTU 5 online' }),
        said('client', 'anna\r\n'),
        said('server', 'login: anna\r\n', { action: 'login', user: 'anna' }),
        said('client', `${SECRET}\r\n`),
        said('server', 'Password: \r\n', { action: 'password', text: 'Telnet password: ***' }),
        said('server', 'Login incorrect\r\n', { kind: 'exception', user: 'anna' }),
        said('client', 'bert\r\n'),
        said('server', 'login: \r\n', { action: 'login', user: 'bert' }),
        said('client', `${SECRET}\r\n`),
        said('server', `Password: ${SECRET}\r\n`, { action: 'password', user: 'bert' }),
        said('server', 'RTU5> ok\r\n', { text: 'Telnet login of bert accepted' }),
        said('client', `set key ${SECRET}\r\n`),
        said('server', `RTU5> set key ${SECRET}\r\n`),
      ],
    },
    {
      kind: 'truncated',
      title: 'text up to a command',
      units: [{ from: 'server', hex: `${hexOf('log')}ff`, messages: [] }],
    },
    sampleOf('foreign', 'a TPKT', 'client', '0300 0007 02 f080'),
  ],
});
