/** Writes the files the benchmarks read, once, below a folder: seeded, so that runs can be compared. */
import { closeSync, existsSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
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
  const path = `${folder}/load-${packets}.pcap`;
  if (existsSync(path)) return path;
  const bytes = readFileSync(source);
  const records: Array<{ at: number; length: number }> = [];
  for (let at = 24; at + 16 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 8);
    records.push({ at, length });
    at += 16 + length;
  }
  const file = openSync(`${path}.part`, 'w');
  writeSync(file, bytes.subarray(0, 24));
  const copies = Math.ceil(packets / records.length);
  for (let copy = 0; copy < copies; copy += 1) {
    const body = Buffer.from(bytes.subarray(24));
    for (const { at, length } of records) {
      const base = at - 24;
      body.writeUInt32LE(body.readUInt32LE(base) + copy * 1800, base);
      // IPv4 over Ethernet: second octet of both addresses tells the copies apart.
      if (length >= 34 && body.readUInt16BE(base + 16 + 12) === 0x0800) {
        body[base + 16 + 27] = (body[base + 16 + 27]! + copy) & 255;
        body[base + 16 + 31] = (body[base + 16 + 31]! + copy) & 255;
      }
    }
    writeSync(file, body);
  }
  closeSync(file);
  renameSync(`${path}.part`, path);
  return path;
}
