/** The packed program holds what it needs and nothing else: electron-builder's `dir` target over a stand-in runtime. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build, Platform } from 'electron-builder';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWhenStale } from './build.mjs';

const folder = mkdtempSync(join(tmpdir(), 'throughline-pack-'));
const resources = join(folder, 'out/linux-unpacked/resources');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Files of an archive: a JSON tree behind four little-endian lengths. */
function listArchive(path: string): string[] {
  const bytes = readFileSync(path);
  const header: unknown = JSON.parse(bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12)));
  const names: string[] = [];
  const walk = (node: unknown, name: string): void => {
    if (typeof node !== 'object' || node === null) return;
    if (!('files' in node) || typeof node.files !== 'object' || node.files === null) names.push(name);
    else for (const [child, inner] of Object.entries(node.files)) walk(inner, `${name}/${child}`);
  };
  walk(header, '');
  return names;
}

describe.skipIf(process.platform !== 'linux')('packing on Linux', () => {
  beforeAll(async () => {
    await buildWhenStale({ quiet: true });
    const runtime = join(folder, 'runtime');
    mkdirSync(join(runtime, 'locales'), { recursive: true });
    for (const name of ['electron', 'LICENSE', 'LICENSES.chromium.html', 'locales/en-US.pak'])
      writeFileSync(join(runtime, name), '');
    chmodSync(join(runtime, 'electron'), 0o755);
    const { devDependencies } = createRequire(import.meta.url)('../../package.json');
    writeFileSync(join(runtime, 'version'), devDependencies.electron);
    await build({
      projectDir: resolve('.'),
      targets: Platform.LINUX.createTarget('dir'),
      publish: 'never',
      config: {
        extends: resolve('electron-builder.yml'),
        electronDist: runtime,
        // Fuses are flipped in a real binary only.
        electronFuses: null,
        directories: { output: join(folder, 'out') },
      },
    });
  }, 180_000);

  it('holds every program, the window, the preload and the binding, and no source, map or tool', () => {
    const names = listArchive(join(resources, 'app.asar'));
    for (const name of [
      '/package.json',
      '/dist/main/app.mjs',
      '/dist/main/engine.mjs',
      '/dist/main/importer.mjs',
      '/dist/main/sandbox.mjs',
      '/dist/preload/preload.cjs',
      '/dist/renderer/index.html',
    ]) {
      expect(names).toContain(name);
    }
    const foreign = names.filter(
      (name) =>
        !/^\/(dist\/(main|preload|renderer)|node_modules\/(@duckdb|detect-libc))\/|^\/(package\.json|LICENSE)$/.test(
          name,
        ),
    );
    expect(foreign).toEqual([]);
    expect(names.filter((name) => /\.map$|\.test\.|bench\.mjs|corpus\.mjs|make-sample/.test(name))).toEqual(
      [],
    );
    const bindings = new Set(
      names.flatMap((name) => /@duckdb\/(node-bindings-[^/]+)\//.exec(name)?.[1] ?? []),
    );
    expect([...bindings]).toEqual([`node-bindings-linux-${process.arch}`]);
  });

  it('keeps the binding and its library outside the archive, where the linker finds them', () => {
    const binding = join(
      resources,
      `app.asar.unpacked/node_modules/@duckdb/node-bindings-linux-${process.arch}`,
    );
    expect(existsSync(join(binding, 'libduckdb.so'))).toBe(true);
    const loaded: unknown = createRequire(import.meta.url)(join(binding, 'duckdb.node'));
    expect(loaded).toHaveProperty('library_version');
  });

  it('brings the sample investigation', () => {
    expect(existsSync(join(resources, 'sample-data/water-utility/expected.json'))).toBe(true);
  });
});
