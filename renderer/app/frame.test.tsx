import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Result } from '../../shared/protocol';
import { fakeEngine, hello, OPEN_CASE } from '../state/fake-engine-for-tests';
import { WorkbenchContext } from '../state/hooks';
import { createWorkbench, type Workbench } from '../state/workbench';
import { FilterBar } from './filter-bar';
import { SearchField } from './search-field';
import { StatusBar } from './status-bar';

let host: HTMLElement;
let root: Root;
let workbench: Workbench;

const opened: Result<'view.open'> = {
  viewId: 'v1',
  shown: 12_431,
  total: 1_204_556,
  folded: 0,
  undated: 3,
  first: 0,
  last: 1,
};

const engine = fakeEngine({
  'session.hello': () => hello(OPEN_CASE),
  'evidence.list': () => ({ rows: [] }),
  'workspace.load': () => ({ state: null }),
  'workspace.save': () => ({}),
  'view.open': () => opened,
  'view.locate': ({ eventId }) => ({ row: eventId === '7' ? null : 3 }),
  'view.facet': () => ({ values: [{ value: 'ot', count: 7 }], distinct: 1 }),
  'evidence.cancel': () => ({}),
});

beforeEach(async () => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  vi.useFakeTimers({ shouldAdvanceTime: true });
  workbench = createWorkbench(engine);
  host = document.createElement('div');
  document.body.append(host);
  root = createRoot(host);
  await act(async () => {
    await workbench.session.getState().greet();
    root.render(
      <WorkbenchContext.Provider value={workbench}>
        <SearchField />
        <FilterBar />
        <StatusBar />
      </WorkbenchContext.Provider>,
    );
  });
});

