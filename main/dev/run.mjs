/** `node main/dev/run.mjs NAME …`: builds when stale, then runs the program NAME of `dist/main` in this process. */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildWhenStale } from './build.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const [name, ...rest] = process.argv.slice(2);
await buildWhenStale();
const program = join(root, 'dist/main', `${name}.mjs`);
process.argv.splice(1, process.argv.length - 1, program, ...rest);
await import(pathToFileURL(program).href);
