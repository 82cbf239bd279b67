/** Runs the import rules and fails when the tool saw nothing (it passes silently on an unknown TypeScript). */
import { execFileSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const cruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
let text;
try {
  text = execFileSync(
    process.execPath,
    [cruise, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'main', 'renderer', 'shared'],
    {
      cwd: root,
      maxBuffer: 256 << 20,
      encoding: 'utf8',
    },
  );
} catch (error) {
  text = error.stdout;
  if (!text) throw error;
}
const { modules, summary } = JSON.parse(text);
const own = modules.filter((module) => /^(main|renderer|shared)\//.test(module.source));
const sides = ['main', 'renderer', 'shared'].filter((side) =>
  own.some((module) => module.source.startsWith(`${side}/`)),
);
for (const { rule, from, to } of summary.violations)
  process.stdout.write(`${rule.severity}  ${rule.name}: ${from} → ${to}\n`);
process.stdout.write(
  `Import rules: ${own.length} modules, ${summary.totalDependenciesCruised ?? 0} imports, ${summary.violations.length} violations.\n`,
);
if (own.length < 20 || sides.length < 3) {
  process.stdout.write('The import check saw too little of the house to be believed.\n');
  process.exit(1);
}
process.exit(summary.violations.length > 0 ? 1 : 0);
