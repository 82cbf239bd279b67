/** Per protocol, which of tshark's fields is there once a message, and which of our events it counts. */
import { execFile } from 'node:child_process';
import type { Database } from '../../../store/database';
import { trusted } from '../../../store/sql';

export interface Reference {
  /** `network_protocol` of our events; several with commas. */
  readonly protocol: string;
  readonly field: string;
  /** Condition on our events; all of the protocol unless said. */
  readonly where?: string;
}

export const REFERENCES: readonly Reference[] = [
  { protocol: 'arp', field: 'arp.opcode', where: "event_action <> 'address_conflict'" },
  {
    protocol: 'arp',
    field: 'arp.duplicate-address-detected',
    where: "event_action = 'address_conflict'",
  },
  { protocol: 'icmp', field: 'icmp.type' },
  { protocol: 'icmpv6', field: 'icmpv6.type', where: "event_action <> 'address_conflict'" },
  { protocol: 'modbus', field: 'modbus.func_code' },
  { protocol: 's7comm', field: 's7comm.header.rosctr' },
  { protocol: 'dnp3', field: 'dnp3.al.func', where: 'ot_function_code IS NOT NULL' },
  { protocol: 'iec104', field: 'iec60870_104.type' },
  { protocol: 'iec104', field: 'iec60870_asdu.typeid', where: 'ot_function_code IS NOT NULL' },
  { protocol: 'dns,dns-tcp,mdns,llmnr', field: 'dns.id' },
  { protocol: 'nbns', field: 'nbns.id' },
  { protocol: 'dhcp', field: 'dhcp.id' },
  { protocol: 'http', field: 'http.request.method', where: "ot_message = 'request'" },
  { protocol: 'http', field: 'http.response.code', where: "ot_message <> 'request'" },
  {
    protocol: 'tls',
    field: 'tls.handshake.random',
    where: "event_action IN ('client_hello', 'server_hello')",
  },
  {
    protocol: 'smb',
    field: 'smb2.cmd',
    where: "event_action NOT LIKE 'smb1%' AND event_action <> 'encrypted'",
  },
  {
    protocol: 'smb,nbdgm',
    field: 'smb.mid',
    where: "(event_action LIKE 'smb1%' OR (network_protocol = 'nbdgm' AND ot_function_code IS NOT NULL))",
  },
  { protocol: 'ssh', field: 'ssh.protocol', where: "event_action = 'ssh_banner'" },
  { protocol: 'rdp', field: 'rdp.neg_type', where: "event_action = 'rdp_connect'" },
  {
    protocol: 'kerberos',
    field: 'kerberos.msg_type',
    where:
      "event_action IN ('as_request', 'as_reply', 'tgs_request', 'tgs_reply', 'ap_request', 'ap_reply', 'error')",
  },
  { protocol: 'ldap', field: 'ldap.protocolOp', where: "event_action <> 'encrypted'" },
  { protocol: 'ftp', field: 'ftp.request.command', where: "ot_message = 'request'" },
  { protocol: 'ftp', field: 'ftp.response.code', where: "ot_message <> 'request'" },
  { protocol: 'snmp', field: 'snmp.version' },
  { protocol: 'ntp', field: 'ntp.flags' },
  { protocol: 'syslog', field: 'syslog.msg' },
  { protocol: 'radius', field: 'radius.code' },
  { protocol: 'opcua', field: 'opcua.transport.type' },
  { protocol: 'goose', field: 'goose.appid' },
  { protocol: 'profinet-dcp', field: 'pn_dcp.service_id' },
  { protocol: 'hart-ip', field: 'hart_ip.message_type' },
  { protocol: 'fins,fins-tcp', field: 'omron.command', where: 'ot_function_code IS NOT NULL' },
  { protocol: 'ads', field: 'ams.cmdid' },
  {
    protocol: 'mms',
    field: 'mms.confirmed_RequestPDU_element',
    where: "ot_message = 'request' AND ot_function_code IS NOT NULL",
  },
  {
    protocol: 'mms',
    field: 'mms.invokeID',
    where: "ot_message <> 'unsolicited' AND ot_transaction_id IS NOT NULL",
  },
  {
    protocol: 'mms',
    field: 'mms.unconfirmed_PDU_element',
    where: "ot_message = 'unsolicited' AND ot_function_code IS NOT NULL",
  },
  {
    protocol: 'mms',
    field: 'mms.initiate_RequestPDU_element',
    where: "event_action = 'initiate' AND ot_message = 'request'",
  },
  { protocol: 'profinet-cm', field: 'dcerpc.dg_if_id' },
  { protocol: 'c1222', field: 'c1222.user_information_element' },
  { protocol: 'synchrophasor', field: 'synphasor.frtype' },
  {
    protocol: 'enip',
    field: 'cip.service',
    where:
      "event_action NOT IN ('nop', 'list_services', 'list_identity', 'list_interfaces', 'register_session', 'unregister_session', 'send_rr_data', 'send_unit_data')",
  },
  {
    protocol: 'bacnet',
    field: 'bacapp.type',
    where:
      "event_action NOT LIKE '%network%' AND event_action NOT LIKE '%foreign_device%' AND event_action NOT LIKE '%distribution%' AND event_action <> 'bvlc_result'",
  },
];

