/**
 * Imported before anything else. The window's policy lets no text become markup or script; the one exception is the
 * empty text, with which the chart library clears its own element.
 */

interface PolicyFactory {
  createPolicy(name: string, rules: { createHTML(text: string): string | null }): unknown;
}

function isFactory(value: unknown): value is PolicyFactory {
  return typeof value === 'object' && value !== null && 'createPolicy' in value;
}

const factory: unknown = Reflect.get(globalThis, 'trustedTypes');
if (isFactory(factory)) factory.createPolicy('default', { createHTML: (text) => (text === '' ? '' : null) });
