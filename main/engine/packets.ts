/** Packets out of the originals of captures: for a slice of them, and for a look at one. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import { compressionNamed } from '../evidence/compression';
import { PacketPicker } from '../evidence/readers/capture/picker';
import { type EvidenceEntry, recordFileOf } from '../evidence/segment';
import { newReport, streamSource } from '../evidence/source';
import type { FoundPacket, PacketSource } from '../query/export/export-packets';
import { exportFormat as pcapng } from '../query/export/formats/pcapng';
import { CANCELLED } from '../query/views';
import { type EngineContext, openCaseOf } from './context';
import { findEvidence } from './ledger';
import { bytesFile, fileEntry, hasChanged, originalOf } from './original';

const CAPTURES = new Set(['pcap', 'pcapng']);

export function isCapture(entry: EvidenceEntry): boolean {
  return entry.row.format !== null && CAPTURES.has(entry.row.format);
}

export function packetsOf(context: EngineContext): PacketSource {
  return {
    program: `Throughline ${context.version}`,
    name: (evidenceId) => entryOf(context, evidenceId)?.row.name ?? `evidence ${evidenceId}`,
    records(evidenceId) {
      const found = findEvidence(context.case?.workspace.segments ?? [], evidenceId);
      const file = found && isCapture(found.entry) ? recordFileOf(found.segment.folder, found.entry) : null;
      return file !== null && existsSync(file.path) ? file : null;
    },
    async take(evidenceId, records, each, signal) {
      const original = await originalFile(context, evidenceId);
      if (!original.ok) return original;
      const { path, entry } = original.value;
      const last = greatest(records);
      const picker = new PacketPicker(records);
      const stream = streamSource(path, compressionNamed(entry.compression), newReport());
      for await (const chunk of stream) {
        if (signal?.aborted) return fail(CANCELLED);
        for (const packet of picker.push(chunk)) await each(foundOf(packet, entry));
        if (picker.seen >= last) break;
      }
      if (picker.seen < last) for (const packet of picker.end()) await each(foundOf(packet, entry));
      return succeed(null);
    },
  };
}

/** One packet as a pcapng file of its own. */
export async function packetFile(
  context: EngineContext,
  evidenceId: number,
  record: number,
  signal: AbortSignal,
): Promise<Outcome<Uint8Array>> {
  const { packets } = pcapng;
  const parts: Uint8Array[] = [];
  const source = packetsOf(context);
  const taken = await source.take(
    evidenceId,
    new Set([record]),
    async (found) => {
      parts.push(packets.head('One packet', source.program), packets.interface(found.interface));
      parts.push(packets.packet(found, 0, found.interface.isMicro, []));
    },
    signal,
  );
  if (!taken.ok) return taken;
  return parts.length > 0
    ? succeed(Buffer.concat(parts))
    : fail({ code: 'no-packet', what: 'The packet could not be read from its original.' });
}

function entryOf(context: EngineContext, evidenceId: number): EvidenceEntry | null {
  return findEvidence(context.case?.workspace.segments ?? [], evidenceId)?.entry ?? null;
}

/** The greatest of many numbers, without spreading them into a call. */
function greatest(records: ReadonlySet<number>): number {
  let most = 0;
  for (const record of records) if (record > most) most = record;
  return most;
}

/** The file with the bytes of a capture, unchanged since its import. */
async function originalFile(
  context: EngineContext,
  evidenceId: number,
): Promise<Outcome<{ readonly path: string; readonly entry: EvidenceEntry }>> {
  const open = openCaseOf(context);
  if (!open.ok) return open;
  const found = findEvidence(open.value.workspace.segments, evidenceId);
  if (!found || !isCapture(found.entry)) return fail(noCapture);
  const { entry, segment } = found;
  const holder = fileEntry(entry, segment);
  const path = originalOf(open.value, holder, segment);
  if ((await stat(path).catch(() => null)) === null) return fail(missing(holder));
  if (await hasChanged(path, holder)) return fail(changed(holder));
  const file = await bytesFile(open.value, entry, path);
  return file.ok ? succeed({ path: file.value, entry }) : file;
}

function foundOf(packet: ReturnType<PacketPicker['push']>[number], { row }: EvidenceEntry): FoundPacket {
  const { interface: own, ...rest } = packet;
  return {
    ...rest,
    interface: {
      link: own.link,
      snapLength: own.snapLength,
      name: own.name ?? `interface ${packet.interfaceIndex}`,
      description: `${row.name}, SHA-256 ${row.sha256 ?? 'not known'}`,
      isMicro: own.precisionUs === 1,
    },
  };
}

const noCapture: Problem = { code: 'no-capture', what: 'It is no packet capture.' };

function missing({ row }: EvidenceEntry): Problem {
  return {
    code: 'evidence-missing',
    what: 'Its original is not there any more.',
    where: row.path,
    help: 'Bring it back to this place, or show where it lies.',
  };
}

function changed({ row }: EvidenceEntry): Problem {
  return {
    code: 'evidence-changed',
    what: 'Its original is not the file that was imported.',
    where: row.path,
  };
}
