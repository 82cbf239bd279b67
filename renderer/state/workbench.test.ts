import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeEngine, hello, OPEN_CASE } from './fake-engine-for-tests';
import { createWorkbench } from './workbench';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function settle(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

function started(options: { readonly state?: string | null; readonly readOnly?: string | null } = {}) {
  const saves: string[] = [];
  const open = { ...OPEN_CASE, readOnly: options.readOnly ?? null };
  const engine = fakeEngine({
    'session.hello': () => hello(open),
    'evidence.list': () => ({ rows: [] }),
    'workspace.load': () => ({ state: options.state ?? null }),
    'workspace.save': ({ state }) => {
      saves.push(state);
      return {};
    },
    'case.close': () => ({}),
    'operation.undo': () => ({ ...open, undo: null, redo: 'Remove evidence' }),
  });
  const workbench = createWorkbench(engine);
  return { engine, workbench, saves };
}

describe('workbench', () => {
  it('greets the engine, takes its case and loads what was kept with it', async () => {
    const kept = JSON.stringify({
      version: 1,
      parts: {
        display: { zone: 'Australia/Brisbane', theme: 'light', density: 'compact' },
        filter: [{ id: 'c1', author: 'bar', filter: { kind: 'words', text: 'pump' }, muted: false }],
        panels: { 'events.columns': ['a'] },
      },
    });
    const { workbench } = started({ state: kept });
    await workbench.session.getState().greet();
    await settle();
    expect(workbench.session.getState().case?.name).toBe('Pump station');
    expect(workbench.display.getState().zone).toBe('Australia/Brisbane');
    expect(workbench.filter.getState().filter).toEqual({ kind: 'words', text: 'pump' });
    expect(workbench.panels.getState().values).toEqual({ 'events.columns': ['a'] });
  });

  it('shows a case with nothing kept in UTC, whatever zone the case before was shown in', async () => {
    const { workbench } = started();
    workbench.display.setState({ zone: 'Australia/Adelaide', theme: 'light' });
    await workbench.session.getState().greet();
    await settle();
    expect(workbench.display.getState()).toMatchObject({ zone: 'UTC', theme: 'light' });
  });

  it('starts anew from junk, part by part', async () => {
    const kept = JSON.stringify({
      version: 1,
      parts: { filter: [{ id: 1 }], display: { zone: 'Mars/Olympus' }, window: 'wide' },
    });
    const { workbench } = started({ state: kept });
    await workbench.session.getState().greet();
    await settle();
    expect(workbench.filter.getState().clauses).toEqual([]);
    expect(workbench.display.getState().zone).toBe('UTC');
    expect(workbench.time.getState().window).toBeNull();
  });

  it('saves a moment after the last change, once, and not before the kept state was read', async () => {
    const { workbench, saves } = started();
    workbench.display.getState().setZone('Asia/Tokyo');
    await settle(5000);
    expect(saves).toEqual([]);
    await workbench.session.getState().greet();
    await settle();
    workbench.display.getState().setZone('Europe/Vienna');
    workbench.filter.getState().add({ kind: 'words', text: 'a' }, 'bar');
    await settle(5000);
    expect(saves).toHaveLength(1);
    expect(saves[0]).toContain('Europe/Vienna');
    await settle(5000);
    expect(saves).toHaveLength(1);
  });

  it('never saves into a case that is read-only', async () => {
    const { workbench, saves } = started({ readOnly: 'held by host-a' });
    await workbench.session.getState().greet();
    await settle();
    workbench.display.getState().setZone('Asia/Tokyo');
    await settle(5000);
    expect(saves).toEqual([]);
  });

  it('forgets filter, selection and counts with the case they belong to', async () => {
    const { workbench } = started();
    await workbench.session.getState().greet();
    await settle();
    workbench.selection.getState().select('7', 1, 'events');
    workbench.filter.getState().add({ kind: 'words', text: 'a' }, 'bar');
    workbench.session.setState({ case: null });
    expect(workbench.selection.getState().selected).toBeNull();
    expect(workbench.filter.getState().clauses).toEqual([]);
  });

  it('follows imports: progress, cancel asked once, result, a fresh ledger', async () => {
    const { workbench, engine } = started();
    await workbench.session.getState().greet();
    await settle();
    const progress = {
      importId: 'i1',
      fileIndex: 0,
      files: 2,
      name: 'a.log',
      bytesRead: 1,
      bytesTotal: 10,
      records: 5,
      secondsLeft: null,
    };
    engine.notify('import.progress', progress);
    engine.notify('import.progress', { ...progress, bytesRead: 5 });
    expect(workbench.imports.getState().running).toEqual([{ ...progress, bytesRead: 5 }]);
    void workbench.imports.getState().cancel('i1');
    void workbench.imports.getState().cancel('i1');
    expect(engine.asked.filter(({ name }) => name === 'evidence.cancel')).toHaveLength(1);
    const before = engine.asked.filter(({ name }) => name === 'evidence.list').length;
    engine.notify('import.done', { importId: 'i1', status: 'cancelled', rows: [], problem: null });
    expect(workbench.imports.getState().running).toEqual([]);
    expect(engine.asked.filter(({ name }) => name === 'evidence.list').length).toBe(before + 1);
  });

  it('counts changes of the facts, and greets again when the engine is back', async () => {
    const { workbench, engine } = started();
    await workbench.session.getState().greet();
    const before = workbench.session.getState().factsVersion;
    engine.notify('facts.changed', { case: { ...OPEN_CASE, events: 11 } });
    expect(workbench.session.getState().factsVersion).toBe(before + 1);
    expect(workbench.session.getState().case?.events).toBe(11);
    engine.notify('engine.restarted', { problem: { code: 'engine-lost', what: 'It stopped.' } });
    expect(workbench.session.getState().restarted?.what).toBe('It stopped.');
    await settle();
    expect(engine.asked.filter(({ name }) => name === 'session.hello')).toHaveLength(2);
    engine.lose();
    expect(workbench.session.getState().lost).toBe(true);
  });

  it('takes the new labels of undo and redo from the answer', async () => {
    const { workbench } = started();
    await workbench.session.getState().greet();
    await workbench.session.getState().undo();
    expect(workbench.session.getState().case?.redo).toBe('Remove evidence');
  });
});
