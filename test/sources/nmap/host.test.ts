// How the elements of a host are read.

import { describe, expect, test } from 'vitest';
import {
  addressesOf,
  host,
  port,
  readScan,
  readSound,
  report,
  rowsOf,
  textsOf,
} from '../../scans/reading.js';

describe('hosts', () => {
  test('when a host is up then it is in the scan, whether it has ports or not', () => {
    const { hosts, targets } = readSound(report(host('10.0.0.2') + host('10.0.0.1', port(80))));
    expect(addressesOf(hosts)).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(textsOf(targets)).toEqual(['10.0.0.1-10.0.0.2']);
  });

  test('when a host is down then it was scanned', () => {
    const { hosts, targets } = readSound(report(host('10.0.0.1', '', '<status state="down"/>')));
    expect(hosts).toEqual([]);
    expect(textsOf(targets)).toEqual(['10.0.0.1']);
  });

  test.each(['unknown', 'skipped'])('when a host is %s then nothing is known about it', (state) => {
    const { hosts, targets } = readSound(report(host('10.0.0.1', port(80), `<status state="${state}"/>`)));
    expect(hosts).toEqual([]);
    expect(targets).toEqual([]);
  });

  test('when ports are summed up by their state then these states are known, each once and in order', () => {
    const extra = (state: string): string => `<extraports state="${state}" count="9"/>`;
    const states = `${extra('open|filtered')}${extra('closed')}${extra('closed')}`;
    const { hosts } = readSound(
      report(host('10.0.0.1', `${states}${port(80)}`) + host('10.0.0.2', port(80))),
    );
    expect(hosts.map(({ unlisted }) => unlisted)).toEqual([['closed', 'open|filtered'], undefined]);
  });

  test('when a host has no state then it is up if it has a port', () => {
    const { hosts, targets } = readSound(report(host('10.0.0.1', port(80), '') + host('10.0.0.2', '', '')));
    expect(addressesOf(hosts)).toEqual(['10.0.0.1']);
    expect(textsOf(targets)).toEqual(['10.0.0.1']);
  });

  test('when a host has an IPv4, an IPv6 and a MAC address then it is listed twice', () => {
    const { hosts } = readSound(
      report(`<host><status state="up"/><address addr="2001:DB8:0::1" addrtype="ipv6"/>
        <address addr="00:00:5E:00:53:01" addrtype="mac"/><address addr="10.0.0.1" addrtype="ipv4"/>
        <ports>${port(22)}</ports></host>`),
    );
    expect(rowsOf(hosts)).toEqual(['10.0.0.1 tcp 22 open', '2001:db8::1 tcp 22 open']);
  });

  test('when several hosts have the same address then they are one host, with the first and the last time', () => {
    const at = (time: number, ports: string): string =>
      `<host endtime="${time}"><address addr="10.0.0.1" addrtype="ipv4"/><ports>${ports}</ports></host>`;
    const { hosts } = readSound(
      report(at(1300, port(80)) + at(1100, port(22)) + at(1200, port(80, 'closed'))),
    );
    expect(rowsOf(hosts)).toEqual(['10.0.0.1 tcp 22 open', '10.0.0.1 tcp 80 closed']);
    expect(hosts).toMatchObject([{ from: 1_100_000_000, to: 1_300_000_000 }]);
  });

  test('when elements of a host are in another place then they are ignored', () => {
    const strange = `<hosthint>${host('10.0.0.8', port(1))}<status state="up"/><address addr="10.0.0.9"/></hosthint>
      <script id="x"><host><address addr="10.0.0.7"/></host><table key="nmaprun"/></script>
      <address addr="10.0.0.6" addrtype="ipv4"/>${port(22)}`;
    expect(readSound(report(strange + host('10.0.0.1')))).toMatchObject({ hosts: [{ ports: [] }] });
  });

  test.each([
    [
      'an address',
      '<address addr="10.0.0" addrtype="ipv4"/>',
      'found the address "10.0.0", expected an IP address',
    ],
    ['a zone', '<address addr="fe80::1%eth0"/>', 'found the address "fe80::1%eth0", expected an IP address'],
    [
      'only the address of a card',
      '<address addr="x" addrtype="mac"/>',
      'found a host without an IP address, expected one',
    ],
    [
      'a state',
      '<status state="half"/><address addr="10.0.0.1"/>',
      'found the state "half", expected up, down, unknown, skipped',
    ],
  ])(
    'when a host has %s that is impossible then its position is reported, and everything else is read',
    (_, inside, problem) => {
      const { scan, problems } = readScan(
        report(`<host><status state="up"/>${inside}</host>\n${host('10.0.0.2')}`),
      );
      expect(problems).toEqual([expect.stringMatching(/^at line 3, column \d+: /)]);
      expect(problems[0]).toContain(problem);
      expect(addressesOf(scan?.hosts)).toEqual(['10.0.0.2']);
      expect(scan?.isComplete).toBe(true);
    },
  );
});

