/**
 * Which legacy encoding text is in, when it is neither Unicode nor marked: every encoding is tried, and the one whose
 * characters are those that some language writes, where that language writes them, is taken. A guess, and told as one.
 */
import { type CodePage, codePageCharacters, type Encoding } from '../../shared/encodings';
import { eastAsianScore } from './guess-east-asian';

/** Letters beyond a–z of languages, the frequent ones first. Upper case is worked out. */
const LATIN_WEST = [
  'äöüß',
  'éèàêçùôîâûëïœ',
  'óíáéñúü',
  'ãçáéíóõêâú',
  'åäöøæé',
  'éàèùìò',
  'ëéïè',
  'áíéúóðþæöý',
];
const LATIN_CENTRAL = ['łóążęśćńź', 'íáéýěčšžřůúťďňó', 'áéóöőíüúű', 'čšžćđ', 'ăîșțâşţ', 'áíéčšžýúľťôäňó'];
const TURKISH = ['ıişüçöğ'];
const BALTIC = ['ėšąžųįūęč', 'āīēšūņļģķžč', 'õäöüšž'];
const CYRILLIC = [
  'оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё',
  'оаинвретскілудмпзьяїєгбчйхжшюцщфґ',
  'аиоентрсвлкпмдзбуъягчщжшцйхфюь',
];
const GREEK = ['αοιετσνηυρπκμλςωδγχθφβξζψάέήίόύώ'];
const HEBREW = ['יוהלאתמרבשנדקםחעפגטסצןכזךףץ'];
const ARABIC = ['اليمنرتبوعدسفهكحقةجشصطخضذزثغءظىأإآؤئ'];
const THAI = ['านรกอเงวมยลตทสดปหคพบชจขไใแโะัิีึืุู่้์'];

interface Candidate {
  readonly page: CodePage;
  readonly languages: readonly string[];
}

/** In the order in which they are believed where two fit alike. */
const CANDIDATES: readonly Candidate[] = [
  { page: 'windows-1252', languages: LATIN_WEST },
  { page: 'windows-1250', languages: LATIN_CENTRAL },
  { page: 'windows-1251', languages: CYRILLIC },
  { page: 'windows-1253', languages: GREEK },
  { page: 'windows-1254', languages: TURKISH },
  { page: 'windows-1257', languages: BALTIC },
  { page: 'windows-1255', languages: HEBREW },
  { page: 'windows-1256', languages: ARABIC },
  { page: 'windows-874', languages: THAI },
  { page: 'iso-8859-2', languages: LATIN_CENTRAL },
  { page: 'iso-8859-5', languages: CYRILLIC },
  { page: 'iso-8859-7', languages: GREEK },
  { page: 'koi8-u', languages: CYRILLIC },
  { page: 'koi8-r', languages: CYRILLIC },
  { page: 'ibm850', languages: LATIN_WEST },
  { page: 'ibm437', languages: LATIN_WEST },
  { page: 'ibm852', languages: LATIN_CENTRAL },
  { page: 'ibm866', languages: CYRILLIC },
  { page: 'ibm857', languages: TURKISH },
  { page: 'macintosh', languages: LATIN_WEST },
];
const EAST_ASIAN = ['shift_jis', 'euc-kr', 'gb18030', 'big5', 'euc-jp'] as const;

/** Logarithms of how likely a character is, so that a character that nobody writes weighs against many that fit. */
const FOREIGN = -6;
const IMPOSSIBLE = -9;
const SYMBOL = -3.5;
const SYMBOL_IN_WORD = -6;
const DRAWN = -2;
const MIXED_SCRIPTS = -4;
const CAPITAL_IN_WORD = -3;
const CAPITAL = -1.5;
/** Below this nothing fits; the usual encoding is as good a guess as any. */
const LEAST_SCORE = -5.2;
/** How much better another must be than one believed before it. */
const MARGIN = 0.05;
const MOST_BYTES = 64 << 10;

