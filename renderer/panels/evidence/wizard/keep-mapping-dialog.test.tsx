import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Preview } from '../../../../shared/evidence';
import { type FakeEngine, fakeEngine } from '../../../state/fake-engine-for-tests';
import { WorkbenchContext } from '../../../state/hooks';
import { createWorkbench } from '../../../state/workbench';
import { guessMapping } from '../mapping';
import { KeepMappingDialog } from './keep-mapping-dialog';

const COLUMNS = ['time', 'message'];
const PREVIEW: Preview = {
  name: 'pump.csv',
  sizeBytes: 60,
  compression: null,
  encoding: 'utf-8',
  encodingGuessed: false,
  candidates: [],
  chosen: 'generic-delimited',
  columns: COLUMNS,
  records: [
    {
      number: 1,
      raw: '2026-03-16 22:52:31,opened',
      cells: ['2026-03-16 22:52:31', 'opened'],
      event: { message: 'opened' },
      reject: null,
    },
  ],
  zone: { name: 'UTC', source: null, needed: false },
  problem: null,
};

let root: Root;
async function show(engine: FakeEngine, onKept = (_: string) => {}): Promise<void> {
  root = createRoot(document.body.appendChild(document.createElement('div')));
  await act(async () =>
    root.render(
      <WorkbenchContext.Provider value={createWorkbench(engine)}>
        <KeepMappingDialog
          token="t"
          name="pump.csv"
          options={{}}
          preview={PREVIEW}
          mapping={guessMapping(COLUMNS)}
          onKept={onKept}
          onClose={() => {}}
        />
      </WorkbenchContext.Provider>,
    ),
  );
  await act(async () => vi.advanceTimersByTimeAsync(300));
}

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  vi.useFakeTimers();
});
afterEach(async () => {
  await act(async () => root.unmount());
  document.body.replaceChildren();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const text = (): string => document.body.textContent ?? '';
function keepButton(): HTMLButtonElement {
  const found = [...document.querySelectorAll('button')].find((one) => one.textContent === 'Keep the format');
  if (found === undefined) throw new Error(`no button to keep it in: ${text()}`);
  return found;
}

it('keeps the format under its name, in the case unless said otherwise', async () => {
  const kept: string[] = [];
  const engine = fakeEngine({
    'evidence.preview': () => PREVIEW,
    'format.save': () => ({ id: 'pump', title: 'Pump' }),
  });
  await show(engine, (id) => kept.push(id));
  expect(text()).toContain('1 of 1 first records read');
  await act(async () => keepButton().click());
  expect(kept).toEqual(['pump']);
  const saved = engine.asked.find(({ name }) => name === 'format.save')?.params;
  expect(saved).toMatchObject({
    text: expect.stringContaining('id: pump\n'),
    toCase: true,
    toLibrary: false,
  });
});

it('says why a file could not be tried, and keeps nothing', async () => {
  await show(fakeEngine({}));
  expect(text()).toContain('The test answers no evidence.preview.');
  expect(keepButton().disabled).toBe(true);
});
