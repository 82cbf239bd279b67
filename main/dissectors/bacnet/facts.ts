/** What a BACnet device says of itself: I-Am, and the properties of its device object (ASHRAE 135 §12.11, §16.10.2). */
import type { AssetFact, AssetFactKind, OtMessage, PointRun } from '../dissector';

/** Makers by the numbers ASHRAE gives them; others are told by the number. */
const VENDORS: Readonly<Record<number, string>> = {
  2: 'Trane',
  5: 'Johnson Controls',
  7: 'Siemens',
  8: 'Delta Controls',
  10: 'Schneider Electric',
  17: 'Honeywell',
  24: 'Automated Logic',
  36: 'Tridium',
};
const PROPERTIES: Readonly<Record<string, AssetFactKind>> = {
  'object-name': 'name',
  'vendor-name': 'vendor',
  'model-name': 'model',
  'firmware-revision': 'firmware',
  'serial-number': 'serial',
  location: 'location',
};

interface Told {
  readonly object: string | null;
  /** Its instance. */
  readonly address: number | null;
  readonly points: readonly PointRun[];
  /** Of an I-Am. */
  readonly vendor?: number | undefined;
}

/** `origin`: who sent it first (address and port), where a broadcast device sends it on. */
export function deviceFacts(
  kind: OtMessage,
  { object, address, points, vendor }: Told,
  origin: string | null,
): readonly AssetFact[] {
  if (kind !== 'response' || object !== 'device') return [];
  const of: AssetFact['of'] = origin === null ? 'sender' : { ip: origin.replace(/:\d+$/, '') };
  if (vendor !== undefined)
    return [
      { of, fact: 'name', value: address === null ? '' : `BACnet device ${address}` },
      { of, fact: 'vendor', value: VENDORS[vendor] ?? `BACnet vendor ${vendor}` },
    ];
  return points.flatMap(({ object: named, values, texts }): readonly AssetFact[] => {
    const fact = PROPERTIES[named?.replace(/^device /, '') ?? ''];
    const value = values.length === 1 ? (texts?.[0] ?? null) : null;
    return fact === undefined || value === null ? [] : [{ of, fact, value: value.replace(/^"|"$/g, '') }];
  });
}
