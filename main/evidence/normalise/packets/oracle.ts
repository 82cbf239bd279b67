/** Independent counts for tests: what tshark and the corpus's own index say of a capture. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const indexSchema = z.array(
  z.object({
    file: z.string(),
    role: z.string(),
    info: z
      .object({ fmt: z.string(), count: z.union([z.number(), z.string()]) })
      .partial()
      .nullish(),
  }),
);

export interface CorpusCapture {
  readonly file: string;
  readonly packets: number;
}

/** Every capture the corpus's index lists as an input, with its packet count. */
export function listCaptures(corpus: string): readonly CorpusCapture[] {
  const index = indexSchema.parse(JSON.parse(readFileSync(join(corpus, 'INDEX.json'), 'utf8')));
  return index
    .filter(({ role, info }) => role === 'input' && (info?.fmt === 'pcap' || info?.fmt === 'pcapng'))
    .map(({ file, info }) => ({ file, packets: Number(info?.count ?? -1) }));
}

export function hasTool(name: string): boolean {
  return spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** How many values of a field tshark finds in a capture: one per message, several to a packet. */
export function dissected(path: string, field: string): number {
  const args = ['-n', '-r', path, '-Y', field, '-T', 'fields', '-e', field];
  const { stdout } = spawnSync('tshark', args, { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });
  const lines = stdout.toString().split('\n');
  return lines.filter((line) => line !== '').reduce((sum, line) => sum + line.split(',').length, 0);
}

/** Where we find other numbers of Modbus messages than tshark 4.0, and why. */
export const MESSAGE_DIFFERENCES: Readonly<Record<string, { readonly more: number; readonly why: string }>> =
  {
    '03-ot-pcap/arkime/modbus.pcap': {
      more: 1,
      why: 'Packet 113 holds a message whose length field leaves three bytes over; tshark gives the whole packet up.',
    },
    '03-ot-pcap/s4x15-ics-village/Advantech.pcap': {
      more: 3,
      why: 'Packets 127, 245 and 269 were captured after those that follow them; tshark takes them for retransmissions.',
    },
    '03-ot-pcap/s4x15-ics-village/Modicon.pcap': {
      more: 2,
      why: 'Packets 651 and 4173 were captured after those that follow them; tshark takes them for retransmissions.',
    },
  };
