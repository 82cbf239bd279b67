/** Protocol by protocol, our messages over the corpus's captures beside tshark's, with each difference and its reason. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { listCaptures, MESSAGE_DIFFERENCES } from '../evidence/normalise/packets/oracle';
import { ourCounts, REFERENCES, tsharkCounts } from '../evidence/normalise/packets/references';
import { importBytes, importFile, openDatabase } from '../evidence/normalise/packets/test-import';

/** Reasons found so far, by capture and field. */
const REASONS: Readonly<Record<string, string>> = {
  '03-ot-pcap/icsnpp-profinet-io-cm/profinet_io_cm.pcap dcerpc.dg_if_id':
    'Calls that came in fragments are one message each; tshark has the header of every fragment.',
  '03-ot-pcap/icsnpp-synchrophasor/C37.118_1PMU_UDP_minimal_otherport.pcap synphasor.frtype':
    'On a port of no protocol: tshark has to be told, we go by the checksum.',
  '03-ot-pcap/iti/iec61850/Sample_File_MMS_and_GOOSE.pcap mms.unconfirmed_PDU_element':
    'The association began before the capture, so tshark does not know the presentation context of the reports.',
  '03-ot-pcap/icsnpp-opcua-binary/open62541_client-server_mainloop-not-localhost-non-standard-port.pcap opcua.transport.type':
    'On a port of no protocol: tshark has to be told, we go by the bytes.',
  '03-ot-pcap/icsnpp-opcua-binary/open62541_client-server_mainloop.pcap dns.id':
    'Neither port is one of DNS, and a datagram alone is no proof.',
};

function reasonOf(file: string, field: string): string {
  const modbus = field === 'modbus.func_code' ? MESSAGE_DIFFERENCES[file]?.why : undefined;
  return modbus ?? REASONS[`${file} ${field}`] ?? 'NOT EXPLAINED';
}

/** Lines of the table; reads every capture below 300,000 packets of the folders given (all when null). */
export async function captureTable(
  corpus: string,
  folders: readonly string[] | null,
): Promise<readonly string[]> {
  const database = await openDatabase();
  const sums = new Map(REFERENCES.map(({ field }) => [field, { ours: 0, theirs: 0 }]));
  const differences: string[] = [];
  for (const { file, packets } of listCaptures(corpus)) {
    if (packets > 300_000 || (folders && !folders.some((folder) => file.startsWith(folder)))) continue;
    const path = join(corpus, file);
    if (file.endsWith('.gz')) await importBytes(database, gunzipSync(readFileSync(path)));
    else await importFile(database, path);
    const mine = await ourCounts(database);
    const theirs = tsharkCounts(path);
    for (const { field } of REFERENCES) {
      const [a, b] = [mine.get(field) ?? 0, theirs.get(field) ?? 0];
      const sum = sums.get(field);
      if (sum) {
        sum.ours += a;
        sum.theirs += b;
      }
      if (a !== b) differences.push(`  ${file}: ${field} ${a}, tshark ${b}. ${reasonOf(file, field)}`);
    }
  }
  database.close();
  const rows = REFERENCES.map(({ protocol, field }) => {
    const { ours, theirs } = sums.get(field) ?? { ours: 0, theirs: 0 };
    return `  ${protocol.padEnd(16)} ${field.padEnd(26)} ${String(ours).padStart(8)} ${String(theirs).padStart(8)}`;
  });
  return [
    '',
    'Messages            counted by tshark as            ours   tshark',
    ...rows,
    '',
    ...differences,
  ];
}
