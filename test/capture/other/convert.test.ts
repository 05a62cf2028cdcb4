// Captures in formats that only Wireshark's programs read. Programs that fail, hang or are missing replace editcap here,
// too.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { convert } from '../../../src/capture/other/convert.js';
import {
  FOREIGN_FORMATS,
  type ForeignFormat,
  foreignFormatOf,
} from '../../../src/capture/other/foreign-formats.js';
import { editcap } from '../../helpers/editcap.js';
import { memoryInput } from '../../helpers/memory-input.js';
import { pcap } from '../../helpers/packets.js';
import { messagesOf } from '../../helpers/problems.js';
import { type Result, ROOT, synsum } from '../../helpers/program.js';
import { type Answer, readWhole } from '../../sources/answers.js';

const CAPTURES = path.join(ROOT, 'test/captures');

let folder = '';
const path_ = process.env['PATH'] ?? '';
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'synsum-convert-test-'));
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

function saved(name: string, bytes: Uint8Array): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, bytes);
  return file;
}

function problemsOf({ report }: Answer): string[] {
  return messagesOf(report.problems);
}

const FORMATS = [
  ['netmon1', 'Microsoft Network Monitor 1'],
  ['netmon2', 'Microsoft Network Monitor 2'],
  ['ngsniffer', 'Sniffer (DOS)'],
  ['ngwsniffer_1_1', 'Sniffer (Windows) or NetXRay'],
  ['ngwsniffer_2_0', 'Sniffer (Windows) or NetXRay'],
  ['5views', 'InfoVista 5View'],
  ['lanalyzer', 'Novell LANalyzer'],
  ['visual', 'Visual Networks'],
] as const;

