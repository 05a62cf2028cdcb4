// Tar archives, as the system's tar makes them, with captures in them.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSources } from '../../src/sources/read-sources.js';
import { Tally } from '../../src/tally/tally.js';
import { editcap } from '../helpers/editcap.js';
import { ethernet, ipv4, pcap, tcp } from '../helpers/packets.js';
import { messagesOf } from '../helpers/problems.js';
import { ROOT, shell, synsum } from '../helpers/program.js';
import { EVERYTHING } from '../helpers/scope.js';
import { rowsOf } from '../tally/rows-of.js';
import { readWhole } from './answers.js';

const CAPTURES = path.join(ROOT, 'test/captures');
const NAMES = ['arkime__mongo.pcap', 'zeek__snap-tcp.pcap', 'faults__snoop.cap', 'nDPI__viber.pcap'].filter(
  (name) => fs.existsSync(path.join(CAPTURES, name)),
);

let folder = '';
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'synsum-tar-'));
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Writes files to a new folder, and makes an archive of it. */
function archive(files: Readonly<Record<string, Uint8Array>>, ...options: readonly string[]): string {
  const work = fs.mkdtempSync(path.join(folder, 'work-'));
  for (const [name, bytes] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(work, 'in', name)), { recursive: true });
    fs.writeFileSync(path.join(work, 'in', name), bytes);
  }
  const names = Object.keys(files).map((name) => `in/${name}`);
  execFileSync('tar', ['-C', work, ...options, '-cf', path.join(work, 'archive.tar'), ...names]);
  return path.join(work, 'archive.tar');
}

/** A header of an archive with another type and size. */
function header(block: Uint8Array, type: string, size: number): Buffer {
  const changed = Buffer.from(block);
  changed.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  changed.write(' '.repeat(8), 148);
  changed.write(type, 156);
  const sum = changed.reduce((total, byte) => total + byte, 0);
  changed.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return changed;
}

function synAck(sourcePort: number): Uint8Array {
  return pcap({ records: [{ data: ethernet({ payload: ipv4({ payload: tcp({ sourcePort }) }) }) }] });
}

const FORMATS = [['--format=ustar'], ['--format=v7'], ['--format=gnu'], ['--format=pax']] as const;

