/** Synchrophasors: IEEE C37.118.2-2011 §6 (frames) and C37.118-2005, whose CFG-1 and CFG-2 it keeps. */
import type { Cursor } from '../cursor';
import {
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type OtOperation,
  type Session,
} from '../dissector';
import { type Configuration, readConfiguration, readConfiguration3 } from '../synchrophasor/configuration';
import { readDataFrame } from '../synchrophasor/data';
import { samples } from '../synchrophasor/samples';

const HEADER_BYTES = 14;
const MIN_BYTES = 16;
/** Streams whose configuration is kept for one conversation. */
const MAX_STREAMS = 32;

const KIND = {
  data: 0,
  header: 1,
  configuration1: 2,
  configuration2: 3,
  command: 4,
  configuration3: 5,
} as const;
const KINDS = ['data', 'header', 'configuration_1', 'configuration_2', 'command', 'configuration_3'] as const;

const COMMANDS: Readonly<Record<number, readonly [string, OtOperation]>> = {
  1: ['data_off', 'control'],
  2: ['data_on', 'control'],
  3: ['send_header', 'identify'],
  4: ['send_configuration_1', 'identify'],
  5: ['send_configuration_2', 'identify'],
  6: ['send_configuration_3', 'identify'],
  8: ['extended_command', 'control'],
};

/** CRC-CCITT from 0xffff (annex B). */
function checksum(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0xffff;
  for (let at = from; at < to; at++) {
    const first = (crc >>> 8) ^ (bytes[at] ?? 0);
    const second = first ^ (first >>> 4);
    crc = ((crc << 8) ^ (second << 12) ^ (second << 5) ^ second) & 0xffff;
  }
  return crc;
}

/*
 *   0    1                4      6    8         12                    14 …            size-2
 *   +----+----------------+------+----+---------+---------------------+---------------+----------+
 *   | aa | kind │ version | size | id | seconds | quality │ fraction  | body …        | checksum |
 *   +----+----------------+------+----+---------+---------------------+---------------+----------+
 *   (size at 2, id at 4, seconds at 6, fraction at 10)
 */
function unitLength(bytes: Uint8Array, from: number, to: number): number {
  if (from < to && bytes[from] !== 0xaa) return -1;
  if (from + 1 < to) {
    const second = bytes[from + 1] ?? 0;
    if (second > 0x5f || (second & 15) === 0 || (second & 15) > 3) return -1;
  }
  if (from + 4 > to) return 0;
  const size = ((bytes[from + 2] ?? 0) << 8) | (bytes[from + 3] ?? 0);
  return size < MIN_BYTES ? -1 : size;
}

/** A whole frame whose checksum fits is proof. */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const size = unitLength(bytes, from, to);
  if (size < 0) return 'no';
  if (size === 0) return 'more';
  if (from + size > to) return 'maybe';
  const at = from + size - 2;
  const claimed = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  return checksum(bytes, from, at) === claimed ? 'yes' : 'maybe';
}

class SynchrophasorSession implements Session {
  private readonly streams = new Map<number, Configuration>();
  /** Kinds of frames that were asked for, by stream. */
  private readonly asked = new Set<string>();

  message(cursor: Cursor): readonly Message[] {
    const start = cursor.at;
    cursor.skip(1);
    const kind = (cursor.u8() >> 4) & 7;
    const size = cursor.u16();
    const id = cursor.u16();
    const seconds = cursor.u32();
    const fraction = cursor.u32();
    const isWhole = size >= MIN_BYTES && start + size <= cursor.end;
    const body = cursor.part(Math.max(0, Math.min(size, cursor.end - start) - HEADER_BYTES - 2));
    const claimed = cursor.u16();
    const isSound = isWhole && checksum(cursor.bytes, start, start + size - 2) === claimed;
    const broken = !isWhole ? 'The frame ends early' : isSound ? null : 'The checksum does not fit the frame';
    if (kind === KIND.command) return [this.command(body, id, broken)];
    if (kind === KIND.data) return [this.data(body, id, seconds, fraction, broken)];
    return [this.description(kind, body, id, broken)];
  }

