/**
 * BSAP beside a reading of the same datagrams by Python, for the corpus has no golden log of it: serial and sequence
 * numbers, functions, names of signals, values, errors. What ICSNPP prints of this capture it prints from frames whose
 * doubled DLEs it leaves in, and without values of analog signals.
 */
import { spawnSync } from 'node:child_process';
import { cell, defineGolden, FLOW, flow } from '../golden';

const READ = `
import struct, sys
asked = {}
names = {4: 'read_signal_by_name', 132: 'write_signal_by_name'}
for line in sys.stdin:
    a, ap, b, bp, payload = line.rstrip('\\n').split('\\t')
    frame = bytes.fromhex(payload)
    if frame[:2] != b'\\x10\\x02':
        continue
    inner = frame[2:frame.rindex(b'\\x10\\x03')].replace(b'\\x10\\x10', b'\\x10')
    serial, to, sequence, by = struct.unpack_from('<xBBHB', inner)
    body = inner[7:]
    row = [a, ap, b, bp]
    if to == 0xa0:
        words = body[5 if body[0] == 4 else 3:]
        name, rest = words.split(b'\\0', 1)
        asked[sequence] = (names[body[0]], name.decode())
        value = struct.unpack('<f', rest[1:])[0] if body[0] == 132 else ''
        row += ['request', serial, sequence, *asked[sequence], value, 0]
    else:
        value = ''
        if asked[sequence][0][0] == 'r' and not body[0] & 0x80:
            value = struct.unpack('<f', body[2:])[0] if len(body) == 6 else body[2]
        row += ['response', serial, sequence, *asked[sequence], value, body[0] & 0x80]
    print(*row, sep='\\t')
`;

function lines(capture: string): readonly (readonly string[])[] {
  const fields = ['ip.src', 'udp.srcport', 'ip.dst', 'udp.dstport', 'data.data'];
  const given = ['-n', '-r', capture, '-Y', 'udp.port == 1235', '-T', 'fields'];
  const options = { maxBuffer: 1 << 26, encoding: 'utf8' } as const;
  const packets = spawnSync('tshark', [...given, ...fields.flatMap((field) => ['-e', field])], options);
  const read = spawnSync('python3', ['-c', READ], { ...options, input: packets.stdout });
  if (read.status !== 0) throw new Error(`python3 could not read the datagrams: ${read.stderr}`);
  return read.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}

export const bsapGolden = defineGolden({
  protocol: 'bsap',
  tools: ['tshark', 'python3'],
  note: 'beside a reading by Python: the corpus has no golden log of it',
  cases: [
    {
      capture: 'icsnpp-bsap/bsap-serial_example.pcapng',
      log: 'datagrams',
      lines,
      fields: ['flow', 'kind', 'sequence', 'serial', 'function', 'name', 'value', 'refused'],
      together: 3,
      theirs: (line) => [
        flow(line, 0),
        cell(line, 4),
        cell(line, 6),
        cell(line, 5),
        cell(line, 7),
        cell(line, 8),
        line[9] === '' ? null : `${Number(line[9]).toFixed(6)}`,
        line[10] === '0' ? 'no' : 'yes',
      ],
      ours: `SELECT ${FLOW}, ot_message, ot_transaction_id, regexp_extract(message, 'serial number (\\d+)', 1), event_action, ot_object,
        ot_value::DECIMAL(38, 6)::VARCHAR, CASE ot_message WHEN 'exception' THEN 'yes' ELSE 'no' END
        FROM event e WHERE event_dataset = 'pcap.bsap' ORDER BY event_id`,
    },
  ],
});
