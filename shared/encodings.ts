/** The encodings text may come in: their names, what people call them, and reading a stretch of bytes in one. */
import { CODE_PAGES } from './code-pages';

/** Encodings that TextDecoder reads, by its own names. */
const DECODED = {
  'utf-8': 'Unicode (UTF-8)',
  'utf-16le': 'Unicode (UTF-16, little-endian)',
  'utf-16be': 'Unicode (UTF-16, big-endian)',
  shift_jis: 'Japanese (Shift JIS)',
  'euc-jp': 'Japanese (EUC)',
  gb18030: 'Chinese, simplified (GB 18030, GBK, GB 2312)',
  big5: 'Chinese, traditional (Big5)',
  'euc-kr': 'Korean (EUC-KR, 949)',
} as const;

const PAGED = {
  'windows-1250': 'Central European (Windows)',
  'windows-1251': 'Cyrillic (Windows)',
  'windows-1252': 'Western (Windows)',
  'windows-1253': 'Greek (Windows)',
  'windows-1254': 'Turkish (Windows)',
  'windows-1255': 'Hebrew (Windows)',
  'windows-1256': 'Arabic (Windows)',
  'windows-1257': 'Baltic (Windows)',
  'windows-1258': 'Vietnamese (Windows)',
  'windows-874': 'Thai (Windows)',
  'iso-8859-2': 'Central European (ISO)',
  'iso-8859-4': 'Baltic (ISO)',
  'iso-8859-5': 'Cyrillic (ISO)',
  'iso-8859-6': 'Arabic (ISO)',
  'iso-8859-7': 'Greek (ISO)',
  'iso-8859-8': 'Hebrew (ISO)',
  'iso-8859-13': 'Baltic (ISO, newer)',
  'iso-8859-15': 'Western with euro (ISO)',
  'koi8-r': 'Russian (KOI8)',
  'koi8-u': 'Ukrainian (KOI8)',
  ibm437: 'Western (DOS, US)',
  ibm850: 'Western (DOS)',
  ibm858: 'Western with euro (DOS)',
  ibm852: 'Central European (DOS)',
  ibm855: 'Cyrillic (DOS, older)',
  ibm866: 'Cyrillic (DOS)',
  ibm737: 'Greek (DOS)',
  ibm857: 'Turkish (DOS)',
  ibm775: 'Baltic (DOS)',
  ibm860: 'Portuguese (DOS)',
  ibm862: 'Hebrew (DOS)',
  ibm863: 'Canadian French (DOS)',
  ibm865: 'Nordic (DOS)',
  macintosh: 'Western (Macintosh)',
} as const satisfies Record<keyof typeof CODE_PAGES, string>;

export type CodePage = keyof typeof CODE_PAGES;
export type Encoding = keyof typeof DECODED | CodePage;

const TITLES: Readonly<Record<Encoding, string>> = { ...DECODED, ...PAGED };
const names = Object.keys(TITLES).filter((name): name is Encoding => name in TITLES);

/** In the order in which a list shows them. */
export const ENCODINGS: readonly Encoding[] = names;

export function encodingTitle(encoding: Encoding): string {
  return TITLES[encoding];
}

/** What people write for them; blanks, `-`, `_` and case do not matter. */
const OTHER_NAMES: Readonly<Record<string, Encoding>> = {
  ascii: 'windows-1252',
  latin1: 'windows-1252',
  iso88591: 'windows-1252',
  ansi: 'windows-1252',
  iso88599: 'windows-1254',
  latin2: 'iso-8859-2',
  latin9: 'iso-8859-15',
  utf16: 'utf-16le',
  unicode: 'utf-16le',
  ucs2: 'utf-16le',
  sjis: 'shift_jis',
  cp932: 'shift_jis',
  windows31j: 'shift_jis',
  gbk: 'gb18030',
  gb2312: 'gb18030',
  cp936: 'gb18030',
  cp949: 'euc-kr',
  cp950: 'big5',
  macroman: 'macintosh',
};

/** The encoding of a name as people write it (`cp1251`, `Latin-1`, `SJIS`), or null. */
export function encodingNamed(name: string): Encoding | null {
  const plain = plainName(name);
  const page = /^(?:cp|oem|dos)(\d{3,4})$/.exec(plain)?.[1];
  const wanted = page === undefined ? [plain] : [`windows${page}`, `ibm${page}`, plain];
  for (const one of wanted) {
    const found = ENCODINGS.find((encoding) => plainName(encoding) === one) ?? OTHER_NAMES[one];
    if (found !== undefined) return found;
  }
  return null;
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** The name as this list has it, or null: what a workspace or a page says is not trusted to be one. */
export function knownEncoding(name: string | null): Encoding | null {
  return ENCODINGS.find((encoding) => encoding === name) ?? null;
}

export function isCodePage(encoding: Encoding): encoding is CodePage {
  return encoding in CODE_PAGES;
}

const made = new Map<CodePage, readonly string[]>();

/** Characters of all 256 bytes of a code page. */
export function codePageCharacters(page: CodePage): readonly string[] {
  const known = made.get(page);
  if (known) return known;
  const upper = CODE_PAGES[page];
  const lower = 256 - upper.length;
  const characters = Array.from({ length: 256 }, (_, byte) =>
    byte < lower ? String.fromCharCode(byte) : (upper[byte - lower] ?? '\ufffd'),
  );
  made.set(page, characters);
  return characters;
}

/** Text of bytes in a code page; bytes without a character are U+FFFD. */
export function decodeCodePage(bytes: Uint8Array, page: CodePage): string {
  const characters = codePageCharacters(page);
  let text = '';
  for (const byte of bytes) text += characters[byte] ?? '';
  return text;
}
