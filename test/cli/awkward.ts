// A small network with awkward names: long ones, wide ones, combining and right-to-left ones, addresses of both IP versions
// whose order as numbers and as text differs, and a scan whose products try to deceive. Everything that a table can show
// of two days. Emoji of several characters are not among them, because terminals disagree on their width.

import { ethernet, ipv4, ipv6, pcap, type RecordParts, tcp } from '../helpers/packets.js';
import { makeFolder } from './office.js';

const NAMES = `
local: [10.0.0.0/8, 2001:db8::/32]
hosts:
  web: 10.0.0.1
  a-name-that-is-much-longer-than-any-table-has-room-for.corp.example.com: 10.0.0.2
  東京のとても長い名前のファイルサーバー: 10.0.0.3
  "\u{1f680} rocket \u{1f469}": 10.0.0.4
  "cafe\u0301 du coin": 10.0.0.5
  שרת הדפסה: 10.0.0.6
  "=HYPERLINK(1)": 10.0.0.7
  printer: [10.0.0.21, 10.0.0.22]
services:
  7001: a-service-name-that-is-rather-long-too
  7002: サービス
`;

/** Seconds since the epoch: a Monday, and the day after it. */
const MONDAY = Date.UTC(2026, 0, 5, 8) / 1000;
const TUESDAY = MONDAY + 86_400;

/** `CLIENT SERVER PORT COUNT`. */
const ON_MONDAY = `
10.0.0.9 10.0.0.1 80 3
10.0.0.10 10.0.0.1 443 1234
10.0.0.2 10.0.0.3 7001 40
198.51.100.7 10.0.0.2 22 31
10.0.0.4 10.0.0.5 7002 5
10.0.0.5 10.0.0.6 631 6
10.0.0.100 10.0.0.7 80 2
10.0.0.9 198.51.100.8 443 7
10.0.0.9 10.0.0.21 631 2
10.0.0.9 10.0.0.22 631 4
2001:db8:1234:5678:9abc:def0:1234:9 2001:db8:1234:5678:9abc:def0:1234:10 22 8
2001:db8::9 2001:db8::10 873 20
`;
const ON_TUESDAY = `
10.0.0.9 10.0.0.1 80 3
10.0.0.9 10.0.0.3 8443 12
10.0.0.2 10.0.0.2 3306 1
10.0.0.4 10.0.0.5 7002 5
10.0.0.5 10.0.0.21 9100 6
2001:db8::9 2001:db8:1234:5678:9abc:def0:1234:10 443 9
10.0.0.77 10.0.0.22 631 4
`;

function captureOf(lines: string, start: number): Uint8Array {
  const records: RecordParts[] = [];
  for (const line of lines.trim().split('\n')) {
    const [client = '', server = '', port = '', count = ''] = line.split(' ');
    for (let number = 0; number < Number(count); number++) {
      const segment = tcp({ flags: 0x12, sourcePort: Number(port), destinationPort: 40_000 + number });
      const ends = { source: server, destination: client };
      const data = client.includes(':')
        ? ethernet({ type: 0x86dd, payload: ipv6({ ...ends, payload: segment }) })
        : ethernet({ payload: ipv4({ ...ends, payload: segment }) });
      records.push({ seconds: start + number * 20, fraction: records.length, data });
    }
  }
  return pcap({ records });
}

/** What an nmap report says of one machine. */
const SCAN = `<?xml version="1.0"?>
<nmaprun scanner="nmap" args="nmap -sV 10.0.0.3" start="${TUESDAY}" version="7.93">
<scaninfo type="syn" protocol="tcp" numservices="3" services="22,3306,7001"/>
<host starttime="${TUESDAY}" endtime="${TUESDAY + 60}"><status state="up"/>
<address addr="10.0.0.3" addrtype="ipv4"/>
<ports>
<port protocol="tcp" portid="22"><state state="open"/><service name="ssh" product="OpenSSH&#x202e;fdp.exe" version="9.2p1" extrainfo="zero&#x200b;width, and a banner that never ends, never ends, never ends" method="probed"/></port>
<port protocol="tcp" portid="3306"><state state="open"/><service name="mysql" product="東京データベース" method="probed"/></port>
<port protocol="tcp" portid="7001"><state state="open"/></port>
</ports></host>
<runstats><finished time="${TUESDAY + 60}" exit="success"/></runstats>
</nmaprun>
`;

/** Commands whose results people read, by name, as they are typed in the returned folder. */
export const COMMANDS: Readonly<Record<string, string>> = {
  summary: 'synsum --hosts names.yaml monday.pcap',
  busiest: 'synsum --hosts names.yaml --by server,service --sort count --top 5 monday.pcap',
  'by-day': 'synsum --hosts names.yaml --by day,server monday.pcap tuesday.pcap',
  latest: 'synsum --hosts names.yaml --by client --sort last_seen monday.pcap tuesday.pcap',
  evidence: 'synsum --hosts names.yaml --evidence --count handshakes monday.pcap tuesday.pcap',
  services: 'synsum services --hosts names.yaml monday.pcap tuesday.pcap scan.xml',
  hosts: 'synsum hosts --hosts names.yaml monday.pcap tuesday.pcap scan.xml',
  diff: 'synsum diff --hosts names.yaml -v --clients monday.json tuesday.pcap',
  check: 'synsum check --hosts names.yaml --baseline base.json --dir captures --settle 0',
};

/** Commands of which the result is a table. */
export const TABLES: readonly string[] = Object.keys(COMMANDS).slice(0, 7);

/** Makes the files that the commands need, but for the saved inventories. Returns their folder. */
export function makeNetwork(): string {
  const { folder, write } = makeFolder();
  write('names.yaml', NAMES);
  write('monday.pcap', captureOf(ON_MONDAY, MONDAY));
  write('tuesday.pcap', captureOf(ON_TUESDAY, TUESDAY));
  write('scan.xml', SCAN);
  return folder;
}
