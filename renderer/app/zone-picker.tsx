/** The zone every time is shown in. Offsets are those in the middle of the case's time, not today's. */
import { Popover } from '@base-ui/react/popover';
import { Command as Cmdk } from 'cmdk';
import { ChevronDown } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { useStore } from 'zustand';
import { useAnnounce, useDisplay, useWorkbench } from '../state/hooks';
import { useOpenState } from './open-state';
import { offsetText, zoneGroups } from './zone-list';
import './zone-picker.css';

function ownZone(): string | null {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone ?? null;
}

export function ZonePicker(): ReactNode {
  const { zone } = useDisplay();
  const { time, counts } = useWorkbench();
  const open = useOpenState((state) => state.shown === 'zone');
  const show = useOpenState((state) => state.show);
  const hide = useOpenState((state) => state.hide);
  const middle = useStore(time, ({ window, extent }) => {
    const stretch = window ?? extent;
    return stretch === null ? null : Math.round((stretch.from + stretch.to) / 2);
  });
  const first = useStore(counts, (state) => state.counts?.first ?? null);
  const at = middle ?? first ?? Date.now() * 1000;
  return (
    <Popover.Root open={open} onOpenChange={(next) => (next ? show('zone') : hide())}>
      <Popover.Trigger className="zone-button" title="Time zone shown (Alt+Z)">
        <span className="label">zone</span>
        <span className="zone-name">{zone}</span>
        <span className="mono quiet">{offsetText(zone, at)}</span>
        <ChevronDown aria-hidden="true" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="menu-place" side="bottom" align="end" sideOffset={2}>
          <Popover.Popup className="zone-popup" aria-label="Time zone shown">
            <ZoneChoice at={at} onDone={hide} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** Every word typed stands in the name or the offset; letters strewn over it are no match. */
function zoneMatches(name: string, typed: string, keywords: readonly string[] = []): number {
  const text = [name, ...keywords].join(' ').toLowerCase();
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
    ? 1
    : 0;
}

function ZoneChoice({ at, onDone }: { readonly at: number; readonly onDone: () => void }): ReactNode {
  const { zone, setZone } = useDisplay();
  const evidence = useStore(useWorkbench().imports, (state) => state.evidence);
  const announce = useAnnounce();
  const groups = useMemo(() => zoneGroups(evidence, ownZone()), [evidence]);
  return (
    <Cmdk className="palette" label="Time zones" loop defaultValue={zone} filter={zoneMatches}>
      <Cmdk.Input className="zone-input" placeholder="Find a zone…" autoFocus />
      <Cmdk.List className="palette-list zone-choices">
        <Cmdk.Empty className="palette-empty">No zone has this name.</Cmdk.Empty>
        {groups.map(({ title, zones }) => (
          <Cmdk.Group key={title} heading={title}>
            {zones.map((one) => (
              <Cmdk.Item
                key={one}
                value={one}
                keywords={[one.replaceAll(/[/_]/g, ' '), offsetText(one, at)]}
                onSelect={() => {
                  setZone(one);
                  announce(`Times are shown in ${one}`);
                  onDone();
                }}
              >
                <span className="menu-tick" aria-hidden="true">
                  {one === zone ? '✓' : ''}
                </span>
                <span className="palette-title">{one.replaceAll('_', ' ')}</span>
                <span className="mono label">{offsetText(one, at)}</span>
              </Cmdk.Item>
            ))}
          </Cmdk.Group>
        ))}
      </Cmdk.List>
    </Cmdk>
  );
}
