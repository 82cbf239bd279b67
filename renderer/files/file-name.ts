/** Names proposed for files: made of the case's name, plain enough for every system. */

/** `Harbour Water: night of 15 March` → `Harbour Water night of 15 March.tlcase`; never empty, never a path. */
export function fileNameOf(title: string, ending: string): string {
  const plain = title
    .replace(/[\p{Cc}\p{Cf}<>:"/\\|?*]/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[. -]+|[. ]+$/g, '')
    .slice(0, 100)
    .trim();
  return `${plain === '' ? 'case' : plain}.${ending}`;
}
