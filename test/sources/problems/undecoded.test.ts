// Packets that were not decoded to the end: which of them are reported, and how.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { TOO_SHORT, UNDECODED } from '../../../src/decode/undecoded.js';
import { nameUndecoded } from '../../../src/decode/undecoded-names.js';
import { reportUndecoded } from '../../../src/sources/problems/undecoded.js';
import { concat, ethernet, ipv4, ipv6, pcap, tcp, udp } from '../../helpers/packets.js';
import { messagesOf } from '../../helpers/problems.js';
import { synsum } from '../../helpers/program.js';
import { readBothWays, readWhole } from '../answers.js';

const FOLDER = mkdtempSync(path.join(tmpdir(), 'synsum-undecoded-'));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

const ARP = ethernet({ type: 0x0806, payload: new Uint8Array(28) });
const STP = concat(new Uint8Array(12), [0, 38, 0x42, 0x42, 3], new Uint8Array(35));
const UDP = ethernet({ payload: ipv4({ protocol: 17, payload: udp({}) }) });
const SYN_ACK = ethernet({ payload: ipv4({ payload: tcp() }) });
const ESP = ethernet({ payload: ipv4({ protocol: 50, payload: new Uint8Array(40) }) });
const ESP_6 = ethernet({ type: 0x86dd, payload: ipv6({ nextHeader: 50, payload: new Uint8Array(40) }) });
const ODD = ethernet({ type: 0x88b5, payload: new Uint8Array(46) });
const SHORT = SYN_ACK.subarray(0, 42);
const SHORT_OTHER = SYN_ACK.subarray(0, 30);
const SHORT_UDP = UDP.subarray(0, 38);

function capture(...packets: readonly Uint8Array[]): string {
  const file = path.join(FOLDER, 'capture.pcap');
  writeFileSync(file, pcap({ records: packets.map((data) => ({ data, originalLength: 60 })) }));
  return file;
}

function times<T>(count: number, value: T): T[] {
  return new Array<T>(count).fill(value);
}

const ADVICE = 'capture more of each packet, as with `tcpdump -s 128`';

describe('a capture without SYN-ACKs', () => {
  test.each([
    ['short TCP', times(3, SHORT), `captured too short: 3 TCP packets; ${ADVICE}`],
    ['little short TCP', [SHORT, ...times(50, UDP)], `captured too short: 1 TCP packet; ${ADVICE}`],
    [
      'packets that end before TCP',
      [SHORT_OTHER, SHORT, SHORT],
      `captured too short: 2 TCP packets, 1 packet cut before the TCP header; ${ADVICE}`,
    ],
    ['ESP', [ESP, ESP_6], 'encrypted: 2 packets of IP protocol 50 (ESP)'],
    ['an EtherType', [ODD], 'cannot be decoded: 1 packet of EtherType 0x88b5 (local experimental 1)'],
  ])('when there is %s, then that is a problem', async (_what, packets, message) => {
    const file = capture(...packets);
    const [fast, other] = await readBothWays(file);
    expect(other).toEqual(fast);
    expect(messagesOf(fast.report.problems)).toEqual([message]);
    expect(fast.report.notes).toBeUndefined();
    const { status, stderr } = await synsum([file]);
    expect(stderr.split('\n')[0]).toBe(`synsum: ${file}: ${message}`);
    expect(status).toBe(3);
  });

  test('when few packets of it cannot be decoded, then that is a note', async () => {
    const file = capture(ESP, ODD, ...times(50, UDP));
    const { report } = await readWhole(file);
    expect(report.problems).toEqual([]);
    expect(messagesOf(report.notes ?? [])).toEqual([
      'encrypted: 1 packet of IP protocol 50 (ESP)',
      'cannot be decoded: 1 packet of EtherType 0x88b5 (local experimental 1)',
    ]);
    const { status, stderr } = await synsum([file]);
    expect(stderr).toContain('encrypted: 1 packet of IP protocol 50 (ESP)\n');
    expect(status).toBe(0);
  });

  test('when its packets never carry TCP, then nothing is reported without -v', async () => {
    const file = capture(ARP, STP, UDP, SHORT_UDP, ARP);
    const { report } = await readWhole(file);
    expect(report.problems).toEqual([]);
    expect(report.notes).toBeUndefined();
    expect(report.undecoded).toEqual([
      { reason: 'no-tcp', name: 'EtherType 0x0806 (ARP)', packets: 2 },
      { reason: 'no-tcp', name: 'LLC service access point 0x42 (STP)', packets: 1 },
      { reason: 'no-tcp', name: 'UDP, captured too short', packets: 1 },
    ]);
    const quiet = await synsum([file]);
    expect(quiet.status).toBe(0);
    expect(quiet.stderr).toMatch(
      /^synsum: packets: 5, SYN-ACKs: 0, rows: 0\nsynsum: nothing to show: no SYN-ACK was found .*\n$/,
    );
    const verbose = await synsum(['-v', file]);
    expect(verbose.status).toBe(0);
    expect(verbose.stderr).toContain('synsum:            2  EtherType 0x0806 (ARP)\n');
  });
});

