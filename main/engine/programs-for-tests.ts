/**
 * Test support: builds engine, sandbox and command line into a folder of their own, with the importer that only
 * counts lines, and lets `main/process` start them from there.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

export interface Programs {
  readonly folder: string;
  remove(): void;
}

/** `isReal`: with the importer of the product. Below `dist`, so that the programs find the packages they leave outside. */
export async function buildPrograms(isReal = false): Promise<Programs> {
  mkdirSync(join(root, 'dist'), { recursive: true });
  const folder = mkdtempSync(join(root, 'dist', 'for-tests-'));
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true, external: ['electron', '@duckdb/node-bindings'] },
    build: {
      ssr: true,
      target: 'node20',
      outDir: folder,
      minify: false,
      rollupOptions: {
        input: {
          engine: join(root, 'main/engine/engine.ts'),
          importer: join(
            root,
            isReal ? 'main/importer/importer.ts' : 'main/engine/fake-importer-for-tests.ts',
          ),
          sandbox: join(root, 'main/sandbox/sandbox.ts'),
          casefile: join(root, 'main/case-file/casefile.ts'),
          cli: join(root, 'main/cli/cli.ts'),
        },
        external: [/^electron(\/.*)?$/, /^@duckdb\/node-bindings/],
        output: {
          entryFileNames: '[name].mjs',
          chunkFileNames: 'chunk-[name]-[hash].mjs',
          banner:
            "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
        },
      },
    },
  });
  process.env.THROUGHLINE_PROGRAMS = folder;
  process.env.THROUGHLINE_CHECK_RESULTS = '1';
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
