import {
  Bool,
  Table,
  TimestampMicrosecond,
  tableToIPC,
  Uint64,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { readArrowRows } from './arrow-rows';

describe('arrow rows', () => {
  it('keeps microseconds, big integers, booleans and nulls exact', () => {
    const at = 1_481_789_202_895_706;
    const times = vectorFromArray([new Date(0), null], new TimestampMicrosecond());
    const values = times.data[0]?.values;
    if (values instanceof BigInt64Array) values[0] = BigInt(at);
    const table = new Table({
      timestamp: new Vector(times.data),
      event_id: vectorFromArray([68_719_476_736n, 2n ** 60n], new Uint64()),
      message: vectorFromArray(['', null], new Utf8()),
      flag: vectorFromArray([true, null], new Bool()),
    });
    const rows = readArrowRows(tableToIPC(table, 'stream'));
    expect(rows.length).toBe(2);
    expect(rows.value(0, 'timestamp')).toBe(at);
    expect(rows.value(1, 'timestamp')).toBeNull();
    expect(rows.value(0, 'event_id')).toBe(68_719_476_736);
    expect(rows.text(1, 'event_id')).toBe('1152921504606846976');
    expect(rows.value(0, 'message')).toBe('');
    expect(rows.value(1, 'message')).toBeNull();
    expect(rows.value(0, 'flag')).toBe(true);
    expect(rows.value(0, 'no such column')).toBeNull();
  });
});