describe('a capture with SYN-ACKs', () => {
  test.each([
    [9, true],
    [10, false],
  ])('when one packet more than %i cannot be decoded, then it is a note: %s', async (others, isNote) => {
    const file = capture(SHORT, ...times(others, SYN_ACK));
    const { report } = await readWhole(file);
    expect(report.problems).toEqual([]);
    expect(messagesOf(report.notes ?? [])).toEqual(
      isNote ? [`captured too short: 1 TCP packet; ${ADVICE}`] : [],
    );
    expect((await synsum([file])).status).toBe(0);
    expect((await synsum(['-v', file])).stderr).toContain('           1  captured too short: TCP\n');
  });

  test('when JSON is asked for, then totals and inputs have the numbers', async () => {
    const file = capture(SYN_ACK, ESP, ESP, ODD, SHORT, ARP);
    const { stdout, status } = await synsum(['-f', 'json', file]);
    const { totals, inputs } = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(totals).toMatchObject({ tcp_too_short: 1, encrypted: 2, undecodable: 1, truncated: 1, not_ip: 2 });
    expect(inputs[0].undecoded).toEqual([
      { reason: 'encrypted', name: 'IP protocol 50 (ESP)', packets: 2 },
      { reason: 'no-tcp', name: 'EtherType 0x0806 (ARP)', packets: 1 },
      { reason: 'unknown', name: 'EtherType 0x88b5 (local experimental 1)', packets: 1 },
      { reason: 'tcp-too-short', name: 'TCP', packets: 1 },
    ]);
    expect(inputs[0].problems).toEqual([]);
    expect(inputs[0].notes.map(({ kind }: { kind: string }) => kind)).toEqual([
      'too-short',
      'undecoded',
      'undecoded',
    ]);
  });
});

describe('a saved inventory', () => {
  const saved = path.join(FOLDER, 'saved.json');

  test('when it is summarised, then the packets are reported as those of the capture', async () => {
    const file = capture(...times(3, SHORT), ESP, UDP);
    const first = await synsum(['save', '--force', '-o', saved, file]);
    expect(first.status).toBe(3);
    const reasons = (text: string): string[] =>
      text
        .split('\n')
        .filter((line) => /too short|encrypted/.test(line))
        .map((line) => line.replace(/\S+: /g, ''));
    const ofCapture = await synsum(['-v', file]);
    const ofSaved = await synsum(['-v', saved]);
    expect(reasons(ofSaved.stderr)).toEqual(reasons(ofCapture.stderr));
    expect(ofSaved.stderr).toContain(`synsum: ${saved}: captured too short: 3 TCP packets; ${ADVICE}\n`);
    // All of it could be read.
    expect(ofSaved.status).toBe(0);
  });

  test('when an older one without them is added, then their totals are not known', async () => {
    const file = capture(SYN_ACK, ESP);
    const older = path.join(FOLDER, 'older.json');
    expect((await synsum(['save', '--force', '-o', saved, file])).status).toBe(0);
    writeFileSync(older, readFileSync(saved, 'utf8').replace(/ {2}"undecoded": \[(?:.|\n)*?\],\n/, ''));
    const totalsOf = async (...files: string[]): Promise<object> =>
      JSON.parse((await synsum(['--allow-duplicates', '-f', 'json', ...files])).stdout).totals;
    expect(await totalsOf(saved)).toMatchObject({ encrypted: 1, undecodable: 0, tcp_too_short: 0 });
    expect(await totalsOf(saved, saved)).toMatchObject({ encrypted: 2 });
    for (const files of [[older], [saved, older], [older, file]]) {
      expect(await totalsOf(...files)).not.toHaveProperty('encrypted');
    }
  });
});

test('when there are many protocols, then the most frequent are listed', () => {
  const reasons = new Map(
    [61, 62, 63, 64, 65, 66, 67].map((protocol) => [UNDECODED.ipProtocol + protocol, protocol]),
  );
  const { problems } = reportUndecoded(reasons, 448, 0);
  expect(messagesOf(problems)).toEqual([
    'cannot be decoded: 67 packets of IP protocol 67, 66 packets of IP protocol 66, 65 packets of IP protocol 65, ' +
      '64 packets of IP protocol 64, 63 packets of IP protocol 63, 123 packets of 2 other protocols',
  ]);
});

test('when any number is named, then there is a name', () => {
  for (const kind of Object.values(UNDECODED)) {
    for (let number = 0; number < 0x1_0000; number++) {
      if (kind >= UNDECODED.encrypted && number > 3) break;
      const { name, reason } = nameUndecoded(kind + number);
      expect(name).not.toBe('');
      expect(reason).not.toBe('');
    }
  }
  expect(nameUndecoded(UNDECODED.tooShort + TOO_SHORT.other)).toEqual({
    reason: 'too-short',
    name: 'no TCP header',
  });
  expect(nameUndecoded(UNDECODED.pppProtocol + 0x53)).toMatchObject({ reason: 'encrypted' });
  expect(nameUndecoded(UNDECODED.pppProtocol + 0xc123)).toMatchObject({ reason: 'no-tcp' });
});