describe('ports', () => {
  test('when ports are in any order then they are sorted by protocol and number, and the last of several counts', () => {
    const ports =
      port(53, 'open', '', 'udp') +
      port(80) +
      port(9, 'filtered', '', 'sctp') +
      port(22) +
      port(80, 'closed');
    expect(rowsOf(readSound(report(host('10.0.0.1', ports))).hosts)).toEqual([
      '10.0.0.1 tcp 22 open',
      '10.0.0.1 tcp 80 closed',
      '10.0.0.1 udp 53 open',
      '10.0.0.1 sctp 9 filtered',
    ]);
  });

  test.each(['open', 'closed', 'filtered', 'unfiltered', 'open|filtered', 'closed|filtered'])(
    'when a port is %s then it has this state, in upper or lower case',
    (state) => {
      const { hosts } = readSound(
        report(
          host('10.0.0.1', port(1, state) + port(2, state.replace(/^[a-z]/, 'O'))).replace(
            /state="O[a-z|]*"/,
            `state="${state.toUpperCase()}"`,
          ),
        ),
      );
      expect(hosts[0]?.ports).toMatchObject([{ state }, { state }]);
    },
  );

  test.each(['ip', 'icmp', 'arp'])(
    'when a port is of %s then the host is up and has no such port',
    (protocol) => {
      const { hosts } = readSound(report(host('10.0.0.1', port(1, 'open', '', protocol), '')));
      expect(hosts).toMatchObject([{ ports: [] }]);
    },
  );

  test.each([
    [port('x'), 'found the port "x", expected a number from 0 to 65535'],
    [port(65_536), 'found the port "65536", expected a number from 0 to 65535'],
    [port('-1'), 'found the port "-1", expected a number from 0 to 65535'],
    [
      port(80, 'ajar'),
      'found the state "ajar", expected open, closed, filtered, unfiltered, open|filtered, closed|filtered',
    ],
    [port(80, 'open', '', 'dccp'), 'found the protocol "dccp", expected tcp, udp, sctp'],
    ['<port protocol="tcp" portid="80"/>', 'found 80/tcp without a state, expected one'],
  ])('when a port is %s then its position is reported, and the other ports are read', (wrong, problem) => {
    const { scan, problems } = readScan(report(host('10.0.0.1', wrong + port(22))));
    expect(problems).toEqual([expect.stringMatching(/^at line 3, column \d+: /)]);
    expect(problems[0]).toContain(problem);
    expect(rowsOf(scan?.hosts)).toEqual(['10.0.0.1 tcp 22 open']);
  });

  test.each([
    [
      'name="ssh" product="OpenSSH" version="9.2p1" extrainfo="protocol 2.0" method="probed" conf="10"',
      { service: 'ssh', isProbed: true, product: 'OpenSSH', version: '9.2p1', extra: 'protocol 2.0' },
    ],
    ['name="http" method="table" conf="3"', { service: 'http' }],
    ['name="http" tunnel="ssl" method="probed"', { service: 'ssl/http', isProbed: true }],
    ['name="http.server" banner="Apache"', { service: 'http.server', isProbed: true }],
    ['name="" product="" version="1"', { version: '1' }],
    ['name="&lt;b&gt;&#xe9;&amp;"', { service: '<b>é&' }],
  ])('when a service has %s then this is known about it', (attributes, expected) => {
    const { hosts } = readSound(report(host('10.0.0.1', port(80, 'open', `<service ${attributes}/>`))));
    expect(hosts[0]?.ports).toEqual([{ protocol: 'tcp', port: 80, state: 'open', ...expected }]);
  });

  test('when a port has a banner and no state, as in old masscan, then it is open', () => {
    const banner =
      '<port protocol="tcp" portid="80"><service name="http" banner="HTTP/1.0 200 OK"></service></port>';
    const { hosts } = readSound(report(host('10.0.0.1', port(22) + banner)));
    expect(hosts[0]?.ports).toEqual([
      { protocol: 'tcp', port: 22, state: 'open' },
      { protocol: 'tcp', port: 80, state: 'open', service: 'http', isProbed: true },
    ]);
    const { problems } = readScan(report(host('10.0.0.1', `${banner}<port protocol="tcp" portid="81"/>`)));
    expect(problems).toEqual([expect.stringContaining('found 81/tcp without a state, expected one')]);
  });

  test('when a port has no service then it does not get that of the previous port', () => {
    const { hosts } = readSound(report(host('10.0.0.1', port(1, 'open', '<service name="a"/>') + port(2))));
    expect(hosts[0]?.ports[1]).toEqual({ protocol: 'tcp', port: 2, state: 'open' });
  });

  test('when a text is longer than any that nmap detects then it is cut, and ends with …', () => {
    const name = `${'x'.repeat(254)}\u{1f600}\u{1f600}`;
    const { hosts } = readSound(report(host('10.0.0.1', port(80, 'open', `<service name="${name}"/>`))));
    expect(hosts[0]?.ports[0]?.service).toBe(`${'x'.repeat(254)}…`);
  });
});

