/** What the desktop window offers for choosing cases, case files and places to save; absent in a browser. */

export type DesktopPick = 'pickCase' | 'pickCaseFile' | 'pickFiles' | 'pickSave';

export interface Grant {
  readonly token: string;
  readonly name: string;
}

/** Opens one of the system's dialogs; the promise gives what was chosen, or null when it was closed. Null in a browser. */
export function desktopPick(what: DesktopPick): ((name?: string) => Promise<Grant | null>) | null {
  const bridge: unknown = Reflect.get(globalThis, 'throughline');
  if (typeof bridge !== 'object' || bridge === null) return null;
  const pick: unknown = Reflect.get(bridge, what);
  if (typeof pick !== 'function') return null;
  return async (name) => {
    const grants: unknown = await pick.call(bridge, name);
    const first: unknown = Array.isArray(grants) ? grants[0] : null;
    return isGrant(first) ? first : null;
  };
}

function isGrant(value: unknown): value is Grant {
  return (
    typeof value === 'object' &&
    value !== null &&
    'token' in value &&
    typeof value.token === 'string' &&
    'name' in value &&
    typeof value.name === 'string'
  );
}
