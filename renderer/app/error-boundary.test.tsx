import { act, type ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ErrorBoundary } from './error-boundary';

let host: HTMLElement;
let root: Root;
let isBroken = true;

function Fragile(): ReactNode {
  if (isBroken) throw new Error('no such column');
  return <p>drawn</p>;
}

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  isBroken = true;
  host = document.createElement('div');
  document.body.append(host);
  root = createRoot(host);
});

afterEach(async () => {
  await act(async () => root.unmount());
  host.remove();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const button = () => host.querySelector('button');

it('keeps a fault to its panel, says what it was, and draws the panel again', async () => {
  await act(async () =>
    root.render(
      <>
        <ErrorBoundary name="Timeline" again="Reload panel">
          <Fragile />
        </ErrorBoundary>
        <p id="other">alive</p>
      </>,
    ),
  );
  expect(host.querySelector('[role=alert]')?.textContent).toContain('Timeline could not be drawn.');
  expect(host.querySelector('[role=alert]')?.textContent).toContain('no such column');
  expect(host.querySelector('#other')?.textContent).toBe('alive');
  isBroken = false;
  expect(button()?.textContent).toBe('Reload panel');
  await act(async () => button()?.click());
  expect(host.textContent).toBe('drawnalive');
});

it('does what it is told to where drawing again is not enough', async () => {
  const again = vi.fn();
  await act(async () =>
    root.render(
      <ErrorBoundary name="The window" again="Reload window" onAgain={again}>
        <Fragile />
      </ErrorBoundary>,
    ),
  );
  await act(async () => button()?.click());
  expect(again).toHaveBeenCalledOnce();
});