describe('times', () => {
  test('when all times are given then they are in microseconds', () => {
    const scan = readSound(
      report('<host starttime="1001" endtime="1003"><status state="up"/><address addr="10.0.0.1"/></host>'),
    );
    expect(scan).toMatchObject({ from: 1e9, to: 2e9, hosts: [{ from: 1_001_000_000, to: 1_003_000_000 }] });
  });

  test('when hosts have no times, as in nmap 3, then they get those of the run', () => {
    expect(readSound(report(host('10.0.0.1')))).toMatchObject({ hosts: [{ from: 1e9, to: 2e9 }] });
  });

  test('when the run has no start then it began at the earliest known time', () => {
    const late =
      '<host starttime="1500" endtime="1600"><status state="up"/><address addr="10.0.0.1"/></host>';
    const text = report(late).replace('start="1000"', '');
    expect(readSound(text)).toMatchObject({ from: 1.5e9, to: 2e9 });
    expect(readScan('<nmaprun></nmaprun>').scan).toMatchObject({ from: 0, to: 0 });
  });

  test('when the run has no end then it ended at the last known time', () => {
    const cut = report(
      '<host starttime="1500" endtime="1600"><status state="up"/><address addr="10.0.0.1"/></host><cut/>',
    );
    expect(readScan(cut.slice(0, cut.indexOf('<cut/>'))).scan).toMatchObject({ from: 1e9, to: 1.6e9 });
  });

  test('when the clock went backwards then no end is before its beginning', () => {
    const scan = readSound(
      report(
        '<host starttime="900" endtime="800"><status state="up"/><address addr="10.0.0.1"/></host>',
      ).replace('2000', '700'),
    );
    expect(scan).toMatchObject({ from: 1e9, to: 1e9, hosts: [{ from: 8e8, to: 9e8 }] });
  });

  test.each(['', '-1', '1e3', '9007199255', '999999999999999999999'])(
    'when a time is %j then it is reported, with the position of the end of its tag',
    (time) => {
      const text = report(host('10.0.0.1')).replace('start="1000"', `start="${time}"`);
      const { scan, problems } = readScan(text);
      const column = text.split('\n')[1]?.length;
      expect(problems).toEqual([
        `at line 2, column ${column}: found the time "${time}", expected seconds since 1970`,
      ]);
      expect(scan).toMatchObject({ from: 2e9, to: 2e9 });
    },
  );
});
