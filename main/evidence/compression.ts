/** What a file is by its first bytes: compressed, a container, a capture, another binary, or text. */
import type { Problem } from '../../shared/problem';
import { looksLikeCapture } from './readers/capture/capture';
import { looksLikeEvtx } from './readers/evtx/evtx';
import { looksLikeParquet } from './readers/parquet/parquet';

export type Compression = 'gzip' | 'bzip2' | 'xz' | 'zstd';
/** Readers of files that are no text. */
export type BinaryReader = 'evtx' | 'parquet';
export type ContainerKind = 'zip' | 'tar' | 'workbook';

export type FileKind =
  | { readonly kind: 'empty' }
  | { readonly kind: 'compressed'; readonly compression: Compression }
  | { readonly kind: 'capture'; readonly id: string; readonly title: string }
  | { readonly kind: 'binary'; readonly reader: BinaryReader }
  | { readonly kind: 'container'; readonly container: ContainerKind; readonly title: string }
  | { readonly kind: 'unread'; readonly title: string; readonly container: boolean }
  | { readonly kind: 'text' };

interface Magic {
  readonly at: number;
  readonly bytes: readonly number[];
  readonly title: string;
  readonly as: 'container' | 'binary';
}

const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));

const magics: readonly Magic[] = [
  { at: 0, bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], title: '7-Zip', as: 'container' },
  { at: 0, bytes: ascii('Rar!'), title: 'RAR', as: 'container' },
  { at: 0, bytes: [0xd0, 0xcf, 0x11, 0xe0], title: 'OLE document', as: 'binary' },
  { at: 0, bytes: ascii('%PDF-'), title: 'PDF', as: 'binary' },
  { at: 0, bytes: ascii('SQLite format 3'), title: 'SQLite database', as: 'binary' },
  { at: 0, bytes: ascii('regf'), title: 'Windows registry hive', as: 'binary' },
  { at: 0, bytes: [0x7f, ...ascii('ELF')], title: 'program (ELF)', as: 'binary' },
  { at: 0, bytes: [0x89, ...ascii('PNG')], title: 'PNG image', as: 'binary' },
];

/** The compression a ledger names, or null. */
export function compressionNamed(name: string | null): Compression | null {
  return name === 'gzip' || name === 'bzip2' || name === 'xz' || name === 'zstd' ? name : null;
}

function startsWith(head: Uint8Array, at: number, bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => head[at + index] === byte);
}

function compressionOf(head: Uint8Array): Compression | null {
  if (startsWith(head, 0, [0x1f, 0x8b])) return 'gzip';
  const isBlock = startsWith(head, 4, [0x31, 0x41, 0x59, 0x26, 0x53, 0x59]);
  const isEnd = startsWith(head, 4, [0x17, 0x72, 0x45, 0x38, 0x50, 0x90]);
  if (startsWith(head, 0, ascii('BZh')) && (isBlock || isEnd)) return 'bzip2';
  if (startsWith(head, 0, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0])) return 'xz';
  return startsWith(head, 0, [0x28, 0xb5, 0x2f, 0xfd]) ? 'zstd' : null;
}

/** Names the file by its first bytes (300 or more when the file has them); text is whatever nothing else claims. */
export function sniffKind(head: Uint8Array): FileKind {
  if (head.length === 0) return { kind: 'empty' };
  const compression = compressionOf(head);
  if (compression !== null) return { kind: 'compressed', compression };
  if (startsWith(head, 0, [0x50, 0x4b, 3, 4]) || startsWith(head, 0, [0x50, 0x4b, 5, 6])) {
    return { kind: 'container', container: 'zip', title: 'ZIP' };
  }
  if (startsWith(head, 257, ascii('ustar'))) return { kind: 'container', container: 'tar', title: 'tar' };
  const capture = looksLikeCapture(head);
  if (capture) return { kind: 'capture', ...capture };
  if (looksLikeEvtx(head)) return { kind: 'binary', reader: 'evtx' };
  if (looksLikeParquet(head)) return { kind: 'binary', reader: 'parquet' };
  const magic = magics.find((candidate) => startsWith(head, candidate.at, candidate.bytes));
  if (!magic) return { kind: 'text' };
  return { kind: 'unread', title: magic.title, container: magic.as === 'container' };
}

/** The clear word for a kind that has no reader yet. */
export function unreadProblem(title: string, container: boolean): Problem {
  return container
    ? {
        code: 'container-not-read',
        what: `${title} containers are not read yet.`,
        help: 'Unpack it and import the files inside.',
      }
    : {
        code: 'binary-not-read',
        what: `${title} files are not read yet.`,
        help: 'Export it as text, CSV or JSON and import that.',
      };
}

/**
 * Share of bytes that text does not hold (NUL and control characters other than tab, line ends, form feed and
 * escape). Above a few per cent the bytes are not text in an ASCII-compatible encoding.
 */
export function controlShare(bytes: Uint8Array): number {
  let controls = 0;
  for (const byte of bytes) {
    if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27) || byte === 127) controls++;
  }
  return bytes.length === 0 ? 0 : controls / bytes.length;
}
