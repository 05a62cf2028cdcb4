// Which ports and targets count as scanned.

import { describe, expect, test } from 'vitest';
import { host, port, readScan, readSound, report, textsOf } from '../../scans/reading.js';

const NO_PORTS = { tcp: [], udp: [], sctp: [] };

describe('ports that were scanned', () => {
  const covered = (...infos: string[]): unknown => readSound(report(infos.join(''))).ports;
  const info = (services: string, type = 'syn', protocol = 'tcp'): string =>
    `<scaninfo type="${type}" protocol="${protocol}" numservices="1" services="${services}"/>`;

  test('when there are lists for several protocols then each is merged separately', () => {
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
    'when the scan is of type %s, which cannot recognise open ports, then a port that is not listed may be open',
    (type) => {
      expect(covered(info('1-1000', type))).toEqual(NO_PORTS);
    },
  );

  test('when there is no list of ports, as with masscan, then no port counts as scanned', () => {
    expect(covered('<scaninfo type="syn" protocol="tcp" />', info('1,6', 'ipproto', 'ip'), info(''))).toEqual(
      NO_PORTS,
    );
  });

  test.each(['1-', '5-1', '65536', 'http', '1,,2', '-', '1'.repeat(400_001)])(
    'when a list is %.9s then it is reported with its position',
    (services) => {
      const { scan, problems } = readScan(report(info('22') + info(services)));
      expect(problems).toEqual([
        expect.stringMatching(/^at line 3, column \d+: found the ports ".+", expected ports like /),
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

  test('when the scan is complete then all targets in the command line were scanned', () => {
    expect(targets('nmap -sS 10.0.0.0/30 name 10.0.1.9', host('10.0.0.1') + host('10.9.9.9'))).toEqual([
      '10.0.0.0-10.0.0.3',
      '10.0.1.9',
      '10.9.9.9',
    ]);
  });

  test('when the scan failed or was stopped then only the targets that it lists were scanned', () => {
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

  test('when machines were given up or skipped then nothing is known about them', () => {
    const givenUp = host('10.0.0.1', port(80)).replace('<host>', '<host timedout="true">');
    const skipped = host('10.0.0.2', '', '<status state="skipped"/>');
    expect(targets('nmap 10.0.0.0/30', givenUp + skipped)).toEqual(['10.0.0.0', '10.0.0.3']);
  });

  test('when nmap skipped a target then only the targets that it lists were scanned', () => {
    const skipped = '<target specification="10.0.0.3" status="skipped" reason="invalid"/>';
    expect(targets('nmap 10.0.0.0-3', skipped + host('10.0.0.1'))).toEqual(['10.0.0.1']);
  });

  test('when nmap counted more machines up than it lists then others may be up', () => {
    const listed = host('10.0.0.1');
    expect(targets('nmap --open 10.0.0.0/30', listed, '<hosts up="2" down="2" total="4"/>')).toEqual([
      '10.0.0.1',
    ]);
    expect(targets('nmap --open 10.0.0.0/30', listed, '<hosts up="1" down="3" total="4"/>')).toEqual([
      '10.0.0.0-10.0.0.3',
    ]);
  });

  test('when the command line names more targets than nmap counted then the command line is ignored', () => {
    expect(targets('nmap 0.0.0.0/0', host('10.0.0.1'), '<hosts up="1" down="3" total="4"/>')).toEqual([
      '10.0.0.1',
    ]);
  });

  test('when it is a list scan then nothing was scanned', () => {
    const text = report(host('10.0.0.1', port(80)), 'args="nmap -sL 10.0.0.0/30"');
    expect(readSound(text)).toMatchObject({ targets: [], hosts: [], ports: NO_PORTS });
  });
});
