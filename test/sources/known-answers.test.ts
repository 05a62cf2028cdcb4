// Every capture of test/captures against its known answer, which other programs computed (see its manifest).

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { MADE } from '../captures/made.js';
import { messagesOf } from '../helpers/problems.js';
import { parseTsv } from '../helpers/shared.js';
import { answerOf, canPackageRead, readBothWays, readWhole } from './answers.js';

const FOLDER = fileURLToPath(new URL('../captures/', import.meta.url));
const MANIFEST = parseTsv(readFileSync(`${FOLDER}manifest.tsv`, 'utf8'));

/** The problems of the captures that are not read to their end. */
const PROBLEMS: Readonly<Record<string, string>> = {
  'faults__banner_motd.pcap': 'at byte 0: found text, expected a pcap or pcapng capture; 58 bytes skipped',
  'faults__pcapng-one-length-silent.pcapng.gz':
    'at byte 312 (in the decompressed data): found a block whose two lengths differ, expected equal lengths; 88 bytes skipped',
  'faults__pcapng-file-vs-pipe.pcapng.gz':
    'at byte 488 (in the decompressed data): found a block whose two lengths differ, expected equal lengths; 8 bytes skipped',
  'faults__snap42.pcap':
    'captured too short: 3 TCP packets; capture more of each packet, as with `tcpdump -s 128`',
  'libpcap__pcapng-invalid-vers-1.pcapng': 'at byte 12: found pcapng version 0.1, expected 1.0',
  'PcapPlusPlus__crash-pcapng-epb-unbounded-length.pcapng':
    'at byte 48: found a captured length of 65536 bytes, expected at most 0; 32 bytes skipped',
  'libpcap__pcap-invalid-version-1.pcap': 'at byte 4: found pcap version 1.4, expected 2.0 to 2.4',
  'node-pcap-parser__malformed.pcap': 'at byte 0: found text, expected a pcap or pcapng capture',
  'PcapPlusPlus__crash-invalid-asn-record-len.pcap':
    'at byte 299: cut short in a packet record: expected 16 bytes, found 6',
};

describe('captures with known answers', () => {
  test('when the manifest is read, then it has every capture, with origin, licence and the hash of its bytes', () => {
    const captures = readdirSync(FOLDER).filter((file) => /\.(p?cap|pcapng|erf)(\.gz)?$/.test(file));
    expect(MANIFEST.map(({ file }) => file).sort()).toEqual(captures.sort());
    for (const { file, origin, licence, sha256 } of MANIFEST) {
      expect(
        createHash('sha256')
          .update(readFileSync(`${FOLDER}${file}`))
          .digest('hex'),
      ).toBe(sha256);
      expect(origin).toMatch(
        /^(github:\S+ \S+ @[0-9a-f]{40}|made for synsum, see made\.ts|built for synsum, after .+)$/,
      );
      expect(['Apache-2.0', 'BSD-3-Clause', 'MIT', 'Unlicense']).toContain(licence);
    }
  });

  test.each(Object.entries(MADE))('when %s is made again, then it is the same', (file, bytes) => {
    expect(readFileSync(`${FOLDER}${file}`).equals(bytes)).toBe(true);
  });

  test.each(MANIFEST)(
    'when $file ($note) is read, then its rows are the known ones',
    async ({ file = '', expect: kind }) => {
      const { rows, report } = await readWhole(`${FOLDER}${file}`);
      expect(rows).toEqual(answerOf(readFileSync(`${FOLDER}${file}.oracle.tsv`, 'utf8')));
      const problem = PROBLEMS[file];
      expect(messagesOf(report.problems)).toEqual(problem === undefined ? [] : [problem]);
      expect(report.problems.length === 0).toBe(kind === 'rows');
      expect(report.format === undefined).toBe(kind === 'reject');
    },
  );

  const readable = MANIFEST.filter(
    ({ file = '' }) => !file.endsWith('.gz') && canPackageRead(`${FOLDER}${file}`),
  );
  test.each(readable)('when $file is read by both readers, then they agree', async ({ file = '' }) => {
    const [fast, other] = await readBothWays(`${FOLDER}${file}`);
    expect(other).toEqual(fast);
  });

  test('when captures are in microseconds, then both readers are compared on them', () => {
    expect(readable.length).toBeGreaterThan(15);
  });
});
