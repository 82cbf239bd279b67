/** Containers made by other programs: members, limits, nesting, passwords, damage; bytes of a member by its place. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ImportOptions } from '../../../shared/evidence';
import { heldHashes } from '../held';
import { importSegment } from '../import';
import { formatLibrary } from '../library-of-formats';
import type { EvidenceEntry } from '../segment';
import { readHead } from '../source';
import { extractMember, openContainer } from './unpack';

const has = (program: string): boolean =>
  spawnSync(program, ['--version'], { stdio: 'ignore', input: '' }).error === undefined;
const hasPython = has('python3');
let folder: string;
let staging = 0;
const LINES = (name: string, count: number): string =>
  Array.from(
    { length: count },
    (_, index) => `{"time":"2026-02-03T04:05:0${index % 10}Z","user":"${name}${index}"}\n`,
  ).join('');

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-containers-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs python with `work` as its current folder; what it writes there are the containers. */
function python(script: string): void {
  const { status, stderr } = spawnSync('python3', ['-c', script], { cwd: folder });
  if (status !== 0) throw new Error(stderr.toString());
}

const importOne = (path: string, options: ImportOptions = {}): Promise<readonly EvidenceEntry[]> =>
  importAll([path], options);

async function importAll(
  paths: readonly string[],
  options: ImportOptions = {},
): Promise<readonly EvidenceEntry[]> {
  const stagingFolder = join(folder, `staging-${staging++}`);
  mkdirSync(stagingFolder);
  const { segment } = await importSegment(
    {
      jobId: 'test',
      stagingFolder,
      files: paths.map((path, index) => ({ evidenceId: 7 + index, path, name: '', options })),
      known: [],
      copy: false,
      memoryLimitMb: 512,
      threads: 1,
      importerVersion: 'test',
    },
    formatLibrary,
    { progress: () => undefined, signal: new AbortController().signal, now: () => new Date(0) },
  );
  return segment.evidences;
}

const rows = (entries: readonly EvidenceEntry[]) =>
  entries.map(({ row: { evidence_id: id, member, status, records } }) => ({ id, member, status, records }));

