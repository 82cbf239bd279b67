/** Builds the renderer and every process of `main` when a source is newer than the last build. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const stampFile = join(root, 'dist/.stamp');

/** Entry file of each process or program, by the name it gets in `dist/main`. */
const entries = {
  app: 'main/app/main.ts',
  engine: 'main/engine/engine.ts',
  importer: 'main/importer/importer.ts',
  sandbox: 'main/sandbox/sandbox.ts',
  casefile: 'main/case-file/casefile.ts',
  host: 'main/host/host-main.ts',
  cli: 'main/cli/cli.ts',
  corpus: 'main/dev/corpus.ts',
  bench: 'main/bench/bench.ts',
  'decode-peer': 'main/bench/decode-peer.ts',
  'make-sample-data': 'main/dev/make-sample-data.ts',
};

function sources(folder, out = []) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'dist' || entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) sources(path, out);
    else if (!/\.(test|story)\.tsx?$/.test(entry.name)) out.push(path);
  }
  return out;
}

function fingerprint() {
  const hash = createHash('sha256');
  const files = ['shared', 'main', 'renderer'].flatMap((name) => sources(join(root, name)));
  for (const extra of ['vite.config.ts', 'package-lock.json']) files.push(join(root, extra));
  for (const file of files.sort()) {
    const { mtimeMs, size } = statSync(file);
    hash.update(`${relative(root, file)}\0${mtimeMs}\0${size}\n`);
  }
  return hash.digest('hex');
}

/** One build at a time: test files that need the built programs may all ask at once. */
async function locked(work) {
  const lock = join(root, 'node_modules/.throughline-build');
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (Date.now() - statSync(lock, { throwIfNoEntry: false })?.mtimeMs > 120_000)
        rmSync(lock, { recursive: true, force: true });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

const isFresh = (stamp) => existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;

const READ_FORMATS = 'virtual:read-formats';

/** Formats as loaded, beside their text; one that cannot be read stays text, and the product tells why. */
function formatsRead() {
  let loader = null;
  const load = async (path) => {
    const { runnerImport } = await import('vite');
    loader ??= runnerImport(join(root, 'main/formats/load.ts'), {
      root,
      configFile: false,
      logLevel: 'error',
    });
    const { module } = await loader;
    const textOf = (id) => readFileSync(join(dirname(path), `${id}.format.yaml`), 'utf8');
    return module.loadFormat(readFileSync(path, 'utf8'), basename(path), textOf);
  };
  /** By path; a file beside the code, because code that long costs every process its time to be looked through. */
  const contents = new Map();
  return {
    name: 'formats-read',
    enforce: 'pre',
    resolveId: (id) => (id === READ_FORMATS ? id : null),
    generateBundle() {
      this.emitFile({
        type: 'asset',
        fileName: 'formats.json',
        source: `{${[...contents].map(([id, content]) => `${JSON.stringify(id)}:${content}`).join(',')}}`,
      });
    },
    async load(id) {
      if (id === READ_FORMATS)
        return `import { readFileSync } from 'node:fs';
          let all = null;
          export const read = (id) =>
            (all ??= JSON.parse(readFileSync(new URL('./formats.json', import.meta.url), 'utf8')))[id];`;
      const [path, query] = id.split('?');
      if (query !== 'raw' || !path.endsWith('.format.yaml')) return null;
      const outcome = await load(path);
      if (!outcome.ok) return null;
      const content = JSON.stringify({ text: readFileSync(path, 'utf8'), format: outcome.value });
      if (!isDeepStrictEqual(JSON.parse(content).format, outcome.value)) {
        throw new Error(`${path} reads as what JSON cannot carry`);
      }
      contents.set(basename(path), content);
      return `import { read } from ${JSON.stringify(READ_FORMATS)};
        export default () => read(${JSON.stringify(basename(path))});`;
    },
  };
}

/**
 * True when it built. A second caller waits for the first and then finds nothing to do.
 * @param {{force?: boolean, quiet?: boolean}} [options]
 */
export async function buildWhenStale(options = {}) {
  if (!options.force && isFresh(fingerprint())) return false;
  return locked(() => forProduction(() => buildNow(options)));
}

/** Whoever asks: tests have an environment of their own, in which libraries would be bundled as for development. */
async function forProduction(work) {
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = 'production';
  try {
    return await work();
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  }
}

async function buildNow(options) {
  const stamp = fingerprint();
  if (!options.force && isFresh(stamp)) return false;
  if (!options.quiet) process.stderr.write('Building Throughline (sources changed)…\n');
  const { build } = await import('vite');
  const input = Object.fromEntries(
    Object.entries(entries)
      .filter(([, file]) => existsSync(join(root, file)))
      .map(([name, file]) => [name, join(root, file)]),
  );
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    plugins: [formatsRead()],
    ssr: {
      noExternal: true,
      external: ['electron', '@duckdb/node-bindings', 'playwright-core'],
    },
    build: {
      ssr: true,
      emitAssets: true,
      target: 'node20',
      outDir: join(root, 'dist/main'),
      emptyOutDir: true,
      minify: false,
      sourcemap: true,
      rollupOptions: {
        input,
        external: [/^electron(\/.*)?$/, /^@duckdb\/node-bindings/, /^playwright-core$/],
        output: {
          entryFileNames: '[name].mjs',
          chunkFileNames: 'chunk-[name]-[hash].mjs',
          banner:
            "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
        },
      },
    },
  });
  if (existsSync(join(root, 'main/app/preload.ts'))) {
    const esbuild = await import('esbuild');
    await esbuild.build({
      entryPoints: [join(root, 'main/app/preload.ts')],
      outfile: join(root, 'dist/preload/preload.cjs'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      external: ['electron', 'electron/*'],
      logLevel: 'warning',
    });
  }
  if (existsSync(join(root, 'renderer/index.html'))) {
    await build({ configFile: join(root, 'vite.config.ts'), root: join(root, 'renderer'), logLevel: 'warn' });
  }
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
  return true;
}

if (process.argv[1] && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) {
  await buildWhenStale({ force: process.argv.includes('--force') });
}
