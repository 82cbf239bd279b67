import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Dialog } from './dialog';

let root: Root;
let host: HTMLElement;
const show = (open: boolean) =>
  act(async () =>
    root.render(
      <>
        <button type="button" data-focus-first="">
          The panel
        </button>
        <Dialog open={open} title="Import" onClose={() => {}}>
          <input type="text" aria-label="Path" />
        </Dialog>
      </>,
    ),
  );
const settle = () => act(async () => vi.advanceTimersByTimeAsync(400));

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  vi.useFakeTimers();
  host = document.body.appendChild(document.createElement('div'));
  root = createRoot(host);
});
afterEach(async () => {
  await act(async () => root.unmount());
  host.remove();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('begins in its first field, and leaves the focus somewhere when what opened it is gone', async () => {
  const opener = document.body.appendChild(document.createElement('button'));
  opener.focus();
  await show(true);
  await settle();
  expect(document.activeElement?.getAttribute('aria-label')).toBe('Path');
  opener.remove();
  await show(false);
  await settle();
  expect(document.activeElement?.textContent).toBe('The panel');
});

it('gives it back to what opened it', async () => {
  const opener = document.body.appendChild(document.createElement('button'));
  await show(false);
  opener.focus();
  await show(true);
  await settle();
  await show(false);
  await settle();
  expect(document.activeElement).toBe(opener);
  opener.remove();
});