describe('tar archives', () => {
  test.each(FORMATS)('when an archive is made with %s, then its captures are read', async (option) => {
    const bytes = Object.fromEntries(NAMES.map((name) => [name, fs.readFileSync(path.join(CAPTURES, name))]));
    const tar = archive(bytes, option);
    const tally = new Tally({ scope: EVERYTHING });
    const apart = await readSources(
      NAMES.map((name) => path.join(CAPTURES, name)),
      tally,
    );
    const answer = await readWhole(tar);
    expect(answer.rows).toEqual(rowsOf(tally));
    expect(answer.totals.packetsRead).toBe(apart.totals.packetsRead);
    expect(messagesOf(answer.report.problems)).toEqual([]);
    expect(answer.report.format).toMatch(/^tar of pcap 2\.4 and snoop 2/);
    fs.writeFileSync(`${tar}.gz`, gzipSync(fs.readFileSync(tar)));
    const compressed = await readWhole(`${tar}.gz`);
    expect(compressed.timedRows).toEqual(answer.timedRows);
    expect(compressed.report.format).toBe(`${answer.report.format}, gzip`);
    const piped = await shell(`cat '${tar}' | synsum -`);
    expect(piped.stdout).toBe((await synsum([tar])).stdout);
  });

  test('when members are compressed or foreign, or have long names, then they are read, too', async () => {
    const long = `${'folder/'.repeat(30)}${'x'.repeat(90)}.pcap`;
    const files = {
      'a.pcap.gz': gzipSync(synAck(22)),
      'b.cap': editcap(synAck(80), 'netmon2'),
      [long]: synAck(443),
    };
    for (const format of ['--format=gnu', '--format=pax']) {
      const { rows, report } = await readWhole(archive(files, format));
      expect([rows.length, messagesOf(report.problems)]).toEqual([3, []]);
    }
  });

  test('when an extended header has the size of a member, then it replaces that of the header', async () => {
    const tar = fs.readFileSync(archive({ 'a.pcap': synAck(22), 'b.pcap': synAck(80) }, '--format=ustar'));
    const member = header(tar.subarray(0, 512), '0', 0);
    const records = Buffer.alloc(512);
    const length = records.write('11 size=94\n');
    const extension = header(tar.subarray(0, 512), 'x', length);
    const file = path.join(folder, 'size.tar');
    fs.writeFileSync(file, Buffer.concat([extension, records, member, tar.subarray(512)]));
    const { rows, report } = await readWhole(file);
    expect([rows.length, messagesOf(report.problems)]).toEqual([2, []]);
    // The next header that is not an extension is the member's.
    const name = header(tar.subarray(0, 512), 'L', 5);
    const long = Buffer.from('name\0'.padEnd(512, '\0'));
    fs.writeFileSync(file, Buffer.concat([extension, records, name, long, member, tar.subarray(512)]));
    expect((await readWhole(file)).rows.length).toBe(2);
  });

  test('when members are not captures, then that is a note, and the status is 0', async () => {
    const name = 'no\u001b[31mtes.txt';
    const files = { [name]: Buffer.from('hello\n'), 'a.pcap': synAck(22), empty: Buffer.alloc(0) };
    const { stdout, stderr, status } = await synsum([archive(files)]);
    expect(stdout.split('\n').length).toBe(2);
    expect(stderr).toContain('left out "in/no\\u{1b}[31mtes.txt": at byte 0: found text, expected a pcap');
    expect(stderr).toContain('left out "in/empty": found nothing (0 bytes)');
    expect(status).toBe(0);
  });

  test('when a member is damaged, then the problem names it, and the status is 3', async () => {
    const files = { 'a.pcap': synAck(22).subarray(0, -3), 'b.pcap': synAck(80) };
    const { stdout, stderr, status } = await synsum([archive(files)]);
    expect(stdout.split('\n').length).toBe(2);
    expect(stderr).toContain('in "in/a.pcap": at byte 24: cut short in a packet record');
    expect(status).toBe(3);
  });

  test('when an archive has no capture, then that is an error', async () => {
    const { stderr, status } = await synsum([archive({ 'a.txt': Buffer.from('text') })]);
    expect(stderr).toContain('found a tar archive without a capture');
    expect(status).toBe(2);
  });

  test('when the package reads, then it gives the same', async () => {
    const tar = archive({ 'a.pcap': synAck(22), 'b.pcap': synAck(80) });
    const { rows } = await readWhole(tar, 'pcap-parser');
    expect(rows).toEqual((await readWhole(tar)).rows);
  });
});

describe('damaged archives', () => {
  const file = (): string => path.join(folder, 'damaged.tar');
  const whole = (): Buffer => fs.readFileSync(archive({ 'a.pcap': synAck(22), 'b.pcap': synAck(80) }));

  test('when it is cut at any byte, then whole members are read, and the rest is reported', async () => {
    const tar = whole();
    for (let cut = 1; cut < 2048; cut += 7) {
      fs.writeFileSync(file(), tar.subarray(0, cut));
      const { rows, report } = await readWhole(file());
      const members = [512 + 94, 1536 + 94].filter((end) => cut >= end).length;
      expect([cut, rows.length]).toEqual([cut, members]);
      const isWhole = cut === 1024 || cut >= 2048 || (cut >= 512 + 94 && cut < 1024) || cut >= 1536 + 94;
      expect([cut, report.problems.length > 0]).toEqual([cut, !isWhole]);
    }
  });

  test('when a header is damaged, then the rest of the archive is reported', async () => {
    const tar = whole();
    tar.fill(0x41, 1024 + 124, 1024 + 130);
    fs.writeFileSync(file(), tar);
    const { rows, report } = await readWhole(file());
    expect(rows.length).toBe(1);
    expect(messagesOf(report.problems)).toEqual([
      'found bytes that are not a header at byte 1024 of the tar archive; the rest of it was not read',
    ]);
  });

  test('when bytes are random, then the reading ends', async () => {
    const tar = whole();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: 2047 }), fc.nat({ max: 255 })), { maxLength: 5 }),
        async (changes) => {
          const damaged = Buffer.from(tar);
          for (const [at, value] of changes) damaged[at] = value;
          fs.writeFileSync(file(), damaged);
          const { rows } = await readWhole(file());
          expect(rows.length).toBeLessThanOrEqual(2);
        },
      ),
      { numRuns: 200 },
    );
  });
});