afterEach(async () => {
  await act(async () => root.unmount());
  host.remove();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function field(): HTMLInputElement {
  return host.querySelector<HTMLInputElement>('[role="combobox"]')!;
}

async function type(input: HTMLInputElement, text: string): Promise<void> {
  await act(async () => {
    input.focus();
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, text);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

async function press(target: Element, key: string): Promise<void> {
  await act(async () => {
    target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  });
}

describe('search field', () => {
  it('turns what is typed into chips, one for each clause', async () => {
    await type(field(), 'domain:ot -action:denied pump');
    await press(field(), 'Enter');
    const chips = [...host.querySelectorAll('.chip-main')].map((chip) => chip.textContent);
    expect(chips).toEqual(['domain: ot', 'not action: denied', '“pump”']);
    expect(field().value).toBe('');
  });

  it('keeps the text and says what is wrong with it', async () => {
    await type(field(), 'hostt:web');
    await press(field(), 'Enter');
    expect(host.querySelector('[role="alert"]')?.textContent).toContain('There is no field “hostt”');
    expect(field().getAttribute('aria-invalid')).toBe('true');
    expect(workbench.filter.getState().clauses).toEqual([]);
  });

  it('offers values of a field and takes the one chosen', async () => {
    await type(field(), 'domain:');
    await act(async () => {
      await vi.advanceTimersByTimeAsync(400);
    });
    expect(host.querySelector('[role="option"]')?.textContent).toContain('ot');
    await press(field(), 'ArrowDown');
    expect(field().getAttribute('aria-activedescendant')).not.toBeNull();
    await press(field(), 'Enter');
    expect(field().value).toBe('domain:ot ');
  });
});

describe('filter bar', () => {
  it('has asked whether the filter lets the selected event through', async () => {
    const wait = () => act(async () => void (await vi.advanceTimersByTimeAsync(400)));
    workbench.selection.getState().select('7', 10, 'events');
    await wait();
    expect(workbench.selection.getState().outside).toBe(false);
    await act(async () => workbench.filter.getState().add({ kind: 'words', text: 'pump' }, 'bar'));
    await wait();
    expect(workbench.selection.getState().outside).toBe(true);
    await act(async () => workbench.selection.getState().select('8', 10, 'timeline'));
    await wait();
    expect(workbench.selection.getState().outside).toBe(false);
    await act(async () => workbench.selection.getState().select('7', 10, 'timeline'));
    await act(async () => workbench.filter.getState().clear());
    await wait();
    expect(workbench.selection.getState().outside).toBe(false);
  });

  it('counts by itself while no grid is in sight, shown of total', async () => {
    await act(async () => {
      await vi.advanceTimersByTimeAsync(500);
    });
    const shown = host.querySelector('output')?.textContent?.replaceAll('\u202f', ' ');
    expect(shown).toBe('3 undatedshown12 431of1 204 556');
  });

  it('lets the keyboard walk chips, mute, invert and remove them', async () => {
    await act(async () => {
      workbench.filter.getState().add({ kind: 'words', text: 'one' }, 'bar');
      workbench.filter.getState().add({ kind: 'words', text: 'two' }, 'bar');
    });
    const chip = (index: number) => host.querySelectorAll<HTMLElement>('.chip-main')[index]!;
    await act(async () => chip(0).focus());
    await press(chip(0), 'ArrowRight');
    expect(document.activeElement).toBe(chip(1));
    await press(chip(1), 'm');
    expect(workbench.filter.getState().clauses[1]!.muted).toBe(true);
    expect(chip(1).getAttribute('aria-label')).toContain('muted');
    await press(chip(0), 'i');
    expect(chip(0).textContent).toBe('not “one”');
    await press(chip(0), 'Delete');
    expect(workbench.filter.getState().clauses).toHaveLength(1);
  });

  it('edits the whole filter as text and leaves muted chips alone', async () => {
    await act(async () => {
      workbench.filter.getState().add({ kind: 'words', text: 'one' }, 'bar');
      workbench.filter.getState().add({ kind: 'words', text: 'two' }, 'bar');
    });
    await act(async () => {
      workbench.filter.getState().toggleMuted(workbench.filter.getState().clauses[1]!.id);
      workbench.commands.getState().run('filter.text');
    });
    const text = host.querySelector<HTMLInputElement>('[aria-label="Filter as text"]')!;
    expect(text.value).toBe('one');
    await type(text, 'one domain:ot');
    await press(text, 'Enter');
    const { clauses } = workbench.filter.getState();
    expect(clauses.map(({ filter, muted }) => [filter.kind, muted])).toEqual([
      ['words', false],
      ['in', false],
      ['words', true],
    ]);
  });

  it('says that everything is shown and how to change that', () => {
    expect(host.querySelector('.no-chips')?.textContent).toContain('Everything is shown');
  });
});

describe('status bar', () => {
  it('shows an import as it goes and stops it on request', async () => {
    const progress = {
      importId: 'i1',
      fileIndex: 2,
      files: 9,
      name: 'fw.log',
      bytesRead: 41,
      bytesTotal: 100,
      records: 5000,
      secondsLeft: 18,
    };
    await act(async () => engine.notify('import.progress', progress));
    const bar = host.querySelector('progress')!;
    expect(bar.getAttribute('aria-label')).toBe('Import of fw.log');
    expect(host.querySelector('.import-status')?.textContent).toContain('import 3 of 9 · 41 %');
    expect(workbench.messages.getState().announced.text).toContain('import 3 of 9');
    await act(async () => host.querySelector<HTMLElement>('[aria-label="Cancel the import"]')!.click());
    expect(engine.asked.some(({ name }) => name === 'evidence.cancel')).toBe(true);
    expect(host.querySelector('.import-status')?.textContent).toContain('stopping');
  });

  it('keeps problems until they are dismissed, equal ones once', async () => {
    await act(async () => {
      const { report } = workbench.messages.getState();
      report({ code: 'a', what: 'The file is gone.' }, 'evidence');
      report({ code: 'a', what: 'The file is gone.' }, 'evidence');
    });
    expect(host.querySelector('.status-problem')?.textContent).toBe('The file is gone.');
    expect(workbench.messages.getState().reports).toHaveLength(1);
  });
});
