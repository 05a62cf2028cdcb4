// Compares every scan in test/scans, and in the folder of real ones, with its known answer, which Python's expat computed.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hasShared, parseTsv, readShared, SHARED_NOTE, sharedPath } from '../../helpers/shared.js';
import { readScan, rowsOf, SCANS, textsOf } from '../../scans/reading.js';

const MANIFEST = parseTsv(readFileSync(`${SCANS}manifest.tsv`, 'utf8'));

/** The problems of scans that cannot be read to their end, or that are not complete. */
const PROBLEMS: Readonly<Record<string, string>> = {
  'Ullaakut-nmap__scan_error_resolving_name.xml':
    'at line 6, column 10: the scan failed: "Error resolving name localhost"',
  'nmap__nmap-output-error.xml':
    'at line 14, column 54: not well-formed XML: disallowed character; nothing after it was read; hosts complete: 0',
  'synsum__appended.xml':
    'at line 18, column 6: not well-formed XML: an XML declaration must be at the start of the document; ' +
    'nothing after it was read; hosts complete: 1',
  'synsum__interrupted.xml': 'at line 42, column 1: ends in the middle of <nmaprun>; hosts complete: 1',
  'synsum__quit.xml': 'at line 9, column 1: ends in the middle of <nmaprun>; hosts complete: 0',
  'synsum__timeout.xml':
    'at line 21, column 7: 10.99.0.2 took too long for nmap: its ports are unknown, so it is left out',
};

/** The targets of scans that differ from the machines that the scan lists. */
const TARGETS: Readonly<Record<string, readonly string[]>> = {
  'Nmap-Parser__nmap_results.xml': ['127.0.0.1-127.0.0.4'],
  'nmap__xml_test6.xml': ['10.0.0.100-10.0.0.180'],
  'python-libnmap__full_sudo6.xml': ['192.168.1.0-192.168.1.255'],
  'synsum__ipv6.xml': ['2001:db8:99::-2001:db8:99::3'],
  'synsum__lan.xml': ['10.99.0.0-10.99.0.7'],
  'synsum__ping.xml': ['10.99.0.2', '10.99.0.5-10.99.0.6'],
  'synsum__skipped.xml': ['10.99.0.2-10.99.0.3'],
  'synsum__timeout.xml': ['10.99.0.3'],
};

interface Row {
  readonly file: string;
  readonly scanner: string;
  readonly hosts_up: string;
  readonly open_tcp_ports: string;
}

function checkAgainstAnswer(folder: string, { file, scanner, hosts_up, open_tcp_ports }: Row): void {
  const bytes = readFileSync(`${folder}${file}`);
  const answer = parseTsv(readFileSync(`${folder}${file}.oracle.tsv`, 'utf8')).filter(
    ({ host }) => host !== '',
  );
  const { scan, problems } = readScan(bytes);
  expect(problems).toEqual(PROBLEMS[file] === undefined ? [] : [PROBLEMS[file]]);
  // For a service inside TLS, the answers only have its name.
  const rows = rowsOf(scan?.hosts).map((row) => row.replace(' ssl/', ' '));
  expect(rows.sort()).toEqual(
    answer
      .map(({ host, proto, port, state, service }) => [host, proto, port, state, service].join(' ').trimEnd())
      .sort(),
  );
  // masscan never says that a machine is up; every machine that answered is.
  const up = scanner.startsWith('masscan') ? new Set(answer.map(({ host }) => host)).size : Number(hosts_up);
  expect(scan?.hosts).toHaveLength(up);
  const open = scan?.hosts.flatMap(({ ports }) => ports.filter(({ protocol }) => protocol === 'tcp'));
  expect(open?.filter(({ state }) => state === 'open')).toHaveLength(Number(open_tcp_ports));
  const listed = scan?.hosts.map(({ address: { family, value } }) => ({ family, first: value, last: value }));
  expect(textsOf(scan?.targets)).toEqual(TARGETS[file] ?? textsOf(listed));
  expect(scan?.isComplete).toBe(PROBLEMS[file] === undefined || file.includes('timeout'));
}

describe('scans with known answers', () => {
  test('when the manifest is read then it lists every scan, with origin, licence and the hash of its bytes', () => {
    const files = readdirSync(SCANS).filter((file) => file.endsWith('.xml'));
    expect(MANIFEST.map(({ file }) => file).sort()).toEqual(files.sort());
    for (const { file, origin, licence, sha256 } of MANIFEST) {
      expect(
        createHash('sha256')
          .update(readFileSync(`${SCANS}${file}`))
          .digest('hex'),
      ).toBe(sha256);
      expect(origin).toMatch(/^(github:\S+ \S+ @[0-9a-f]{40}|made with (nmap|masscan) .*)$/);
      expect(['Apache-2.0', 'MIT']).toContain(licence);
    }
  });

  test.each(MANIFEST as unknown as Row[])('when $file is read then the result is the known answer', (row) => {
    checkAgainstAnswer(SCANS, row);
  });

  const shared = readShared('nmap/manifest.tsv').filter(({ file }) => file !== undefined) as unknown as Row[];

  test.runIf(hasShared)(`when the real scans are looked for then there are twelve${SHARED_NOTE}`, () => {
    expect(shared).toHaveLength(12);
  });

  test.each(shared)('when $file is read then the result is the known answer', (row) => {
    checkAgainstAnswer(sharedPath('nmap/'), row);
  });
});
