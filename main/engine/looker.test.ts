/** Several files are looked at at a time; a process that ends costs the one file it was at. */
import { expect, it } from 'vitest';
import { toImporterSchema } from '../importer/messages';
import type { Child } from '../process/pipe';
import { createLooker } from './looker';

interface Fake {
  readonly asked: { readonly requestId: number; readonly name: string }[];
  answer(): void;
  end(): void;
}

function fakes() {
  const started: Fake[] = [];
  const spawn = (): Child => {
    let tell: Parameters<Child['onMessage']>[0] = () => undefined;
    let close: () => void = () => undefined;
    const asked: { requestId: number; name: string }[] = [];
    started.push({
      asked,
      answer() {
        const { requestId } = asked.shift() ?? { requestId: 0 };
        tell({ kind: 'looked', requestId, candidates: [], problem: null, members: [], preview: null }, []);
      },
      end: () => close(),
    });
    return {
      send(value) {
        const message = toImporterSchema.parse(value);
        if (message.kind === 'look') asked.push(message);
      },
      onMessage(listener) {
        tell = listener;
      },
      onClose(listener) {
        close = () => listener({ code: 1, signal: null });
      },
      kill: () => undefined,
      lastWords: () => 'out of memory',
    } as Child;
  };
  return { started, spawner: { spawn } };
}

const file = (name: string) => ({ path: `/x/${name}`, name });

it('asks as many processes as there are, and no more than are needed', async () => {
  const { started, spawner } = fakes();
  const looker = createLooker(spawner, 2);
  const looks = ['a', 'b', 'c'].map((name) => looker.look(file(name), null));
  expect(started.map(({ asked }) => asked.map(({ name }) => name))).toEqual([['a', 'c'], ['b']]);
  for (const fake of [0, 0, 1]) started[fake]?.answer();
  expect((await Promise.all(looks)).map(({ problem }) => problem)).toEqual([null, null, null]);
  void looker.look(file('d'), null);
  expect(started).toHaveLength(2);
});

it('starts one process ahead of the first file, which then is ready for it', () => {
  const { started, spawner } = fakes();
  const looker = createLooker(spawner, 2);
  looker.prepare();
  looker.prepare();
  expect(started).toHaveLength(1);
  void looker.look(file('a'), null);
  expect(started.map(({ asked }) => asked.map(({ name }) => name))).toEqual([['a']]);
  looker.close();
});

it('loses one file with a process and asks another for the rest', async () => {
  const { started, spawner } = fakes();
  const looker = createLooker(spawner, 1);
  const looks = ['a', 'b'].map((name) => looker.look(file(name), null));
  started[0]?.end();
  expect(await looks[0]).toMatchObject({
    problem: { code: 'importer-lost', why: 'out of memory', where: '/x/a' },
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(started[1]?.asked.map(({ name }) => name)).toEqual(['b']);
  started[1]?.answer();
  expect(await looks[1]).toMatchObject({ problem: null });
});
