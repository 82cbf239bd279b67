/** Shows a cell's tip after the pointer has rested on it; any move to another cell starts over. */
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { useImports } from '../../state/hooks';
import { CellTip, tipFor } from './cell-tip';
import type { CellPlace } from './grid';
import type { ShownColumn } from './use-columns';
import type { Opened } from './view-session';

const REST_MS = 380;

export interface Tip {
  readonly content: ReactNode;
  readonly onHover: (place: CellPlace | null) => void;
  readonly hide: () => void;
}

function isCut(place: CellPlace): boolean {
  const cell = document.querySelector<HTMLElement>(
    `[data-row="${place.row}"] > [data-column="${place.column}"]`,
  );
  if (cell === null) return false;
  const inner = cell.querySelector<HTMLElement>('.cell-head') ?? cell.firstElementChild;
  return cell.scrollWidth > cell.clientWidth || (inner !== null && inner.scrollWidth > inner.clientWidth);
}

export function useTip(opened: Opened | null, columns: readonly ShownColumn[], zone: string): Tip {
  const [shown, setShown] = useState<CellPlace | null>(null);
  const { evidence } = useImports();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const under = useRef<CellPlace | null>(null);
  useEffect(() => () => clearTimeout(timer.current), []);

  const onHover = useCallback((place: CellPlace | null) => {
    const was = under.current;
    const same = was !== null && place !== null && was.row === place.row && was.column === place.column;
    under.current = place;
    if (same) return;
    clearTimeout(timer.current);
    setShown(null);
    if (place !== null) timer.current = setTimeout(() => setShown(under.current), REST_MS);
  }, []);
  const hide = useCallback(() => {
    clearTimeout(timer.current);
    setShown(null);
  }, []);

  const found = shown === null ? undefined : opened?.cache.find(shown.row);
  const column = shown === null ? undefined : columns[shown.column]?.column;
  const name = (id: number) => evidence.find((row) => row.evidence_id === id)?.name ?? null;
  const body =
    shown === null || found === undefined || column === undefined
      ? null
      : tipFor(column, found.page, found.index, zone, name, isCut(shown));
  return {
    content:
      shown === null || body === null ? null : (
        <CellTip x={shown.x} y={shown.y}>
          {body}
        </CellTip>
      ),
    onHover,
    hide,
  };
}
