/** A disk that becomes full: exports are whole or absent, and what an analyst does is kept or refused, never half. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYTHING } from '../../shared/filter';
import { type Desk, importFiles, ok, openCase, sitDown } from './desk-for-tests';
import { buildPrograms, type Programs } from './programs-for-tests';

const root = mkdtempSync(join(tmpdir(), 'throughline-full-'));
const small = join(root, 'small');
mkdirSync(small);
const mounted = mount('600k');

function mount(size: string): boolean {
  if (process.platform !== 'linux') return false;
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', small]).status === 0;
}

let programs: Programs;
let desk: Desk;

beforeAll(async () => {
  if (!mounted) return;
  programs = await buildPrograms(true);
  desk = await sitDown(root);
  await openCase(desk);
}, 120_000);
afterAll(async () => {
  if (mounted) {
    await desk.engine.stop();
    programs.remove();
    spawnSync('umount', [small]);
  }
  rmSync(root, { recursive: true, force: true });
});

async function exported(format: string, name: string) {
  return desk.page.call('source.export', {
    source: { from: { kind: 'table', table: 'event_view' }, filter: EVERYTHING },
    sort: [],
    columns: format === 'csv' ? ['timestamp', 'message'] : [],
    format,
    raw: false,
    conversations: format === 'pcapng',
    zone: 'UTC',
    token: await desk.token(join(small, name)),
  });
}

/** Ethernet, IPv4 and UDP around `length` bytes of nothing; no checksums, which a card that fills them in leaves out. */
function packet(length: number, id: number): Buffer {
  const bytes = Buffer.alloc(42 + length);
  bytes.write('0200000000020200000000010800', 'hex');
  bytes.write('45000000', 14, 'hex');
  bytes.writeUInt16BE(28 + length, 16);
  bytes.writeUInt16BE(id, 18);
  bytes.write('40110000c0000201c0000202', 22, 'hex');
  bytes.write('9c40270f', 34, 'hex');
  bytes.writeUInt16BE(8 + length, 38);
  return bytes;
}

function capture(packets: number, length: number): Buffer {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(65_535, 16);
  head.writeUInt32LE(1, 20);
  const parts = Array.from({ length: packets }, (_, index) => {
    const bytes = packet(length, index);
    const record = Buffer.alloc(16);
    record.writeUInt32LE(1_770_000_000 + index);
    record.writeUInt32LE(bytes.length, 8);
    record.writeUInt32LE(bytes.length, 12);
    return Buffer.concat([record, bytes]);
  });
  return Buffer.concat([head, ...parts]);
}

describe.skipIf(!mounted)('a full disk (needs the right to mount a tmpfs)', () => {
  test.each([
    ['csv', () => `time,note\n${`2026-03-01T00:00:00Z,${'x'.repeat(200)}\n`.repeat(6000)}`, 'log.csv'],
    ['pcapng', () => capture(1200, 1000), 'wire.pcap'],
  ] as const)(
    'an export as %s for which there is no room fails and leaves nothing',
    {
      timeout: 120_000,
    },
    async (format, content, name) => {
      const path = join(root, name);
      writeFileSync(path, content());
      expect((await importFiles(desk, [path])).status).toBe('done');
      expect(await exported(format, 'out')).toMatchObject({
        ok: false,
        problem: { code: 'file-not-written', why: 'The disk is full.' },
      });
      expect(readdirSync(small)).toEqual([]);
    },
  );

  test('a note for which there is no room is refused; those before and after are kept', {
    timeout: 120_000,
  }, async () => {
    const other = await sitDown(join(small, 'desk'));
    try {
      spawnSync('mount', ['-o', 'remount,size=200m', small]);
      await openCase(other);
      const path = join(root, 'notes.csv');
      writeFileSync(path, `time,host\n${[1, 2, 3].map((n) => `2026-03-01T0${n}:00:00Z,h${n}\n`).join('')}`);
      await importFiles(other, [path]);
      const note = (host: string, value: string) => {
        const filter = { kind: 'in' as const, field: 'host_name', values: [host] };
        return other.page.call('mark.put', { what: 'note', value, on: { filter } });
      };
      const notes = async (): Promise<number> => (await ok(other.page.call('work.list', {}))).notes;
      await ok(note('h1', 'before'));
      const fill = join(small, 'fill');
      const { bavail, bsize } = statfsSync(small);
      expect(spawnSync('fallocate', ['-l', String(bavail * bsize), fill]).status).toBe(0);
      expect(await note('h2', 'y'.repeat(9000))).toMatchObject({
        ok: false,
        problem: { why: 'The disk is full.' },
      });
      rmSync(fill);
      await ok(note('h3', 'after'));
      expect(await notes()).toBe(2);
      await ok(other.page.call('case.close', {}));
      expect((await openCase(other)).readOnly).toBeNull();
      expect(await notes()).toBe(2);
    } finally {
      await other.engine.stop();
    }
  });
});
