import { describe, expect, it } from 'vitest';
import * as hex from './hex';

const bytes = new TextEncoder().encode('Dec 15 18:06:42 host sshd[1]: ok\n');

describe('hex view', () => {
  it('shows offset, hex and text, and marks the record', () => {
    const cells = hex.hexRow(0, bytes, 0, { offset: 4, length: 2 });
    expect(cells.map((cell) => cell.inRecord).indexOf(true)).toBe(4);
    expect(cells.filter((cell) => cell.inRecord)).toHaveLength(2);
    expect(hex.hexLine(0, 8, cells)).toBe(
      '00000000  44 65 63 20 31 35 20 31  38 3a 30 36 3a 34 32 20  Dec 15 18:06:42',
    );
  });

  it('leaves cells past the end of the file blank', () => {
    const cells = hex.hexRow(32, bytes, 0, { offset: 0, length: bytes.length });
    expect(cells[0]).toEqual({ hex: '0a', text: '·', inRecord: true, present: true });
    expect(cells.slice(1).every((cell) => !cell.present && cell.hex === '  ')).toBe(true);
    expect(hex.hexRow(48, bytes, 0, { offset: 0, length: 5 }).some((cell) => cell.present)).toBe(false);
  });

  it('knows nothing before its window', () => {
    expect(hex.hexRow(0, bytes, 8, { offset: 0, length: 20 }).filter((cell) => cell.present)).toHaveLength(8);
  });

  it('fits a narrow dock with eight bytes a row', () => {
    expect(hex.hexRow(8, bytes, 0, { offset: 0, length: 4 }, 8)).toHaveLength(8);
    expect(hex.firstRowFor({ offset: 1600, length: 4 }, 8)).toBe(198);
  });

  it('keeps offsets aligned in files beyond 4 GiB', () => {
    expect(hex.offsetText(0x1f, hex.offsetDigits(2 ** 33))).toBe('00000001f');
  });

  it('starts a little before the record', () => {
    expect(hex.firstRowFor({ offset: 0, length: 4 })).toBe(0);
    expect(hex.firstRowFor({ offset: 1600, length: 4 })).toBe(98);
  });

  it('makes control characters visible in the original text', () => {
    expect(hex.printable('a\u0000b\u001b[31m\tc\n')).toBe('a·b·[31m\tc\n');
  });
});
