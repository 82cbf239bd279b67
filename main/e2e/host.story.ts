/** The way in: an address is good once, a reload gets in again, and a window outlives its engine. */
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { writeLaunchPage } from '../host/app-window';
import { describeStory, type Workbench } from './browser';

/** A page that is not watched, for what must go wrong. */
async function strangePage({ context }: Workbench): Promise<Page> {
  const apart = await context.browser()?.newContext();
  if (!apart) throw new Error('the browser is gone');
  return apart.newPage();
}

describeStory('the loopback host', (stage) => {
  it('lets one window in by its address, takes the token out of sight, and lets a reload in', async () => {
    const { page, host } = await stage.openWorkbench();
    await page.getByRole('button', { name: /sample investigation/i }).waitFor();
    expect(page.url()).toBe(`${host.origin}/`);
    await page.reload();
    await page.getByRole('button', { name: /sample investigation/i }).waitFor();
    expect(await page.evaluate('document.cookie')).toBe('');
  });

  it('turns away a window without an address, in words', async () => {
    const { context, host } = await stage.openWorkbench();
    const stranger = await context.newPage();
    await stranger.goto(`${host.origin}/#used-long-ago`);
    await stranger
      .getByText(/address/i)
      .first()
      .waitFor();
    expect(await stranger.getByRole('button', { name: /sample investigation/i }).count()).toBe(0);
  });

  it('keeps the window when its engine is killed', async () => {
    const { page, host, killEngine } = await stage.openWorkbench();
    await page.getByRole('button', { name: /sample investigation/i }).waitFor();
    const before = killEngine();
    await expect.poll(() => host.engine.pid()).not.toBe(before);
    await page
      .getByText(/engine/i)
      .first()
      .waitFor();
  });

  it('is reached from the launching file, whose address then is spent', async () => {
    const workbench = await stage.openWorkbench();
    const launch = writeLaunchPage(workbench.host.newAddress());
    const page = await strangePage(workbench);
    await page.goto(pathToFileURL(launch.file).href);
    await page.getByRole('button', { name: /sample investigation/i }).waitFor();
    expect(page.url()).toBe(`${workbench.host.origin}/`);
    const second = await strangePage(workbench);
    await second.goto(pathToFileURL(launch.file).href);
    await second
      .getByText(/address/i)
      .first()
      .waitFor();
    launch.forget();
  });

  it('lets no text become markup or script', async () => {
    const workbench = await stage.openWorkbench();
    const page = await strangePage(workbench);
    await page.goto(workbench.host.newAddress());
    // Out of the turn of the debugger's own call, which may compile code.
    const tried = await page.evaluate(`new Promise((resolve) => setTimeout(() => {
      const attempt = (deed) => { try { deed(); return 'done'; } catch (error) { return error.name; } };
      const box = document.createElement('div');
      resolve({
        markup: attempt(() => { box.innerHTML = '<b>x</b>'; }),
        cleared: attempt(() => { box.innerHTML = ''; }),
        compiled: attempt(() => new Function('return 1')()),
        policy: attempt(() => trustedTypes.createPolicy('another', {})),
        script: attempt(() => { document.createElement('script').text = 'x'; }),
      });
    }))`);
    expect(tried).toEqual({
      markup: 'TypeError',
      cleared: 'done',
      compiled: 'EvalError',
      policy: 'TypeError',
      script: 'TypeError',
    });
  });
});