/** Fields of the messages that may quote a packet. */
const QUOTING = ['icmp.type', 'icmpv6.type'];

/**
 * Values of each field tshark finds in a capture, in one pass. Packets that ICMP errors quote are left out: they were
 * sent, and counted, before.
 */
export async function tsharkCounts(path: string): Promise<ReadonlyMap<string, number>> {
  const fields = REFERENCES.map(({ field }) => field);
  const args = ['-n', '-r', path, '-T', 'fields', '-E', 'separator=/t', '-E', 'aggregator=;'];
  const lines = await outputOf('tshark', [...args, ...fields.flatMap((field) => ['-e', field])]);
  const counts = new Map<string, number>();
  for (const line of lines) {
    const cells = line.split('\t');
    const quoting = QUOTING.find((field) => (cells[fields.indexOf(field)] ?? '') !== '');
    if (quoting !== undefined) {
      counts.set(quoting, (counts.get(quoting) ?? 0) + 1);
      continue;
    }
    cells.forEach((cell, index) => {
      const field = fields[index];
      if (cell === '' || field === undefined) return;
      counts.set(field, (counts.get(field) ?? 0) + cell.split(';').length);
    });
  }
  return counts;
}

/** Packets of each capture as capinfos counts them. */
export async function capinfosCounts(paths: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const lines = await outputOf('capinfos', ['-T', '-M', '-r', '-c', ...paths]);
  return new Map(
    lines.map((line) => line.split('\t')).map(([path = '', packets = '']) => [path, Number(packets)]),
  );
}

/** Lines a program prints; of damaged captures it prints what it can read and ends with an error, which is no matter. */
function outputOf(program: string, args: readonly string[]): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: 1 << 29 };
    execFile(program, args, options, (error, stdout) => {
      if (error && stdout === '' && 'code' in error && typeof error.code === 'string') reject(error);
      else resolve(stdout.split('\n').filter((line) => line !== ''));
    });
  });
}

/** Our messages of each protocol of the capture that was imported last, by the same field's name. */
export async function ourCounts(database: Database): Promise<ReadonlyMap<string, number>> {
  const columns = REFERENCES.map(
    ({ protocol, where }) =>
      `count(*) FILTER (network_protocol IN ('${protocol.split(',').join("', '")}') AND event_part <> 'flow' AND (${where ?? 'true'}))`,
  );
  const table = await database.all(trusted(`SELECT ${columns.join(', ')} FROM event`));
  const row = table.rows[0] ?? [];
  return new Map(REFERENCES.map(({ field }, index) => [field, Number(row[index] ?? 0)]));
}

/** Events of protocols that no reference counts, of the capture that was imported last. */
export async function uncounted(database: Database): Promise<ReadonlyMap<string, number>> {
  const known = REFERENCES.flatMap(({ protocol }) => protocol.split(','));
  const table = await database.all(
    trusted(`SELECT network_protocol, count(*) FROM event WHERE event_part <> 'flow' AND network_protocol NOT IN
      ('${known.join("', '")}') GROUP BY 1`),
  );
  return new Map(table.rows.map(([protocol, count]) => [String(protocol), Number(count)]));
}