describe('captures that Wireshark converts', () => {
  test.each(FORMATS)('when a capture has the format %s, then the same is found', async (format, name) => {
    for (const source of ['arkime__mongo.pcap', 'zeek__ipv6-http-atomic-frag.pcap', 'zeek__snap-tcp.pcap']) {
      const bytes = fs.readFileSync(path.join(CAPTURES, source));
      const foreign = editcap(bytes, format);
      expect(foreignFormatOf(foreign)?.name).toBe(name);
      const expected = await readWhole(path.join(CAPTURES, source));
      const plain = await readWhole(saved(`${source}.${format}`, foreign));
      expect(plain.rows).toEqual(expected.rows);
      expect([plain.report.format, problemsOf(plain)]).toEqual([name, []]);
      const compressed = await readWhole(saved(`${source}.${format}.gz`, gzipSync(foreign)));
      expect(compressed.timedRows).toEqual(plain.timedRows);
      expect([compressed.report.format, problemsOf(compressed)]).toEqual([`${name}, gzip`, []]);
    }
  });

  test('when editcap cannot convert a capture, then its words are reported', async () => {
    // The program writes a length that it refuses to read.
    const foreign = editcap(pcap({ records: [{}] }), 'observer');
    const name = 'Network Instruments Observer';
    expect(foreignFormatOf(foreign)?.name).toBe(name);
    const answer = await readWhole(saved('capture.observer', foreign));
    expect(answer.rows).toEqual([]);
    expect(problemsOf(answer)[0]).toMatch(
      new RegExp(`^could not convert all of the capture of ${name}; editcap says: The `),
    );
  });

  test('when a capture of Observer is as Observer writes it, then the same is found', async () => {
    for (const source of ['arkime__mongo.pcap', 'zeek__snap-tcp.pcap']) {
      const bytes = editcap(fs.readFileSync(path.join(CAPTURES, source)), 'observer');
      // The time information has a type, its length and 4 bytes, of which editcap writes 4 too many.
      const at = Buffer.from(bytes).indexOf('04000c00', 0, 'hex');
      const right = Buffer.concat([
        bytes.subarray(0, at),
        Buffer.from('04000800', 'hex'),
        bytes.subarray(at + 8),
      ]);
      right.writeUInt16LE(right.readUInt16LE(32) - 4, 32);
      const answer = await readWhole(saved(`${source}.observer`, right));
      expect(answer.rows).toEqual((await readWhole(path.join(CAPTURES, source))).rows);
      expect(problemsOf(answer)).toEqual([]);
    }
  });

  describe('HP-UX nettl', () => {
    const ETHERNET = fs.readFileSync(path.join(CAPTURES, 'arkime__mongo.pcap'));
    const RAW_IP = editcap(
      fs.readFileSync(path.join(CAPTURES, 'suricata-verify__tcp-fastopen-10-syn-data-ignore_input.pcap')),
      'pcap',
      '-T',
      'rawip',
    );
    const FILE_HEADER = 128;
    const inRawIp = (): Uint8Array => editcap(RAW_IP, 'nettl', '-T', 'rawip-nettl');

    test.each([
      ['Ethernet', () => [ETHERNET, editcap(ETHERNET, 'nettl')]],
      ['raw IP', () => [RAW_IP, inRawIp()]],
    ] as const)('when all packets are of %s, then the same is found', async (_what, make) => {
      const [plain, foreign] = make() as [Uint8Array, Uint8Array];
      expect(foreignFormatOf(foreign)?.name).toBe('HP-UX nettl');
      const expected = await readWhole(saved('plain.pcap', plain));
      expect(expected.rows.length).toBeGreaterThan(0);
      for (const file of [saved('all.trc', foreign), saved('all.trc.gz', gzipSync(foreign))]) {
        const answer = await readWhole(file);
        expect(answer.rows).toEqual(expected.rows);
        expect(answer.totals.packetsRead).toBe(expected.totals.packetsRead);
        expect(problemsOf(answer)).toEqual([]);
      }
    });

    test('when packets have several link layers, then none is misread, and the problem names them', async () => {
      const mixed = Buffer.concat([editcap(ETHERNET, 'nettl'), inRawIp().subarray(FILE_HEADER)]);
      const answer = await readWhole(saved('mixed.trc', mixed));
      expect([answer.rows, answer.report.format]).toEqual([[], undefined]);
      expect(problemsOf(answer)).toEqual([
        'found a capture of HP-UX nettl with packets of 2 link layers (Raw IP with nettl headers, ' +
          'Ethernet with nettl headers), which editcap cannot write into one capture',
      ]);
    });

    test('when it is cut short, then what there is counts, and a problem says so', async () => {
      const whole = editcap(ETHERNET, 'nettl');
      const answer = await readWhole(saved('cut.trc', whole.subarray(0, whole.length - 30)));
      expect(answer.totals.packetsRead).toBe(26);
      expect(problemsOf(answer)[0]).toMatch(
        /^could not convert all of the capture of HP-UX nettl; editcap says: /,
      );
    });
  });

  test('when a capture is cut short, then what there is counts, and a problem says so', async () => {
    const bytes = fs.readFileSync(path.join(CAPTURES, 'arkime__mongo.pcap'));
    const expected = await readWhole(path.join(CAPTURES, 'arkime__mongo.pcap'));
    for (const format of FORMATS.map(([name]) => name)) {
      const foreign = editcap(bytes, format);
      const { totals, report } = await readWhole(saved('cut', foreign.subarray(0, foreign.length - 150)));
      expect(totals.packetsRead).toBeLessThan(expected.totals.packetsRead);
      expect(messagesOf(report.problems)[0]).toMatch(/^could not convert all of the .*; editcap says: The /);
    }
  });

  test('when signatures are compared, then none is the beginning of another', () => {
    const signatures = FOREIGN_FORMATS.map(({ signature }) => signature);
    for (const signature of signatures)
      expect(signatures.filter((other) => other.startsWith(signature))).toEqual([signature]);
  });
});

