/** The desktop window in the real runtime; skipped by name where it is not installed, failed under REQUIRE_ELECTRON=1. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { buildWhenStale } from '../dev/build.mjs';

const names: Partial<Record<NodeJS.Platform, string>> = {
  win32: 'electron.exe',
  darwin: 'Electron.app/Contents/MacOS/Electron',
};
const root = resolve(import.meta.dirname, '../..');
// The file is looked for, never required: requiring the package would download the runtime.
const runtime = join(root, 'node_modules/electron/dist', names[process.platform] ?? 'electron');
const wanted = existsSync(runtime) || process.env.REQUIRE_ELECTRON === '1';

describe.skipIf(!wanted)('the desktop window', () => {
  it('opens, reaches its engine, and cannot leave its page', async () => {
    expect(existsSync(runtime), 'no Electron runtime: run npx install-electron').toBe(true);
    await buildWhenStale({ quiet: true });
    const data = mkdtempSync(join(tmpdir(), 'throughline-electron-'));
    const app = await _electron.launch({
      executablePath: runtime,
      args: [root, `--user-data-dir=${data}`],
      cwd: root,
    });
    try {
      const page = await app.firstWindow();
      await page.getByRole('button', { name: /sample investigation/i }).waitFor();
      expect(page.url()).toBe('app://workbench/');
      await page.evaluate("location.href = 'https://example.org/'").catch(() => undefined);
      await page.evaluate("window.open('https://example.org/')").catch(() => undefined);
      expect(page.url()).toBe('app://workbench/');
      expect(app.windows()).toHaveLength(1);
      const reached = await page.evaluate("fetch('https://example.org/').then(() => true, () => false)");
      expect(reached).toBe(false);
    } finally {
      await app.close();
      rmSync(data, { recursive: true, force: true });
    }
  });
});
