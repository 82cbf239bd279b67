/** Where keys go on once what had the focus is gone: the window's first place made for them. */

/** Long enough for whoever gives the focus back by itself. */
const WAIT_MS = 100;

/** Gives the focus to the first panel's own stop, else to the first button in sight, if nothing has it a moment later. */
export function focusHomeWhenLost(page: Document): void {
  setTimeout(() => {
    if (page.activeElement !== null && page.activeElement !== page.body) return;
    if (page.querySelector('[role="dialog"]') !== null) return;
    const stops = [
      ...page.querySelectorAll<HTMLElement>('[data-focus-first]'),
      ...page.querySelectorAll<HTMLElement>('main button:enabled'),
    ];
    for (const stop of stops) {
      stop.focus();
      if (page.activeElement === stop) return;
    }
  }, WAIT_MS);
}