describe.skipIf(!hasPython)('containers (made by python3)', () => {
  test('members are evidence of their own, in containers within containers', async () => {
    writeFileSync(join(folder, 'a.jsonl'), LINES('a', 5));
    writeFileSync(join(folder, 'b.jsonl'), LINES('b', 7));
    python(`
import tarfile, zipfile
with tarfile.open('inner.tar.gz', 'w:gz') as t: t.add('b.jsonl', 'deep/' + 'x' * 120 + '/b.jsonl')
with zipfile.ZipFile('outer.zip', 'w', zipfile.ZIP_DEFLATED) as z:
  z.writestr('logs/', '')
  z.write('a.jsonl', 'logs/a.jsonl'); z.write('inner.tar.gz', 'inner.tar.gz', zipfile.ZIP_STORED); z.writestr('empty.txt', '')
`);
    const entries = await importOne(join(folder, 'outer.zip'));
    const deep = `inner.tar.gz » deep/${'x'.repeat(120)}/b.jsonl`;
    expect(rows(entries)).toEqual([
      { id: 7, member: null, status: 'container', records: 0 },
      { id: 8, member: 'logs/a.jsonl', status: 'loaded', records: 5 },
      { id: 9, member: 'inner.tar.gz', status: 'container', records: 0 },
      { id: 10, member: deep, status: 'loaded', records: 7 },
      { id: 11, member: 'empty.txt', status: 'empty', records: 0 },
    ]);
    const target = join(folder, 'again');
    expect(await extractMember(join(folder, 'outer.zip'), entries[3]?.members ?? [], target)).toBeNull();
    expect(readFileSync(target, 'utf8')).toBe(LINES('b', 7));
  });

  test.each(['bz2', 'xz'])('a file packed with %s is read like the file itself', async (kind) => {
    writeFileSync(join(folder, 'c.jsonl'), LINES('c', 9000));
    python(`
import ${kind === 'xz' ? 'lzma' : 'bz2'} as m
m.open('c.jsonl.${kind}', 'w').write(open('c.jsonl', 'rb').read())
`);
    const [entry] = await importOne(join(folder, `c.jsonl.${kind}`));
    expect(entry?.row).toMatchObject({ status: 'loaded', records: 9000, member: null });
    expect(entry?.streamBytes).toBe(LINES('c', 9000).length);
    const whole = readFileSync(join(folder, `c.jsonl.${kind}`));
    writeFileSync(join(folder, `cut.${kind}`), whole.subarray(0, whole.length - 40));
    const [cut] = await importOne(join(folder, `cut.${kind}`));
    expect(cut?.row.problem?.code).toMatch(/^compressed-/);
  });

  test('a protected ZIP asks for its password, and opens with it', async () => {
    writeFileSync(join(folder, 'locked.zip'), lockedZip('a.jsonl', Buffer.from(LINES('a', 3)), 'infected'));
    const asked = await importOne(join(folder, 'locked.zip'));
    expect(asked.map(({ row }) => [row.status, row.problem?.code])).toEqual([
      ['failed', 'container-password-needed'],
      ['failed', 'container-password-needed'],
    ]);
    expect(asked[0]?.row.problem).toMatchObject({
      what: 'Its one part is protected by a password.',
      help: expect.stringMatching(/Import again….*--passphrase-fd/),
    });
    expect(asked[0]?.row.problem?.where).toBeUndefined();
    const wrong = await importOne(join(folder, 'locked.zip'), { password: 'wrong' });
    expect(wrong[0]?.row.problem?.what).toBe('The password does not open its one part.');
    expect(wrong[1]?.row.problem?.code).toBe('container-password-wrong');
    const opened = await importOne(join(folder, 'locked.zip'), { password: 'infected' });
    expect(opened.map(({ row }) => [row.status, row.records])).toEqual([
      ['container', 0],
      ['loaded', 3],
    ]);
    expect(opened[1]?.copied).toBe(true);
    expect(JSON.stringify(opened)).not.toContain('infected');
  });

  test('a part that unfolds too far is stopped', async () => {
    python(`
import zipfile
with zipfile.ZipFile('bomb.zip', 'w', zipfile.ZIP_DEFLATED) as z:
  with z.open('zeros.txt', 'w', force_zip64=True) as f:
    for _ in range(300): f.write(bytes(1 << 20))
`);
    const entries = await importOne(join(folder, 'bomb.zip'));
    expect(entries[0]?.row.status).toBe('container');
    expect(entries[1]?.row.status).not.toBe('loaded');
  });

  test('a ZIP that lists more parts than it counts says so', async () => {
    python(`
import zipfile
with zipfile.ZipFile('more.zip', 'w') as z:
  for name in ['a', 'b', 'c']: z.writestr(name, '{"time":"2026-02-03T04:05:06Z","f":"%s"}\\n' % name)
whole = bytearray(open('more.zip', 'rb').read())
whole[-22 + 8] = whole[-22 + 10] = 1
open('more.zip', 'wb').write(whole)
`);
    const entries = await importOne(join(folder, 'more.zip'));
    expect(entries.map(({ row }) => [row.status, row.problem?.code])).toEqual([
      ['container', 'container-damaged'],
      ['loaded', undefined],
    ]);
  });

  test('links of a tar are told', async () => {
    writeFileSync(join(folder, 'a.jsonl'), LINES('a', 5));
    python(`
import tarfile
def link(t, name, kind, to):
  i = tarfile.TarInfo(name); i.type = kind; i.linkname = to; t.addfile(i)
with tarfile.open('links.tar', 'w') as t:
  t.add('a.jsonl'); link(t, 'same.jsonl', tarfile.LNKTYPE, 'a.jsonl'); link(t, 'away.log', tarfile.SYMTYPE, '/var/log/away.log')
`);
    const [container, ...inside] = await importOne(join(folder, 'links.tar'));
    expect(inside.map(({ row }) => row.member)).toEqual(['a.jsonl']);
    expect(container?.notes).toEqual([
      expect.stringMatching(/^2 links are left out, the first of them same\.jsonl → a\.jsonl\./),
    ]);
  });

  test('what was too deep in others is read where it comes by itself', async () => {
    writeFileSync(join(folder, 'a.jsonl'), LINES('deep', 5));
    python(`
import zipfile
name = 'a.jsonl'
for depth in range(1, 7):
  with zipfile.ZipFile('deep%d.zip' % depth, 'w') as z: z.write(name)
  name = 'deep%d.zip' % depth
`);
    const outer = await importOne(join(folder, 'deep6.zip'));
    expect(outer.at(-1)?.row).toMatchObject({ status: 'failed', problem: { code: 'container-too-deep' } });
    expect([...heldHashes(outer).values()]).toEqual([]);
    expect(heldHashes(await importOne(join(folder, 'deep1.zip'))).size).toBe(2);
    const both = await importAll(['deep6.zip', 'deep2.zip'].map((name) => join(folder, name)));
    expect(both.at(-1)?.row).toMatchObject({ status: 'loaded', records: 5 });
  });

  test('a tar that may lack its last files says so', async () => {
    python(`
import io, tarfile
def tar(name, parts, cut=None, more=b''):
  out = io.BytesIO()
  with tarfile.open(fileobj=out, mode='w') as t:
    for part in parts:
      member = tarfile.TarInfo(part); member.size = 40
      t.addfile(member, io.BytesIO(('{"time":"2026-02-03T04:05:06Z","f":"%s"}\\n' % part).ljust(40).encode()))
  open(name, 'wb').write(out.getvalue()[:cut] + more)
  return out.getvalue()
whole = tar('whole.tar', ['a', 'b'])
tar('cut-padding.tar', ['c', 'd'], 700)
tar('cut-between.tar', ['e', 'f'], 1024)
tar('cut-header.tar', ['g', 'h'], 1300)
tar('two.tar', ['i', 'j'], None, whole)
import gzip
packed = gzip.compress(whole)
open('sum.tar.gz', 'wb').write(packed[:-8] + b'1234' + packed[-4:])
`);
    const told: Record<string, unknown> = {};
    for (const name of [
      'whole.tar',
      'cut-padding.tar',
      'cut-between.tar',
      'cut-header.tar',
      'two.tar',
      'sum.tar.gz',
    ]) {
      const [container, ...members] = await importOne(join(folder, name));
      told[name] = [container?.row.status, container?.row.problem?.code, members.length];
    }
    expect(told).toEqual({
      'whole.tar': ['container', undefined, 2],
      'cut-padding.tar': ['container', 'container-damaged', 1],
      'cut-between.tar': ['container', 'container-damaged', 1],
      'cut-header.tar': ['container', 'container-damaged', 1],
      'two.tar': ['container', 'container-damaged', 2],
      'sum.tar.gz': ['container', 'compressed-damaged', 2],
    });
  });

  test.skipIf(!has('tar'))(
    'a file that tar stored with its holes left out is told, not passed over',
    async () => {
      python(`
import subprocess
f = open('holes.log', 'wb'); f.write(b'2026-02-03T04:05:06Z first\\n'); f.seek(1000000); f.write(b'\\nlast\\n'); f.close()
open('whole.log', 'w').write('2026-02-03T04:05:06Z host app[1]: whole\\n' * 3)
for form in ['gnu', 'pax']:
  subprocess.run(['tar', '-S', '--format=' + form, '-cf', 'holes-' + form + '.tar', 'holes.log', 'whole.log'], check=True)
`);
      for (const form of ['gnu', 'pax']) {
        const [container, holes, whole] = await importOne(join(folder, `holes-${form}.tar`));
        expect([container?.row.status, container?.row.problem?.code]).toEqual(['container', undefined]);
        expect(holes?.row).toMatchObject({ member: 'holes.log', status: 'failed' });
        expect(holes?.row.problem?.code).toBe('container-method-not-read');
        expect(whole?.row).toMatchObject({ member: 'whole.log', records: 3 });
      }
    },
  );

  test('containers changed at random never throw but what is told', async () => {
    for (const name of ['outer.zip', 'inner.tar.gz']) {
      const bytes = readFileSync(join(folder, name));
      const change = fc.record({
        at: fc.nat(bytes.length - 1),
        byte: fc.nat(255),
        length: fc.nat(bytes.length),
      });
      await fc.assert(
        fc.asyncProperty(change, async ({ at, byte, length }) => {
          const changed = Buffer.from(bytes.subarray(0, Math.max(length, bytes.length >> 1)));
          changed[at % changed.length] = byte;
          const path = join(folder, `changed-${name}`);
          writeFileSync(path, changed);
          const head = await readHead(path, 1024);
          if (!head.ok) return;
          try {
            for await (const { read } of openContainer(path, head.value, 'x') ?? []) {
              let total = 0;
              for await (const chunk of read()) total += chunk.length;
              expect(total).toBeLessThan(1 << 20);
            }
          } catch (error) {
            expect(error).toHaveProperty('problem.code');
          }
        }),
        { numRuns: 150, seed: 9 },
      );
    }
  });
});