/** Needs at least one byte above 0x7F. */
export function guessLegacy(sample: Uint8Array): Encoding {
  const bytes = sample.subarray(0, MOST_BYTES).some((byte) => byte >= 0x80)
    ? sample.subarray(0, MOST_BYTES)
    : sample;
  let best: Encoding = 'windows-1252';
  let bestScore = LEAST_SCORE;
  for (const { page, languages } of CANDIDATES) {
    const score = pageScore(bytes, page, languages);
    if (score > bestScore + MARGIN) {
      best = page;
      bestScore = score;
    }
  }
  for (const encoding of EAST_ASIAN) {
    const score = eastAsianScore(bytes, encoding);
    if (score > bestScore + MARGIN) {
      best = encoding;
      bestScore = score;
    }
  }
  return best;
}

/** The same for every language: what a character is, and what stands around it. */
interface Shape {
  readonly character: string;
  /** Fixed score, or null for a letter, which a language must judge. */
  readonly fixed: number | null;
  /** What is added for a letter. */
  readonly place: number;
}

function pageScore(bytes: Uint8Array, page: CodePage, languages: readonly string[]): number {
  const characters = codePageCharacters(page);
  const counts = new Map<string, { shape: Shape; count: number }>();
  let total = 0;
  for (let at = 0; at < bytes.length; at++) {
    if ((bytes[at] ?? 0) < 0x80) continue;
    const shape = shapeOf(
      characters[bytes[at] ?? 0] ?? '',
      characters[bytes[at - 1] ?? 32] ?? ' ',
      characters[bytes[at + 1] ?? 32] ?? ' ',
    );
    const key = `${shape.character}${shape.fixed}${shape.place}`;
    const seen = counts.get(key);
    if (seen) seen.count++;
    else counts.set(key, { shape, count: 1 });
    total++;
  }
  let best = Number.NEGATIVE_INFINITY;
  for (const language of languages) {
    let sum = 0;
    for (const { shape, count } of counts.values()) {
      sum += count * (shape.fixed ?? letterScore(shape.character, language) + shape.place);
    }
    best = Math.max(best, sum / total);
  }
  return best;
}

function shapeOf(character: string, before: string, after: string): Shape {
  const fixed = (score: number): Shape => ({ character, fixed: score, place: 0 });
  if (character === '\ufffd' || character < '\u00a0') return fixed(IMPOSSIBLE);
  if (isDrawn(character)) {
    // Lines run on; letters misread as frames hardly ever repeat.
    const goesOn = [before, after].some((one) => one === character || '─═'.includes(one));
    const isFramed = [before, after].every((one) => one <= ' ');
    return fixed(goesOn || isFramed ? DRAWN : FOREIGN);
  }
  if (!isLetter(character)) {
    return fixed(isLetter(before) && isLetter(after) ? SYMBOL_IN_WORD : SYMBOL);
  }
  const mixes = [before, after].some((one) => isLetter(one) && isLatin(one) !== isLatin(character));
  const isCapital = character !== character.toLowerCase();
  const inWord = isCapital && isLetter(before) && before !== before.toUpperCase();
  const place = (mixes ? MIXED_SCRIPTS : 0) + (isCapital ? CAPITAL : 0) + (inWord ? CAPITAL_IN_WORD : 0);
  return { character, fixed: null, place };
}

/** The first letters of a language's list make up most of what it writes. */
function letterScore(character: string, language: string): number {
  const place = language.indexOf(character.toLowerCase());
  if (place < 0) return FOREIGN;
  return -1 - Math.log(1 + place) * (language.length > 20 ? 1 : 0.9);
}

function isDrawn(character: string): boolean {
  return character >= '\u2500' && character <= '\u25ff';
}

function isLetter(character: string): boolean {
  return /\p{L}|\p{M}/u.test(character);
}

function isLatin(character: string): boolean {
  return character <= '\u024f';
}
