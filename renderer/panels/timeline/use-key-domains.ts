/** The domain most events of each dataset or evidence belong to, so that its bars can take that hue. */
import { useEffect, useState } from 'react';
import { EVENT_DOMAINS } from '../../../shared/fields';
import { useEngine, useFactsVersion } from '../../state/hooks';
import type { StackBy } from './histogram';

const LIMIT = 1000;

/** Empty for domains themselves, and until the engine has answered. */
export function useKeyDomains(by: StackBy): ReadonlyMap<string, string> {
  const engine = useEngine();
  const facts = useFactsVersion();
  const [domains, setDomains] = useState<ReadonlyMap<string, string>>(new Map());
  // biome-ignore lint/correctness/useExhaustiveDependencies: new facts may bring new keys.
  useEffect(() => {
    if (by === 'event_domain') {
      setDomains(new Map());
      return;
    }
    const controller = new AbortController();
    const most = new Map<string, { domain: string; count: number }>();
    const read = async (): Promise<void> => {
      for (const domain of EVENT_DOMAINS) {
        const filter = { kind: 'in', field: 'event_domain', values: [domain] } as const;
        const facet = await engine.call('view.facet', { filter, field: by, limit: LIMIT }, controller.signal);
        if (!facet.ok) continue;
        for (const { value, count } of facet.value.values) {
          const key = value ?? '';
          if (count > (most.get(key)?.count ?? 0)) most.set(key, { domain, count });
        }
      }
      if (!controller.signal.aborted) {
        setDomains(new Map([...most].map(([key, { domain }]) => [key, domain])));
      }
    };
    void read();
    return () => controller.abort();
  }, [engine, facts, by]);
  return domains;
}
