/** Decoding a capture alone, as a program of its own: reader, framing, reassembly, dissectors, no database. */
import { createReadStream } from 'node:fs';
import { decodeCapture } from '../evidence/normalise/packets/decoding';

const counted = await decodeCapture(createReadStream(process.argv[2] ?? '', { highWaterMark: 1 << 20 }));
process.stdout.write(`${JSON.stringify(counted)}\n`);
