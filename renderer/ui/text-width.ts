/** About how wide a text is in the two fonts at 12 px, without drawing it: enough to choose a column's width by. */

const MONO_PX = 7.25;
const USUAL_PX = 6.9;
const CAPITAL_PX = 8.4;
const DIGIT_PX = 7.5;
const BEYOND_LATIN_PX = 9;
/** Letters that are not as wide as most of their kind. */
const OWN_PX = new Map(
  [
    ["ijl.,:;|!' I", 3.6],
    ['tfr()[]/\\-', 4.9],
    ['mwMW@%', 10.4],
  ].flatMap(([letters, width]) => [...String(letters)].map((letter) => [letter, Number(width)] as const)),
);

export function textWidth(text: string, mono: boolean): number {
  if (mono) return text.length * MONO_PX;
  let width = 0;
  for (const letter of text) width += OWN_PX.get(letter) ?? usualWidth(letter);
  return width;
}

function usualWidth(letter: string): number {
  if (letter >= 'A' && letter <= 'Z') return CAPITAL_PX;
  if (letter >= '0' && letter <= '9') return DIGIT_PX;
  return letter > '\u024f' ? BEYOND_LATIN_PX : USUAL_PX;
}
