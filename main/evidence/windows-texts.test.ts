/** Logs that Windows writes or saves as text, as whole files with what stands around their records. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { importPaths } from '../dev/import-folder';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-windows-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const event = (record: number): string =>
  `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Security-Auditing'/><EventID>4634</EventID><TimeCreated SystemTime='2026-03-16T22:50:11.1234567Z'/><EventRecordID>${record}</EventRecordID><Channel>Security</Channel><Computer>srv1</Computer></System><EventData><Data Name='TargetUserName'>maria</Data></EventData></Event>`;

const FILES: Readonly<
  Record<string, readonly [format: string, loaded: number, rejected: number, text: string | Buffer]>
> = {
  'DhcpSrvLog-Mon.log': [
    'windows-dhcp-server-log',
    2,
    0,
    [
      '\t\tMicrosoft DHCP Service Activity Log\r\n',
      'Event ID  Meaning',
      '00\tThe log was started.',
      '50+\tCodes above 50 are used for Rogue Server Detection information.\r\n',
      'QResult: 0: NoQuarantine, 1:Quarantine\r\n',
      'ID,Date,Time,Description,IP Address,Host Name,MAC Address,User Name, TransactionID, QResult',
      '24,03/16/26,00:00:03,Database Cleanup Begin,,,,,0,6,,,,,,,,,0',
      '10,03/16/26,22:51:02,Assign,10.0.0.77,eng.example,00505633AA01,,1234567,0,,,,0x4D,MSFT 5.0,,,,0\r\n',
    ].join('\r\n'),
  ],
  'pfirewall.log': [
    'windows-firewall-log',
    2,
    0,
    [
      '#Version: 1.5',
      '#Software: Microsoft Windows Firewall',
      '#Time Format: Local',
      '#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path pid',
      '',
      '2026-03-16 22:50:11 ALLOW TCP 10.0.0.7 10.0.0.9 50123 445 0 - 0 0 0 - - - SEND 4',
      '2026-03-16 22:50:12 DROP UDP 10.0.0.7 239.255.255.250 50124 1900 165 - - - - - - - RECEIVE 0',
      '',
    ].join('\n'),
  ],
  'dns.log': [
    'windows-dns-debug-log',
    2,
    0,
    [
      'DNS Server log file creation at 16/03/2026 21:55:04',
      'Log file wrap at 16/03/2026 21:55:04\r\n',
      'Message logging key (for packets - other items use a subset of these fields):',
      '\tField #  Information         Values',
      '\t-------  -----------         ------',
      '\t  10     Query/Response      R = Response',
      '\t                             blank = Query\r\n',
      '16/03/2026 21:55:10 0D64 PACKET  000000D7F2C4E0A0 UDP Rcv 10.0.0.77       5c1a   Q [0001   D   NOERROR] A      (6)update(7)example(3)com(0)',
      '16/03/2026 21:55:11 0D64 PACKET  000000D7F2C4E0A0 UDP Snd 10.0.0.77       5c1a R Q [8081   DR  NOERROR] A      (6)update(7)example(3)com(0)\r\n',
    ].join('\r\n'),
  ],
  'saved.xml': [
    'windows-event-xml',
    3,
    0,
    `<?xml version="1.0" encoding="utf-8" standalone="yes"?>\r\n<Events>${event(1)}${event(2)}${event(3)}</Events>`,
  ],
  // wevtutil prints one element after another, without a root.
  'wevtutil.xml': [
    'windows-event-xml',
    3,
    0,
    Buffer.from(`\uFEFF${[event(4), event(5), event(6)].join('\r\n')}\r\n`, 'utf16le'),
  ],
  'viewer.csv': [
    'windows-event-viewer-csv',
    2,
    0,
    [
      'Level,Date and Time,Source,Event ID,Task Category',
      'Information,16/03/2026 22:52:31,Microsoft-Windows-Security-Auditing,4634,Logoff,"An account was logged off.\r\n\r\nSubject:\r\n\tSecurity ID:\t\tSYSTEM"',
      'Error,16/03/2026 22:52:32,Service Control Manager,7000,None,"The service ""x"", it did not start."\r\n',
    ].join('\r\n'),
  ],
};

it('each is recognised, every line of it accounted for, its moments read', { timeout: 120_000 }, async () => {
  const paths = Object.entries(FILES).map(([name, [, , , text]]) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  });
  const { entries } = await importPaths(paths, folder);
  const read = entries.map(({ row }) => [row.name, row.format, row.loaded, row.rejected, row.undated]);
  expect(read).toEqual(
    Object.entries(FILES).map(([name, [format, loaded, rejected]]) => [name, format, loaded, rejected, 0]),
  );
  expect(entries.map(({ row }) => row.first?.slice(0, 10))).toEqual(paths.map(() => '2026-03-16'));
});