/** A ZIP of one stored member under the traditional cipher, written out here as APPNOTE.TXT §6.1 has it. */
function lockedZip(name: string, plain: Buffer, password: string): Buffer {
  const crcByte = (sum: number, byte: number): number => {
    let value = (sum ^ byte) & 0xff;
    for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return ((sum >>> 8) ^ value) >>> 0;
  };
  let crc = 0xffff_ffff;
  for (const byte of plain) crc = crcByte(crc, byte);
  crc = ~crc >>> 0;
  let keys: [number, number, number] = [0x12345678, 0x23456789, 0x34567890];
  const update = (byte: number): void => {
    const a = crcByte(keys[0], byte);
    const b = (Math.imul((keys[1] + (a & 0xff)) >>> 0, 134_775_813) + 1) >>> 0;
    keys = [a, b, crcByte(keys[2], b >>> 24)];
  };
  for (const byte of Buffer.from(password)) update(byte);
  const body = Buffer.from([...Buffer.alloc(11, 7), crc >>> 24, ...plain]).map((byte) => {
    const mix = (keys[2] & 0xffff) | 2;
    const secret = byte ^ ((Math.imul(mix, mix ^ 1) >>> 8) & 0xff);
    update(byte);
    return secret;
  });
  const shared = Buffer.alloc(26);
  shared.writeUInt16LE(20, 0);
  shared.writeUInt16LE(1, 2);
  shared.writeUInt32LE(crc, 10);
  shared.writeUInt32LE(body.length, 14);
  shared.writeUInt32LE(plain.length, 18);
  shared.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), shared, Buffer.from(name), body]);
  const directory = Buffer.concat([
    Buffer.from('PK\x01\x02\x14\0', 'latin1'),
    shared,
    Buffer.alloc(14),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, directory, end]);
}
