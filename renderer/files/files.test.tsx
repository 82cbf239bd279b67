import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CaseState } from '../../shared/protocol';
import { type Answers, type FakeEngine, fakeEngine, hello, OPEN_CASE } from '../state/fake-engine-for-tests';
import { WorkbenchContext } from '../state/hooks';
import { createWorkbench, type Workbench } from '../state/workbench';
import { CaseFileBanner } from './case-file-banner';
import { Files } from './files';
import { useShownDialog } from './shown';

let root: Root;
let engine: FakeEngine;
let workbench: Workbench;

const LOOKED_AT: CaseState = {
  ...OPEN_CASE,
  readOnly: 'a look into a case file',
  file: { path: '/usb/night.tlcase', check: 'checking', problems: [], signedBy: null },
};

async function render(open: CaseState | null, answers: Answers = {}): Promise<void> {
  engine = fakeEngine({
    'session.hello': () => hello(open),
    'evidence.list': () => ({ rows: [] }),
    'workspace.load': () => ({ state: null }),
    'workspace.save': () => ({}),
    ...answers,
  });
  workbench = createWorkbench(engine);
  root = createRoot(document.body.appendChild(document.createElement('div')));
  await act(async () => {
    await workbench.session.getState().greet();
    root.render(
      <WorkbenchContext.Provider value={workbench}>
        <CaseFileBanner />
        <Files />
      </WorkbenchContext.Provider>,
    );
  });
}

beforeEach(() => vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true));
afterEach(async () => {
  await act(async () => root.unmount());
  useShownDialog.getState().hide();
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

const run = (id: string) => act(async () => void workbench.commands.getState().run(id));
const text = (): string => document.body.textContent ?? '';
const asked = (name: string) => engine.asked.filter((one) => one.name === name).map(({ params }) => params);

function button(name: string): HTMLButtonElement {
  const found = [...document.querySelectorAll('button')].find((one) => one.textContent?.trim() === name);
  if (found === undefined) throw new Error(`no button ${name} in: ${text()}`);
  return found;
}

const click = (name: string) => act(async () => button(name).click());

async function fill(input: HTMLInputElement | undefined, value: string): Promise<void> {
  if (input === undefined) throw new Error('the field is not there');
  await act(async () => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, value);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

const PACKED = {
  path: '/cases/x.tlcase',
  sizeBytes: 10,
  sha256: 'ab'.repeat(32),
  entries: 3,
  signature: null,
};

describe('saving a case', () => {
  it('replaces a file only after it was asked about, and says what was written', async () => {
    await render(OPEN_CASE, {
      'host.grantSave': () => ({ token: 't1', path: '/cases/x.tlcase', exists: true }),
      'case.pack': () => PACKED,
    });
    await run('case.saveAs');
    await click('Save');
    expect(asked('case.pack')).toEqual([]);
    expect(text()).toContain('There is a file already at /cases/x.tlcase');
    await click('Replace it');
    expect(asked('case.pack')).toEqual([{ token: 't1', embed: false, passphrase: null, signKey: null }]);
    expect(text()).toContain('ab'.repeat(32));
  });

  it('takes a passphrase only when it was typed twice alike', async () => {
    await render(OPEN_CASE, {
      'host.grantSave': () => ({ token: 't1', path: '/cases/x.tlcase', exists: false }),
      'case.pack': () => PACKED,
    });
    await run('case.saveAs');
    const seal = document.querySelector<HTMLInputElement>('input[type=checkbox]');
    await act(async () => seal?.click());
    const fields = () => [...document.querySelectorAll<HTMLInputElement>('input[type=password]')];
    await fill(fields()[0], 'long enough');
    await fill(fields()[1], 'long enouhg');
    expect(text()).toContain('The two are not the same');
    expect(button('Save').disabled).toBe(true);
    await fill(fields()[1], 'long enough');
    await click('Save');
    expect(asked('case.pack')).toMatchObject([{ passphrase: 'long enough' }]);
  });
});

describe('a case file', () => {
  it('says that it is being checked, then what is damaged, and is worked on only when whole', async () => {
    await render(LOOKED_AT);
    expect(text()).toContain('night.tlcase');
    expect(text()).toContain('being checked');
    expect(button('Work on it…').disabled).toBe(true);
    const file = (check: 'whole' | 'damaged', problems: { code: string; what: string }[]): CaseState => ({
      ...LOOKED_AT,
      file: { path: '/usb/night.tlcase', check, problems, signedBy: null },
    });
    const fault = { code: 'entry-damaged', what: 'data/000001/event.parquet is damaged.' };
    await act(async () => engine.notify('facts.changed', { case: file('damaged', [fault]) }));
    expect(text()).toContain('damaged: 1 fault');
    await click('What is damaged');
    expect(text()).toContain('data/000001/event.parquet is damaged.');
    await act(async () => engine.notify('facts.changed', { case: file('whole', []) }));
    expect(button('Work on it…').disabled).toBe(false);
  });

  it('asks for the passphrase of a sealed one', async () => {
    await render(null, { 'host.grantPath': () => ({ token: 'sealed', name: 'x.tlcase' }) });
    const { call } = engine;
    const opened: unknown[] = [];
    Object.assign(engine, {
      call: (name: string, params: { passphrase?: string }) => {
        if (name !== 'case.open') return call('host.grantPath', { path: 'x' });
        opened.push(params);
        const code = params.passphrase === undefined ? 'passphrase-needed' : 'passphrase-wrong';
        return Promise.resolve({ ok: false, problem: { code, what: `${code}!` } });
      },
    });
    await run('case.open');
    await fill(document.querySelectorAll<HTMLInputElement>('input[type=text]')[0], '/usb/x.tlcase');
    await click('Open');
    expect(text()).not.toContain('passphrase-needed!');
    await fill(document.querySelectorAll<HTMLInputElement>('input[type=password]')[0], 'guess');
    await click('Open');
    expect(opened).toEqual([{ token: 'sealed' }, { token: 'sealed', passphrase: 'guess' }]);
    expect(text()).toContain('passphrase-wrong!');
  });
});
