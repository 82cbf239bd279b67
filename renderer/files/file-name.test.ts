import { expect, test } from 'vitest';
import { fileNameOf } from './file-name';

test.each([
  ['Harbour Water: night of 15 March', 'Harbour Water night of 15 March.tlcase'],
  ['../../etc/passwd', 'etc passwd.tlcase'],
  ['-rf', 'rf.tlcase'],
  ['  \u202Etxt.exe ', 'txt.exe.tlcase'],
  ['...', 'case.tlcase'],
  ['', 'case.tlcase'],
])('%j is proposed as %j', (title, name) => {
  expect(fileNameOf(title, 'tlcase')).toBe(name);
});
