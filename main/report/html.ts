/** Text into HTML and nothing else: whatever is put into a template is escaped, unless it was made by one. */

export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | null | undefined | readonly (Html | string | number)[];

/** Template tag: values are escaped, lists joined, null and undefined are nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const text = strings.reduce(
    (sum, string, index) => sum + string + (index < parts.length ? render(parts[index]) : ''),
    '',
  );
  return new Html(text);
}

export const NOTHING = new Html('');

function render(part: Part): string {
  if (part === null || part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(render).join('');
  return escapeHtml(String(part));
}

export function escapeHtml(text: string): string {
  const escaped = text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
  return showControls(escaped);
}

/**
 * Controls and marks that turn the direction of writing as their numbers: text of evidence must not look like other
 * text.
 */
export function showControls(text: string): string {
  return text.replace(
    /(?![\n\t])[\p{Cc}\p{Bidi_Control}\p{Cs}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/** `1 event`, `2 events`: `noun` as of one. */
export function counted(value: number, noun: string): string {
  return `${thousands(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** A whole number with thin spaces between thousands. */
export function thousands(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, '\u2009');
}
