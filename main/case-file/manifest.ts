/**
 * `manifest.json`, the first entry of a case file: what the case is and, for every entry, size, SHA-256 and CRC-32.
 * With `SHA256SUMS`, which follows from it, `sha256sum -c` checks an unzipped case without Throughline.
 */
import { z } from 'zod';
import { fail, madeByNewer, type Outcome, type Problem, succeed } from '../../shared/problem';
import { MOST_ENTRIES, nameFault, twinOf } from './names';

export const FORMAT = 'throughline-case';
export const FORMAT_VERSION = 1;
export const MANIFEST = 'manifest.json';
export const SUMS = 'SHA256SUMS';
/** Bytes of content between two running checksums. */
export const CHECKPOINT_BYTES = 1 << 20;
/** Beyond this no manifest is read. */
export const MOST_MANIFEST_BYTES = 32 << 20;

const count = z.number().int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const crc32 = z.string().regex(/^[0-9a-f]{8}$/);
const line = z.string().max(1000);

export const manifestEntrySchema = z.strictObject({
  name: z.string().refine((name) => nameFault(name) === null, { error: 'an entry may not be called so' }),
  size: count,
  sha256,
  /** Eight hexadecimal digits, as in the ZIP's own headers. */
  crc32,
  /** Running CRC-32 after each full MiB but the last bytes: says where a damaged entry begins to differ. */
  checkpoints: z.array(crc32).optional(),
});
export type ManifestEntry = z.infer<typeof manifestEntrySchema>;

export const manifestSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(FORMAT_VERSION),
  application: z.strictObject({ name: line, version: line }),
  case: z.strictObject({
    id: line,
    name: line,
    author: line.nullable(),
    /** ISO 8601 UTC. */
    created: line,
  }),
  /** Number of operations, and the SHA-256 of the last line: a cut tail does not fit it. */
  journal: z.strictObject({ operations: count, head: sha256 }),
  evidence: z
    .array(
      z.strictObject({
        evidence_id: count,
        name: z.string().max(4096),
        sha256: sha256.nullable(),
        size_bytes: count,
        embedded: z.boolean(),
        acquirer: line.nullable(),
        exhibit_number: line.nullable(),
      }),
    )
    .max(1_000_000),
  /** Every entry but `manifest.json` and `SHA256SUMS`, in the order they lie in. */
  entries: z.array(manifestEntrySchema).max(MOST_ENTRIES - 2),
});
export type Manifest = z.infer<typeof manifestSchema>;

const versionSchema = z.object({ format: z.literal(FORMAT), version: z.number().int() });

export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 1)}\n`;
}

/** `SHA256SUMS` as `sha256sum` writes it. */
export function sumsText(manifestSha256: string, entries: readonly ManifestEntry[]): string {
  const lines = entries.map(({ sha256: hash, name }) => `${hash}  ${name}\n`);
  return [`${manifestSha256}  ${MANIFEST}\n`, ...lines].join('');
}

/** Reads what a case file says of itself; a newer format number is refused before anything else is looked at. */
export function parseManifest(bytes: Buffer): Outcome<Manifest> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    return fail(unreadable(error instanceof Error ? error.message : String(error)));
  }
  const version = versionSchema.safeParse(value);
  if (!version.success) return fail(unreadable('it does not describe a case of Throughline'));
  if (version.data.version > FORMAT_VERSION)
    return fail(
      madeByNewer(
        'This case file was made by a newer Throughline.',
        MANIFEST,
        version.data.version,
        FORMAT_VERSION,
      ),
    );
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return fail(
      unreadable(issue ? `${issue.path.map(String).join('.')}: ${issue.message}` : 'it breaks the format'),
    );
  }
  const { entries } = parsed.data;
  if (twinOf([MANIFEST, SUMS, ...entries.map(({ name }) => name)]) !== null)
    return fail(unreadable('two entries have one name'));
  for (const [index, { name }] of entries.entries()) {
    const before = entries[index - 1];
    if (before && before.name >= name) return fail(unreadable('its entries are not in order'));
  }
  return succeed(parsed.data);
}

function unreadable(why: string): Problem {
  return {
    code: 'manifest-unreadable',
    what: 'The list of contents of the case file cannot be read.',
    why: why.slice(0, 300),
    where: MANIFEST,
    help: 'Ask for the file again.',
  };
}
