/** Differences to tshark's counts, as in `capture-differences.ts`, of the protocols of office networks. */

const WITHIN =
  'The request for access inside another message (a ticket request, a logon to SMB or LDAP) is part of that message.';

export const DIFFERENCES_OF_IT: readonly {
  readonly file: string;
  readonly field: string;
  readonly more: number;
  readonly why: string;
}[] = [
  {
    file: '03-ot-pcap/iti/iec61850/Sample_File_MMS_and_GOOSE.pcap',
    field: 'smb.mid',
    more: -2,
    why: 'Queries for a domain controller in NetBIOS frames, which we do not take apart.',
  },
  {
    file: '04-it-pcap/zeek-btest/krb/smb2_krb.pcap',
    field: 'smb2.cmd',
    more: -1,
    why: 'The answer in packet 43 is cut by the snapshot length; it never comes whole.',
  },
  {
    file: '03-ot-pcap/suricata-verify/krb5-kerberoasting/kerberoast.pcap',
    field: 'kerberos.msg_type',
    more: -1,
    why: WITHIN,
  },
  { file: '04-it-pcap/zeek-btest/krb/auth.pcap', field: 'kerberos.msg_type', more: -1, why: WITHIN },
  { file: '04-it-pcap/zeek-btest/krb/kinit.pcap', field: 'kerberos.msg_type', more: -1, why: WITHIN },
  { file: '04-it-pcap/zeek-btest/krb/smb2_krb.pcap', field: 'kerberos.msg_type', more: -2, why: WITHIN },
  {
    file: '04-it-pcap/zeek-btest/ldap/missing_krbtgt_ldap_request.pcapng',
    field: 'kerberos.msg_type',
    more: -2,
    why: WITHIN,
  },
  {
    file: '04-it-pcap/zeek-btest/ldap/modify-request.pcapng',
    field: 'kerberos.msg_type',
    more: -2,
    why: WITHIN,
  },
  {
    file: '04-it-pcap/zeek-btest/ftp/ipv6-retr-samba.pcap',
    field: 'ftp.response.code',
    more: -1,
    why: 'An answer of several lines is one message.',
  },
];
