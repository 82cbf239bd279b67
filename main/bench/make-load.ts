/** Writes the files the benchmarks read, once, below a folder: seeded, so that runs can be compared. */
import { closeSync, existsSync, openSync, readdirSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { seeded } from '../dev/sample/random';

function writeInBlocks(path: string, write: (push: (text: string) => void) => void): string {
  if (existsSync(path)) return path;
  const file = openSync(`${path}.part`, 'w');
  let block: string[] = [];
  let size = 0;
  const flush = (): void => {
    writeSync(file, block.join(''));
    block = [];
    size = 0;
  };
  write((text) => {
    block.push(text);
    size += text.length;
    if (size > 1 << 22) flush();
  });
  flush();
  closeSync(file);
  renameSync(`${path}.part`, path);
  return path;
}

/** A firewall-like CSV of 12 columns, one of them quoted text with commas; about 120 bytes a row. */
export function makeCsv(folder: string, rows: number): string {
  return writeInBlocks(`${folder}/load-${rows}.csv`, (push) => {
    const random = seeded(12);
    push('time,device,action,src_ip,src_port,dst_ip,dst_port,protocol,bytes,user,rule,message\n');
    const start = Date.parse('2026-01-01T00:00:00Z');
    for (let row = 0; row < rows; row += 1) {
      const time = new Date(start + row * 137).toISOString();
      push(
        `${time},fw${row % 7},${random.chance(0.1) ? 'deny' : 'allow'},10.${row % 200}.${random.integer(0, 255)}.${random.integer(1, 254)},${random.integer(1024, 65535)},192.0.2.${random.integer(1, 254)},${random.pick([80, 443, 502, 102, 53])},tcp,${random.integer(40, 90000)},user${random.integer(1, 400)},rule-${random.integer(1, 60)},"session ${row}, closed by ""peer"" after idle"\n`,
      );
    }
  });
}

/** The same records as JSON lines, with nested keys and numbers; about 230 bytes a row. */
export function makeJsonLines(folder: string, rows: number): string {
  return writeInBlocks(`${folder}/load-${rows}.jsonl`, (push) => {
    const random = seeded(13);
    const start = Date.parse('2026-01-01T00:00:00Z');
    for (let row = 0; row < rows; row += 1) {
      const record = {
        time: new Date(start + row * 137).toISOString(),
        device: `fw${row % 7}`,
        action: random.chance(0.1) ? 'deny' : 'allow',
        src_ip: `10.${row % 200}.${random.integer(0, 255)}.${random.integer(1, 254)}`,
        src_port: random.integer(1024, 65535),
        dst_ip: `192.0.2.${random.integer(1, 254)}`,
        dst_port: random.pick([80, 443, 502, 102, 53]),
        user: `user${random.integer(1, 400)}`,
        rule: { id: random.integer(1, 60), name: 'plant', log: true },
        bytes: random.integer(40, 90000),
        message: `session ${row}, closed by "peer" after idle`,
      };
      push(`${JSON.stringify(record)}\n`);
    }
  });
}

/** Syslog lines after RFC 3164, 100 bytes on average. */
export function makeSyslog(folder: string, lines: number): string {
  return writeInBlocks(`${folder}/load-${lines}.log`, (push) => {
    const random = seeded(7);
    const months = ['Jan', 'Feb', 'Mar'];
    for (let line = 0; line < lines; line += 1) {
      const second = Math.floor((line / lines) * 80 * 86400);
      const day = Math.floor(second / 86400);
      const month = day < 31 ? 0 : day < 59 ? 1 : 2;
      const inMonth = day - [0, 31, 59][month]! + 1;
      const clock = new Date((second % 86400) * 1000).toISOString().slice(11, 19);
      push(
        `${months[month]} ${String(inMonth).padStart(2, ' ')} ${clock} host${line % 23} sshd[${random.integer(300, 32000)}]: Failed password for user${random.integer(1, 900)} from 10.1.${random.integer(0, 255)}.${random.integer(1, 254)} port ${random.integer(1024, 65000)} ssh2\n`,
      );
    }
  });
}

/** A capture repeated until it holds at least `packets`, each copy shifted in time and address so flows stay apart. */
export function makeCapture(folder: string, source: string, packets: number): string {
  return multiply(`${folder}/load-${packets}.pcap`, () => [readFileSync(source)], packets);
}

/** All captures of Ethernet frames below `sources`, repeated as `makeCapture` does. */
export function makeMixedCapture(folder: string, sources: string, packets: number): string {
  const captures = (): Buffer[] =>
    readdirSync(sources, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.pcap'))
      .sort()
      .map((name) => readFileSync(join(sources, name)))
      .filter((bytes) => isEthernet(bytes));
  return multiply(`${folder}/load-mixed-${packets}.pcap`, captures, packets);
}

/** Classic pcap, little-endian, microseconds, frames of Ethernet. */
function isEthernet(bytes: Buffer): boolean {
  return bytes.length > 24 && bytes.readUInt32LE(0) === 0xa1b2c3d4 && bytes.readUInt32LE(20) === 1;
}

function multiply(path: string, read: () => readonly Buffer[], packets: number): string {
  if (existsSync(path)) return path;
  const captures = read().map((bytes) => ({ bytes, records: recordsOf(bytes) }));
  const each = captures.reduce((sum, { records }) => sum + records.length, 0);
  const file = openSync(`${path}.part`, 'w');
  const head = Buffer.from(captures[0]?.bytes.subarray(0, 24) ?? []);
  head.writeUInt32LE(262_144, 16);
  writeSync(file, head);
  const copies = Math.ceil(packets / each);
  for (let copy = 0; copy < copies; copy += 1) {
    for (const { bytes, records } of captures) writeSync(file, shifted(bytes, records, copy));
  }
  closeSync(file);
  renameSync(`${path}.part`, path);
  return path;
}

interface CaptureRecord {
  readonly at: number;
  readonly length: number;
}

/** The records that are whole. */
function recordsOf(bytes: Buffer): CaptureRecord[] {
  const records: CaptureRecord[] = [];
  for (let at = 24; at + 16 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 8);
    if (at + 16 + length > bytes.length) break;
    records.push({ at, length });
    at += 16 + length;
  }
  return records;
}

function shifted(bytes: Buffer, records: readonly CaptureRecord[], copy: number): Buffer {
  const last = records.at(-1);
  const body = Buffer.from(bytes.subarray(24, last ? last.at + 16 + last.length : 24));
  for (const { at, length } of records) {
    const base = at - 24;
    body.writeUInt32LE(body.readUInt32LE(base) + copy * 1800, base);
    // IPv4 over Ethernet: second octet of both addresses tells the copies apart.
    if (length >= 34 && body.readUInt16BE(base + 16 + 12) === 0x0800) {
      body[base + 16 + 27] = (body[base + 16 + 27]! + copy) & 255;
      body[base + 16 + 31] = (body[base + 16 + 31]! + copy) & 255;
    }
  }
  return body;
}