  private command(body: Cursor, id: number, broken: string | null): Message {
    const code = body.u16();
    const [action, operation] = COMMANDS[code] ?? [`command_${code}`, 'control'];
    const wanted = { 3: KIND.header, 4: KIND.configuration1, 5: KIND.configuration2, 6: KIND.configuration3 }[
      code
    ];
    if (wanted !== undefined && this.asked.size < MAX_STREAMS) this.asked.add(`${id} ${wanted}`);
    return newMessage({
      kind: 'request',
      action,
      operation,
      functionCode: code,
      unit: id,
      text: `Synchrophasor ${action.replaceAll('_', ' ')} (stream ${id}, request)`,
      malformed: broken ?? (body.isShort ? 'The command is missing' : null),
    });
  }

  private data(body: Cursor, id: number, seconds: number, fraction: number, broken: string | null): Message {
    const configuration = this.streams.get(id);
    const timeUs =
      seconds * 1e6 + Math.floor(((fraction % 16777216) * 1e6) / (configuration?.timeBase || 1e6));
    const read = configuration === undefined ? null : readDataFrame(body, configuration, timeUs);
    const station = configuration?.units[0]?.station ?? null;
    const said =
      read === null
        ? ', configuration not seen'
        : `: ${read.text}${read.quality === null ? '' : `, ${read.quality}`}`;
    return newMessage({
      kind: 'unsolicited',
      action: 'data',
      operation: 'report',
      functionCode: KIND.data,
      unit: id,
      object: station,
      quantity: read?.count ?? null,
      points: read?.points ?? [],
      text: `Synchrophasor data of stream ${id}${said}`,
      malformed: broken ?? (body.isShort ? 'The frame is shorter than its configuration says' : null),
    });
  }

  private description(kind: number, body: Cursor, id: number, broken: string | null): Message {
    const action = KINDS[kind] ?? `frame_${kind}`;
    const wasAsked = this.asked.delete(`${id} ${kind}`);
    const answer = wasAsked ? 'response' : 'unsolicited';
    if (kind === KIND.header || kind > KIND.configuration3) {
      const words = kind === KIND.header ? `: ${body.text(Math.min(body.left, 200))}` : '';
      return newMessage({
        kind: answer,
        action,
        operation: 'identify',
        functionCode: kind,
        unit: id,
        text: `Synchrophasor ${action.replaceAll('_', ' ')} of stream ${id}${words} (${answer})`,
        malformed: broken,
      });
    }
    const configuration = kind === KIND.configuration3 ? readConfiguration3(body) : readConfiguration(body);
    // CFG-1 tells what could be sent, CFG-2 and CFG-3 what is.
    const isInForce = kind !== KIND.configuration1 && configuration.isWhole && broken === null;
    if (isInForce && (this.streams.has(id) || this.streams.size < MAX_STREAMS))
      this.streams.set(id, configuration);
    const { units, rate } = configuration;
    const stations = units.slice(0, 4).map(({ station, phasors, analogs, digitals }) => {
      const channels = `${phasors.length} phasors, ${analogs.length} analogs, ${digitals.length} digital words`;
      return `${station} (${channels})`;
    });
    const pace = rate < 0 ? `every ${-rate} s` : `${rate} per second`;
    return newMessage({
      kind: answer,
      action,
      operation: 'identify',
      functionCode: kind,
      unit: id,
      object: units[0]?.station ?? null,
      quantity: units.length,
      host: units[0]?.station || null,
      text: `Synchrophasor ${action.replaceAll('_', ' ')} of stream ${id}: ${stations.join(', ')}${units.length > 4 ? `, … (${units.length})` : ''}, ${pace} (${answer})`,
      malformed: broken ?? (body.isShort ? 'The configuration is shorter than its counts say' : null),
    });
  }
}

export const synchrophasor: Dissector = defineDissector({
  id: 'synchrophasor',
  title: 'Synchrophasors (IEEE C37.118)',
  reference: 'IEEE C37.118.2-2011 §6; IEEE C37.118-2005 §6',
  dataset: 'pcap.synchrophasor',
  over: 'both',
  ports: [4712, 4713],
  roams: true,
  maxUnitBytes: 65535,
  looksLike,
  unitLength,
  begin: () => new SynchrophasorSession(),
  samples,
});
