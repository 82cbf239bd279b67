/** Templates of `text:` values: `Deny {proto} {src}[:{port}]`; a bracketed part is left out when a name in it is NULL. */

export interface TemplatePart {
  /** Text and names in order. */
  readonly pieces: ReadonlyArray<{ readonly text: string } | { readonly name: string }>;
  readonly optional: boolean;
}

/** Cuts a template into parts; brackets do not nest. An unclosed brace or bracket is an error in words. */
export function readTemplate(template: string): readonly TemplatePart[] | string {
  const parts: TemplatePart[] = [];
  let pieces: ({ text: string } | { name: string })[] = [];
  let text = '';
  let optional = false;
  const endText = (): void => {
    if (text !== '') pieces.push({ text });
    text = '';
  };
  const endPart = (): void => {
    endText();
    if (pieces.length > 0) parts.push({ pieces, optional });
    pieces = [];
  };
  for (let at = 0; at < template.length; at += 1) {
    const character = template[at];
    if (character === '\\' && at + 1 < template.length) {
      at += 1;
      text += template[at];
    } else if (character === '{') {
      const end = template.indexOf('}', at);
      if (end < 0) return 'an opened { is not closed';
      endText();
      pieces.push({ name: template.slice(at + 1, end) });
      at = end;
    } else if (character === '[') {
      if (optional) return 'brackets cannot be nested';
      endPart();
      optional = true;
    } else if (character === ']' && optional) {
      endPart();
      optional = false;
    } else {
      text += character;
    }
  }
  if (optional) return 'an opened [ is not closed';
  endPart();
  return parts;
}

/** Names a template uses. */
export function templateNames(parts: readonly TemplatePart[]): readonly string[] {
  return parts.flatMap((part) => part.pieces.flatMap((piece) => ('name' in piece ? [piece.name] : [])));
}