describe('programs', () => {
  test('when the reading is interrupted, or the input is closed, then the program is ended', async () => {
    const bin = fs.mkdtempSync(path.join(folder, 'bin-'));
    const pid = path.join(bin, 'pid');
    fs.writeFileSync(
      path.join(bin, 'editcap'),
      `#!/bin/sh\necho $$ >${pid}\nprintf '%064d' 0\nexec sleep 1000\n`,
      {
        mode: 0o755,
      },
    );
    process.env['PATH'] = `${bin}:${path_}`;
    try {
      for (const how of ['abort', 'close']) {
        const controller = new AbortController();
        const head = Buffer.from('GMBU');
        const source = { ...memoryInput(head), head };
        const format = foreignFormatOf(head) as ForeignFormat;
        const input = await convert(source, format, controller.signal);
        const reading = input.read(new Uint8Array(100), 0);
        if (how === 'abort') controller.abort();
        else input.close();
        await reading;
        const isRunning = (): boolean => fs.existsSync(`/proc/${fs.readFileSync(pid, 'utf8').trim()}/exe`);
        for (let patience = 200; patience > 0 && isRunning(); patience--) await sleep(20);
        expect(isRunning()).toBe(false);
      }
    } finally {
      process.env['PATH'] = path_;
    }
  });

  const netmon = editcap(pcap({ records: [{}] }), 'netmon2');

  /** Runs synsum on a capture of Network Monitor with only these programs, which are shell scripts. */
  function run(programs: Readonly<Record<string, string>>): Promise<Result> {
    const bin = fs.mkdtempSync(path.join(folder, 'bin-'));
    for (const [name, script] of Object.entries(programs))
      fs.writeFileSync(path.join(bin, name), `#!/bin/sh\nPATH=${path_}\n${script}\n`, { mode: 0o755 });
    return synsum([saved('netmon.cap', netmon)], { env: { PATH: bin } });
  }

  test('when a stream is interrupted before its end, then an error says so', async () => {
    const controller = new AbortController();
    const head = Buffer.from('GMBU');
    let reads = 0;
    const source = {
      head,
      read(target: Uint8Array, at: number): number {
        reads += 1;
        if (reads > 1) controller.abort();
        if (reads > 1) return 0;
        target.set(head, at);
        return head.length;
      },
      close() {},
    };
    const format = foreignFormatOf(head) as ForeignFormat;
    await expect(convert(source, format, controller.signal)).rejects.toThrow(
      'interrupted before the end of the capture of Microsoft Network Monitor 2, without which it cannot be read',
    );
  });

  test('when there is no editcap, then tshark converts', async () => {
    const tshark = spawnSync('sh', ['-c', 'command -v tshark'], { encoding: 'utf8' }).stdout.trim();
    const { stdout, status } = await run({ tshark: `exec ${tshark} "$@"` });
    expect([stdout.split('\n').length, status]).toEqual([2, 0]);
  });

  test('when there is neither, then the error names the package', async () => {
    const { stderr, status } = await run({});
    expect(stderr).toContain(
      'found a capture of Microsoft Network Monitor 2, but no program editcap to convert it; ' +
        'install the package wireshark-common, or convert it elsewhere with `editcap -F pcap IN OUT`',
    );
    expect(status).toBe(2);
  });

  test('when the program fails after some output, then that counts, and its words are made visible', async () => {
    const good = saved('good.pcapng', editcap(pcap({ records: [{}] }), 'pcapng'));
    const script = `cat ${good}\nprintf 'editcap: \\033[31mno\\nmore' >&2\nexit 1`;
    const { stdout, stderr, status } = await run({ editcap: script });
    expect(stdout.split('\n').length).toBe(2);
    expect(stderr).toContain('editcap says: \\u{1b}[31mno\n');
    expect(status).toBe(3);
  });

  test('when the program is ended by a signal, or says nothing, then the problem says how it ended', async () => {
    expect((await run({ editcap: 'kill -9 $$' })).stderr).toContain('editcap was ended by SIGKILL');
    expect((await run({ editcap: 'exit 7' })).stderr).toContain('editcap ended with status 7');
  });
});
