import type { DockviewApi } from 'dockview-react';
import { describe, expect, it, vi } from 'vitest';
import { restoreLayout } from './dock-layout';

describe('a kept layout', () => {
  it('has the tabs of both sides on top, as the first one has', () => {
    const side = (id: string) => ({
      id,
      setHeaderPosition: vi.fn(),
      isCollapsed: () => false,
      onDidCollapsedChange: vi.fn(),
    });
    const sides = { left: side('edge-left'), right: side('edge-right') };
    const api: Partial<DockviewApi> = {
      fromJSON: vi.fn(),
      getEdgeGroup: vi.fn((edge: keyof typeof sides) => sides[edge]) as never,
      panels: [{}] as never,
    };
    restoreLayout(api as DockviewApi, { grid: {}, panels: {} });
    expect(api.fromJSON).toHaveBeenCalledOnce();
    for (const { setHeaderPosition } of Object.values(sides)) {
      expect(setHeaderPosition).toHaveBeenCalledWith('top');
    }
  });
});
