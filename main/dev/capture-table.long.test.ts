/** Packets and messages of every capture of the corpus beside those of capinfos and tshark: no difference is left open. */
import { expect, test } from 'vitest';
import { hasTool } from '../evidence/normalise/packets/oracle';
import { captureTable } from './capture-table';
import { corpusFolder } from './corpus-folder';

const corpus = corpusFolder();

test.skipIf(corpus === null || !hasTool('tshark') || !hasTool('capinfos'))(
  'packets equal capinfos and messages tshark, or the difference is explained',
  async () => {
    const { lines, unexplained } = await captureTable(corpus ?? '', null);
    process.stdout.write(`${lines.join('\n')}\n`);
    expect(unexplained, lines.join('\n')).toBe(0);
  },
);
