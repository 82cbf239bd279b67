/** Windows of an evidence's bytes, loaded as the hex view scrolls. */
import { useEffect, useMemo, useReducer, useRef } from 'react';
import { PageCache } from '../../ui/page-cache';
import { type RowBytes, WINDOW_BYTES } from './hex';

export interface BytesAnswer {
  readonly data: Uint8Array;
  /** The file no longer has the bytes it had at import. */
  readonly changed: boolean;
}

/** Reads bytes of one evidence; rejects with a Problem-like error when the file is missing. */
export type ReadBytes = (offset: number, length: number, signal: AbortSignal) => Promise<BytesAnswer>;

export interface ByteWindows {
  /** The window holding a row, or undefined until it is there. */
  readonly at: (row: number) => { readonly data: Uint8Array; readonly offset: number } | undefined;
  readonly want: (first: number, end: number, direction: number) => void;
  readonly failure: unknown;
  readonly changed: boolean;
  /** Size of the stream once its end was read, else null. */
  readonly size: number | null;
  readonly retry: () => void;
}

/** Byte windows of `rowCount` rows of `rowBytes` bytes; another `read` starts afresh. */
export function useBytes(read: ReadBytes, rowCount: number, rowBytes: RowBytes): ByteWindows {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const seen = useRef<{ changed: boolean; size: number | null }>({ changed: false, size: null });
  const cache = useMemo(() => {
    seen.current = { changed: false, size: null };
    return new PageCache<Uint8Array>({
      rowCount,
      pageRows: WINDOW_BYTES / rowBytes,
      capacity: 16,
      parallel: 1,
      load: async (firstRow, _limit, signal) => {
        const offset = firstRow * rowBytes;
        const { data, changed } = await read(offset, WINDOW_BYTES, signal);
        if (changed) seen.current.changed = true;
        if (data.length < WINDOW_BYTES && (data.length > 0 || offset === 0)) {
          seen.current.size = offset + data.length;
        }
        return data;
      },
      onChange: redraw,
    });
  }, [read, rowCount, rowBytes]);
  useEffect(() => () => cache.dispose(), [cache]);
  return {
    at: (row) => {
      const found = cache.find(row);
      if (found === undefined) return undefined;
      return { data: found.page, offset: (row - found.index) * rowBytes };
    },
    want: (first, end, direction) => cache.want(first, end, direction),
    failure: cache.failure,
    changed: seen.current.changed,
    size: seen.current.size,
    retry: () => {
      cache.retry();
      redraw();
    },
  };
}
