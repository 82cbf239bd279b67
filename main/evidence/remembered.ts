/** What was found of an object under a key, kept as long as the object is: many formats ask the same of one sample. */
export class Remembered<T> {
  private readonly known = new WeakMap<object, Map<string, { readonly found: T }>>();

  of(holder: object, key: string, find: () => T): T {
    const found = this.known.get(holder)?.get(key);
    if (found !== undefined) return found.found;
    const made = find();
    const all = this.known.get(holder) ?? new Map<string, { readonly found: T }>();
    this.known.set(holder, all.set(key, { found: made }));
    return made;
  }
}
