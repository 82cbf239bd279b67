/** The way in: an address is good once, a reload gets in again, and a window outlives its engine. */
import { expect, it } from 'vitest';
import { describeStory } from './browser';

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
});
