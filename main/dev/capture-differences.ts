/**
 * Where our count of messages in a capture of the corpus is another than tshark's (4.0), and why. Each was looked at in
 * the bytes; a difference of another size than the one written here counts as not explained.
 */
import { MESSAGE_DIFFERENCES } from '../evidence/normalise/packets/oracle';
import { DIFFERENCES_OF_IT } from './capture-differences-of-it';

interface Difference {
  readonly file: string;
  readonly field: string;
  /** Messages we find beyond theirs; below zero: fewer. */
  readonly more: number;
  readonly why: string;
}

const NOISE =
  'The sender was made to send noise; tshark looks for 68 inside it and takes what follows for an APDU, though no control field of that length exists.';
const CUT = 'The last frame is cut; to us it is a record, and rejected.';
const NO_PORT = 'On a port of no protocol: tshark has to be told, we go by the bytes.';
const INSIDE =
  'TLS begins inside a connection of another protocol (CONNECT, STARTTLS); we follow the one it began with.';

const DIFFERENCES: readonly Difference[] = [
  ...DIFFERENCES_OF_IT,
  {
    file: '03-ot-pcap/icsnpp-dnp3/dnp3_example.pcap',
    field: 'dnp3.al.func',
    more: 4,
    why: 'Responses in packets 18, 114, 210 and 810 whose transport sequence goes from 63 to 0 on the way; tshark does not put those together.',
  },
  {
    file: '03-ot-pcap/icsnpp-hart-ip/hart-ip_all_types_and_commands_sent.pcapng',
    field: 'hart_ip.message_type',
    more: 74,
    why: 'Messages of id 4 (direct PDU), which tshark does not know.',
  },
  {
    file: '03-ot-pcap/icsnpp-opcua-binary/opcua_with-gap.pcap',
    field: 'opcua.transport.type',
    more: 1,
    why: 'A session response in eleven segments, two of them captured after their acknowledgement: tshark takes these for retransmissions.',
  },
  {
    file: '03-ot-pcap/icsnpp-opcua-binary/open62541_client-server_mainloop-not-localhost-non-standard-port.pcap',
    field: 'opcua.transport.type',
    more: 68,
    why: NO_PORT,
  },
  {
    file: '03-ot-pcap/icsnpp-opcua-binary/open62541_client-server_mainloop.pcap',
    field: 'dns.id',
    more: -4,
    why: 'Neither port is one of DNS, and a datagram alone is no proof.',
  },
  { file: '03-ot-pcap/iti/iec104/TestDissectIec104.pcap', field: 'iec60870_104.type', more: -8, why: NOISE },
  {
    file: '03-ot-pcap/iti/iec104/TestDissectIec104.pcap',
    field: 'iec60870_asdu.typeid',
    more: -4,
    why: NOISE,
  },
  {
    file: '03-ot-pcap/iti/iec61850/Sample_File_MMS_and_GOOSE.pcap',
    field: 'mms.unconfirmed_PDU_element',
    more: 28,
    why: 'Reports of associations made before the capture began: tshark needs their handshake to know MMS.',
  },
  {
    file: '03-ot-pcap/icsnpp-profinet-io-cm/profinet_io_cm.pcap',
    field: 'dcerpc.dg_if_id',
    more: -3,
    why: 'Calls that came in fragments are one message each; tshark has the header of every fragment.',
  },
  {
    file: '03-ot-pcap/icsnpp-synchrophasor/C37.118_1PMU_UDP_minimal_otherport.pcap',
    field: 'synphasor.frtype',
    more: 5,
    why: 'On a port of no protocol: tshark has to be told, we go by the checksum.',
  },
  {
    file: '04-it-pcap/zeek-btest/dns/dns-inverse-query.pcap',
    field: 'dns.id',
    more: -2,
    why: 'The link is FDDI, which we do not take apart.',
  },
  {
    file: '04-it-pcap/zeek-btest/http/connect-with-header.pcap',
    field: 'tls.handshake.random',
    more: -2,
    why: INSIDE,
  },
  {
    file: '04-it-pcap/zeek-btest/ldap/ldap-starttls.pcap',
    field: 'tls.handshake.random',
    more: -2,
    why: INSIDE,
  },
  {
    file: '04-it-pcap/zeek-btest/http/content-range-gap-skip.pcap',
    field: 'http.response.code',
    more: 1,
    why: 'The head is there, most of the body is not; tshark waits for the body.',
  },
  {
    file: '04-it-pcap/zeek-btest/http/zeek-image-post-1080-8000-x.pcap',
    field: 'http.request.method',
    more: 1,
    why: NO_PORT,
  },
  {
    file: '04-it-pcap/zeek-btest/http/zeek-image-post-1080-8000-x.pcap',
    field: 'http.response.code',
    more: 1,
    why: NO_PORT,
  },
  {
    file: '04-it-pcap/zeek-btest/ssh/http-single-conn-22.pcap',
    field: 'http.request.method',
    more: 1,
    why: 'HTTP on the port of SSH: tshark goes by the port, we by the bytes.',
  },
  {
    file: '04-it-pcap/zeek-btest/ssh/http-single-conn-22.pcap',
    field: 'http.response.code',
    more: 1,
    why: 'HTTP on the port of SSH: tshark goes by the port, we by the bytes.',
  },
  {
    file: '11-hostile/pcap-tcpdump/dns-badlabel.pcap',
    field: 'dns.id',
    more: -1,
    why: 'Operation 15, which DNS has not, and a name without end: no message.',
  },
  {
    file: '04-it-pcap/zeek-btest/dns/tkey.pcap',
    field: 'kerberos.msg_type',
    more: -2,
    why: 'Tickets inside the GSS token of a DNS key record; we tell the DNS message.',
  },
  {
    file: '04-it-pcap/zeek-btest/rdp/rdp-invalid-length.pcap',
    field: 'rdp.neg_type',
    more: 1,
    why: 'The client’s bytes are no TPKT, so tshark gives the connection up; the server’s answer is one of RDP.',
  },
  {
    file: '04-it-pcap/zeek-btest/snmp/snmp-crash-62790.pcap',
    field: 'snmp.version',
    more: 3,
    why: 'Version 3: tshark has its version under another field.',
  },
  {
    file: '11-hostile/pcap-tcpdump/quic_handshake_truncated.pcap',
    field: 'tls.handshake.random',
    more: -1,
    why: 'A handshake inside QUIC, which tshark decrypts with the key everyone can derive; we read TLS over TCP.',
  },
];

/** Where capinfos counts other packets than we do. */
const PACKETS: Readonly<Record<string, { readonly more: number; readonly why: string }>> = {
  '11-hostile/derived/modbus_cut_mid_record.pcap': { more: 1, why: CUT },
  '11-hostile/pcap/dhcp-trunc.pcapng': { more: 1, why: CUT },
};

/** Why we find `more` messages in that capture than tshark does, or null. */
export function explainMessages(file: string, field: string, more: number): string | null {
  const modbus = field === 'modbus.func_code' ? MESSAGE_DIFFERENCES[file] : undefined;
  const found =
    modbus ?? DIFFERENCES.find((difference) => difference.file === file && difference.field === field);
  return found?.more === more ? found.why : null;
}

/** Why we find `more` packets in that capture than capinfos does, or null. */
export function explainPackets(file: string, more: number): string | null {
  const found = PACKETS[file];
  return found?.more === more ? found.why : null;
}
