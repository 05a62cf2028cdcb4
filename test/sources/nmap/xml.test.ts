// What each element of a report by nmap or masscan comes to.

import { describe, expect, test } from 'vitest';
import { type NmapProgress, NmapReader } from '../../../src/sources/nmap/xml.js';
import {
  addressesOf,
  host,
  port,
  readScan,
  readSound,
  report,
  rowsOf,
  scanFile,
  textsOf,
} from '../../scans/reading.js';

const NO_PORTS = { tcp: [], udp: [], sctp: [] };

describe('hosts', () => {
  test('when a host is up then it is in the scan, whether it has ports or not', () => {
    const { hosts, targets } = readSound(report(host('10.0.0.2') + host('10.0.0.1', port(80))));
    expect(addressesOf(hosts)).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(textsOf(targets)).toEqual(['10.0.0.1-10.0.0.2']);
  });

  test('when a host is down then it was looked at', () => {
    const { hosts, targets } = readSound(report(host('10.0.0.1', '', '<status state="down"/>')));
    expect(hosts).toEqual([]);
    expect(textsOf(targets)).toEqual(['10.0.0.1']);
  });

  test.each(['unknown', 'skipped'])('when a host is %s then nothing is known of it', (state) => {
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

  test('when a host has addresses of both kinds and one of its card then it is there twice', () => {
    const { hosts } = readSound(
      report(`<host><status state="up"/><address addr="2001:DB8:0::1" addrtype="ipv6"/>
        <address addr="00:00:5E:00:53:01" addrtype="mac"/><address addr="10.0.0.1" addrtype="ipv4"/>
        <ports>${port(22)}</ports></host>`),
    );
    expect(rowsOf(hosts)).toEqual(['10.0.0.1 tcp 22 open', '2001:db8::1 tcp 22 open']);
  });

  test('when several hosts have an address then they are one, with the first and the last time', () => {
    const at = (time: number, ports: string): string =>
      `<host endtime="${time}"><address addr="10.0.0.1" addrtype="ipv4"/><ports>${ports}</ports></host>`;
    const { hosts } = readSound(
      report(at(1300, port(80)) + at(1100, port(22)) + at(1200, port(80, 'closed'))),
    );
    expect(rowsOf(hosts)).toEqual(['10.0.0.1 tcp 22 open', '10.0.0.1 tcp 80 closed']);
    expect(hosts).toMatchObject([{ from: 1_100_000_000, to: 1_300_000_000 }]);
  });

  test('when elements of a host are somewhere else then they are passed over', () => {
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
    'when a host has %s that cannot be then the place is told, and the others are read',
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
    'when a port is %s then it is kept so, whatever the case of the letters',
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
  ])('when a port is %s then the place is told, and the others are read', (wrong, problem) => {
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
  ])('when a service has %s then this is known of it', (attributes, expected) => {
    const { hosts } = readSound(report(host('10.0.0.1', port(80, 'open', `<service ${attributes}/>`))));
    expect(hosts[0]?.ports).toEqual([{ protocol: 'tcp', port: 80, state: 'open', ...expected }]);
  });

  test('when a port has no service then it has not that of the one before', () => {
    const { hosts } = readSound(report(host('10.0.0.1', port(1, 'open', '<service name="a"/>') + port(2))));
    expect(hosts[0]?.ports[1]).toEqual({ protocol: 'tcp', port: 2, state: 'open' });
  });

  test('when a text is longer than nmap has any then it is cut, and shows it', () => {
    const name = `${'x'.repeat(254)}\u{1f600}\u{1f600}`;
    const { hosts } = readSound(report(host('10.0.0.1', port(80, 'open', `<service name="${name}"/>`))));
    expect(hosts[0]?.ports[0]?.service).toBe(`${'x'.repeat(254)}…`);
  });
});

describe('times', () => {
  test('when all times are there then they are in microseconds', () => {
    const scan = readSound(
      report('<host starttime="1001" endtime="1003"><status state="up"/><address addr="10.0.0.1"/></host>'),
    );
    expect(scan).toMatchObject({ from: 1e9, to: 2e9, hosts: [{ from: 1_001_000_000, to: 1_003_000_000 }] });
  });

  test('when hosts have no times, as in nmap 3, then they have those of the run', () => {
    expect(readSound(report(host('10.0.0.1')))).toMatchObject({ hosts: [{ from: 1e9, to: 2e9 }] });
  });

  test('when the run does not say when it began then it is the earliest time that is known', () => {
    const late =
      '<host starttime="1500" endtime="1600"><status state="up"/><address addr="10.0.0.1"/></host>';
    const text = report(late).replace('start="1000"', '');
    expect(readSound(text)).toMatchObject({ from: 1.5e9, to: 2e9 });
    expect(readScan('<nmaprun></nmaprun>').scan).toMatchObject({ from: 0, to: 0 });
  });

  test('when the run has no end then it lasts until the last time that is known', () => {
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
    'when a time is %j then it is told, with the end of its tag',
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

describe('ports that were looked at', () => {
  const covered = (...infos: string[]): unknown => readSound(report(infos.join(''))).ports;
  const info = (services: string, type = 'syn', protocol = 'tcp'): string =>
    `<scaninfo type="${type}" protocol="${protocol}" numservices="1" services="${services}"/>`;

  test('when there are lists of several protocols then each is merged for itself', () => {
    expect(
      covered(
        info('80,1-3,4,2-6,443'),
        info('53', 'udp', 'udp'),
        info('7', 'connect'),
        info('9', 'sctpinit', 'sctp'),
      ),
    ).toEqual({
      tcp: [
        { first: 1, last: 7 },
        { first: 80, last: 80 },
        { first: 443, last: 443 },
      ],
      udp: [{ first: 53, last: 53 }],
      sctp: [{ first: 9, last: 9 }],
    });
  });

  test.each(['ack', 'fin', 'null', 'xmas', 'maimon', 'sctpcookieecho'])(
    'when the scan is of type %s, which tells no open port, then a port that is not listed may be open',
    (type) => {
      expect(covered(info('1-1000', type))).toEqual(NO_PORTS);
    },
  );

  test('when there is no list, as with masscan, or none of ports then none counts', () => {
    expect(covered('<scaninfo type="syn" protocol="tcp" />', info('1,6', 'ipproto', 'ip'), info(''))).toEqual(
      NO_PORTS,
    );
  });

  test.each(['1-', '5-1', '65536', 'http', '1,,2', '-', '1'.repeat(400_001)])(
    'when a list is %.9s then it is told with the place',
    (services) => {
      const { scan, problems } = readScan(report(info('22') + info(services)));
      expect(problems).toEqual([
        expect.stringMatching(/^at line 3, column \d+: found the ports ".+", expected some like /),
      ]);
      expect(scan?.ports).toEqual({ ...NO_PORTS, tcp: [{ first: 22, last: 22 }] });
    },
  );
});

describe('targets', () => {
  const targets = (args: string, elements = '', end = ''): string[] => {
    const text = report(elements, `args="${args}"`).replace('</runstats>', `${end}</runstats>`);
    return textsOf(readScan(text).scan?.targets);
  };

  test('when the scan is complete then all that the command line names were looked at', () => {
    expect(targets('nmap -sS 10.0.0.0/30 name 10.0.1.9', host('10.0.0.1') + host('10.9.9.9'))).toEqual([
      '10.0.0.0-10.0.0.3',
      '10.0.1.9',
      '10.9.9.9',
    ]);
  });

  test('when the scan failed or was stopped then only those that it lists were', () => {
    const text = report(host('10.0.0.1'), 'args="nmap 10.0.0.0/30"');
    for (const broken of [
      text.replace('success', 'error'),
      text.replace('exit="success"', 'errormsg="no route"'),
      text.replace('</nmaprun>', ''),
      text.replace(/<runstats>.*<\/runstats>/, ''),
      `${text}<nmaprun/>`,
    ]) {
      const { scan, problems } = readScan(broken);
      expect(scan?.isComplete).toBe(false);
      expect(problems).toHaveLength(1);
      expect(textsOf(scan?.targets)).toEqual(['10.0.0.1']);
    }
  });

  test('when machines were given up or skipped then nothing is known of them', () => {
    const givenUp = host('10.0.0.1', port(80)).replace('<host>', '<host timedout="true">');
    const skipped = host('10.0.0.2', '', '<status state="skipped"/>');
    expect(targets('nmap 10.0.0.0/30', givenUp + skipped)).toEqual(['10.0.0.0', '10.0.0.3']);
  });

  test('when nmap skipped a target then only those that it lists were looked at', () => {
    const skipped = '<target specification="10.0.0.3" status="skipped" reason="invalid"/>';
    expect(targets('nmap 10.0.0.0-3', skipped + host('10.0.0.1'))).toEqual(['10.0.0.1']);
  });

  test('when nmap counted more machines up than it lists then one that it does not list may be up', () => {
    const listed = host('10.0.0.1');
    expect(targets('nmap --open 10.0.0.0/30', listed, '<hosts up="2" down="2" total="4"/>')).toEqual([
      '10.0.0.1',
    ]);
    expect(targets('nmap --open 10.0.0.0/30', listed, '<hosts up="1" down="3" total="4"/>')).toEqual([
      '10.0.0.0-10.0.0.3',
    ]);
  });

  test('when the command line names more targets than nmap counted then it is not believed', () => {
    expect(targets('nmap 0.0.0.0/0', host('10.0.0.1'), '<hosts up="1" down="3" total="4"/>')).toEqual([
      '10.0.0.1',
    ]);
  });

  test('when it is a list scan then nothing was looked at at all', () => {
    const text = report(host('10.0.0.1', port(80)), 'args="nmap -sL 10.0.0.0/30"');
    expect(readSound(text)).toMatchObject({ targets: [], hosts: [], ports: NO_PORTS });
  });
});

describe('the document', () => {
  test.each([
    ['scanner="nmap" version="7.93" xmloutputversion="1.05"', 'nmap 7.93', 'nmap XML 1.05'],
    ['scanner="masscan" version="1.0-BETA" xmloutputversion="1.03"', 'masscan 1.0-BETA', 'masscan XML 1.03'],
    ['', 'nmap', 'nmap XML'],
  ])('when the root has %s then scanner and format are told', (attributes, scanner, format) => {
    const reading = readScan(`<nmaprun ${attributes}></nmaprun>`);
    expect(reading).toMatchObject({ scan: { scanner }, format });
  });

  test.each([
    ['<foo><nmaprun/></foo>', 'at line 1, column 5: found <foo>, expected <nmaprun>'],
    [
      `<!-- x -->\n <${'y'.repeat(100)}/>`,
      `at line 2, column 104: found <${'y'.repeat(79)}…>, expected <nmaprun>`,
    ],
    ['', 'at line 1, column 1: ends before <nmaprun>, expected a report of nmap or masscan'],
    [
      ' \n<!-- nmap -->\n',
      'at line 3, column 1: ends before <nmaprun>, expected a report of nmap or masscan',
    ],
    [
      '<nmaprun start="1"',
      'at line 1, column 18: ends before <nmaprun>, expected a report of nmap or masscan',
    ],
    ['{"a": 1}', 'at line 1, column 1: not well-formed XML: text data outside of root node'],
  ])('when the document is %.20j then it is no scan', (text, problem) => {
    expect(readScan(text)).toEqual({ scan: undefined, problems: [problem], format: 'XML' });
  });

  test('when something is wrong then the problem has its kind and position as fields', () => {
    const reader = new NmapReader();
    reader.write(Buffer.from(`<nmaprun>\n${host('10.0.0.1', port('x'))}\n<runstats>`));
    expect(reader.finish().problems).toEqual([
      {
        kind: 'invalid-value',
        message: 'at line 2, column 107: found the port "x", expected a number from 0 to 65535',
        ...{ line: 2, column: 107 },
      },
      {
        kind: 'damaged-scan',
        message: 'at line 3, column 10: ends in the middle of <runstats>; hosts complete: 1',
        ...{ line: 3, column: 10 },
      },
    ]);
  });

  test('when more is wrong than anyone wants to read then the first problems are told, and how many there are', () => {
    const { problems } = readScan(report(host('x').repeat(33)));
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)).toBe('and 13 more problems');
    const cut = readScan(`<nmaprun>${host('x').repeat(33)}`).problems;
    expect(cut).toHaveLength(22);
    expect(cut.slice(-2)).toEqual([
      'and 13 more problems',
      expect.stringMatching(/: ends in the middle of <nmaprun>; hosts complete: 33$/),
    ]);
  });

  test('when nmap tells how far it is then that is handed on at once', () => {
    const seen: NmapProgress[] = [];
    const reader = new NmapReader((progress) => seen.push(progress));
    const bytes = scanFile('synsum__interrupted');
    const firstEnd = bytes.indexOf('etc="1795314623"/>') + 'etc="1795314623"/>'.length;
    reader.write(bytes.subarray(0, firstEnd));
    expect(seen).toEqual([{ task: 'SYN Stealth Scan', percent: 18.33, remaining: 5, hostsCompleted: 0 }]);
    reader.write(bytes.subarray(firstEnd));
    expect(seen.map(({ percent }) => percent)).toEqual([
      18.33, 38.33, 58.33, 78.33, 98.33, 18.33, 38.33, 58.33, 78.33,
    ]);
    expect(seen.at(-1)).toEqual({
      task: 'SYN Stealth Scan',
      percent: 78.33,
      remaining: 1,
      hostsCompleted: 1,
    });
  });

  test('when progress is nonsense then it is passed over', () => {
    const seen: NmapProgress[] = [];
    const reader = new NmapReader((progress) => seen.push(progress));
    reader.write(
      Buffer.from(
        report('<taskprogress task="a" percent="x"/><taskprogress task="b" percent="5" remaining="-1"/>'),
      ),
    );
    expect(reader.finish().problems).toEqual([]);
    expect(seen).toEqual([{ task: 'b', percent: 5, remaining: undefined, hostsCompleted: 0 }]);
  });
});
