import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Inventory } from '../../src/inventory/inventory.js';
import type { Reader } from '../../src/sources/input-result.js';
import { readSources } from '../../src/sources/read-sources.js';
import { Tally } from '../../src/tally/tally.js';
import { ethernet, FLAG, ipv4, PCAP_MAGIC, pcap, tcp } from '../helpers/packets.js';
import { messagesOf } from '../helpers/problems.js';
import { EVERYTHING } from '../helpers/scope.js';
import { rowsOf } from '../tally/rows-of.js';

const IS_LINUX = process.platform === 'linux';
const LINUX_NOTE = IS_LINUX ? '' : ' (skipped: needs Linux)';

const READERS: readonly Reader[] = ['fast', 'pcap-parser'];

let folder = '';
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'synsum-captures-'));
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

function writeCapture(name: string, bytes: Uint8Array): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, bytes);
  return file;
}

function read(files: readonly string[], reader: Reader = 'fast', signal?: AbortSignal): Promise<Inventory> {
  const tally = new Tally({ scope: EVERYTHING });
  return readSources(files, tally, { reader, ...(signal === undefined ? {} : { signal }) });
}

const SYN_ACK = ethernet();
const SYN = ethernet({ payload: ipv4({ payload: tcp({ flags: FLAG.syn }) }) });

describe.each(READERS)('readSources with the reader %s', (reader) => {
  test('when a capture is cut in its file header, then the report has the expected and the found length', async () => {
    const whole = pcap();
    for (let length = 0; length < 24; length++) {
      const { inputs, totals } = await read([writeCapture('head.pcap', whole.subarray(0, length))], reader);
      const magic = ['', 'd4', 'd4c3', 'd4c3b2'][length];
      const problem =
        length === 0
          ? 'found nothing (0 bytes), expected a pcap or pcapng capture'
          : magic === undefined
            ? `at byte ${length}: cut short in the pcap file header: expected 24 bytes, found ${length}`
            : `at byte 0: found data that begins with the bytes ${magic}, expected a pcap or pcapng capture`;
      expect([length, messagesOf(inputs[0]?.problems)]).toEqual([length, [problem]]);
      expect([length, totals.gaps]).toEqual([length, 0]);
      expect(totals).toMatchObject({ packetsRead: 0, bytesRead: length, bytesSkipped: length });
    }
  });

  test('when a capture is cut at any byte after it, then whole packets count, and the report has offset and needed length', async () => {
    const packets = [SYN_ACK, SYN, SYN_ACK, new Uint8Array(0), SYN_ACK];
    const whole = pcap({ records: packets.map((data) => ({ data })) });
    let complete = 0;
    let start = 24;
    for (let length = start; length <= whole.length; length++) {
      const needed = 16 + (packets[complete]?.length ?? 0);
      if (length === start + needed) {
        complete += 1;
        start = length;
      }
      const { tally, inputs, totals } = await read(
        [writeCapture('cut.pcap', whole.subarray(0, length))],
        reader,
      );
      const synAcks = packets.slice(0, complete).filter((packet) => packet === SYN_ACK).length;
      expect([length, rowsOf(tally)]).toEqual([
        length,
        synAcks === 0 ? [] : [`c6336402 c0000201 443 ${synAcks}`],
      ]);
      const found = length - start;
      const expected = found < 16 ? 16 : needed;
      const problem = `at byte ${start}: cut short in a packet record: expected ${expected} bytes, found ${found}`;
      expect([length, messagesOf(inputs[0]?.problems)]).toEqual([length, found === 0 ? [] : [problem]]);
      expect([length, totals.packetsRead, totals.bytesSkipped]).toEqual([length, complete, found]);
      expect([length, totals.gaps]).toEqual([length, found === 0 ? 0 : 1]);
    }
    expect(complete).toBe(packets.length);
  });

  test('when a length is damaged, then the report has offset and limit, and only the fast reader continues after it', async () => {
    const records = [{}, {}, { capturedLength: 0x7fff_ffff }, {}];
    const bytes = pcap({ records });
    const { inputs, totals } = await read([writeCapture('damaged.pcap', bytes)], reader);
    const packets = reader === 'fast' ? 3 : 2;
    expect(totals).toMatchObject({ packetsRead: packets, synAcks: packets, bytesRead: bytes.length });
    const bytesSkipped = bytes.length - (24 + packets * 70);
    expect(totals).toMatchObject({ bytesSkipped, gaps: 1 });
    expect(inputs[0]?.problems).toEqual([
      {
        kind: 'damaged',
        message: `at byte 164: found a captured length of 2147483647 bytes, expected at most 262144; ${bytesSkipped} bytes skipped`,
        offset: 164,
        length: bytesSkipped,
      },
    ]);
  });

  test('when several captures are read, then they are added up, and bad ones among them are reported', async () => {
    const good = writeCapture('good.pcap', pcap({ records: [{}, { data: SYN }] }));
    const cut = writeCapture('cut-short.pcap', pcap({ records: [{}, {}] }).subarray(0, -1));
    const text = writeCapture('text.pcap', Buffer.from('no capture at all, but a text\n'));
    const missing = path.join(folder, 'missing.pcap');
    const { tally, inputs, totals } = await read([good, missing, cut, text, folder, good], reader);
    expect(rowsOf(tally)).toEqual(['c6336402 c0000201 443 3']);
    expect(totals).toMatchObject({ packetsRead: 5, synAcks: 3, otherTcp: 2 });
    expect(totals.bytesSkipped).toBe(69 + 30);
    expect(totals.gaps).toBe(1);
    const pcapReport = { format: 'pcap 2.4', linkTypes: ['EN10MB (1)'], captures: [] };
    const noReport = { linkTypes: [], captures: [], packetsRead: 0 };
    expect(inputs).toEqual([
      { name: good, ...pcapReport, packetsRead: 2, problems: [] },
      { name: missing, ...noReport, problems: [{ kind: 'unreadable', message: 'no such file' }] },
      {
        name: cut,
        ...pcapReport,
        packetsRead: 1,
        problems: [
          {
            kind: 'cut-short',
            message: 'at byte 94: cut short in a packet record: expected 70 bytes, found 69',
            offset: 94,
            length: 69,
          },
        ],
      },
      {
        name: text,
        ...noReport,
        problems: [
          {
            kind: 'unknown-format',
            message: 'at byte 0: found text, expected a pcap or pcapng capture',
            offset: 0,
          },
        ],
      },
      {
        name: folder,
        ...noReport,
        problems: [
          { kind: 'unreadable', message: 'found a directory, expected a capture file; name the files in it' },
        ],
      },
      { name: good, ...pcapReport, packetsRead: 2, problems: [] },
    ]);
  });

  test('when a link type has no decoder, then its packets are counted and reported', async () => {
    const file = writeCapture('usb.pcap', pcap({ linkType: 189, records: [{}, {}] }));
    const { inputs, totals } = await read([file], reader);
    expect(totals).toMatchObject({ packetsRead: 2, unknownLinkType: 2, bytesSkipped: 0 });
    expect(inputs[0]).toEqual({
      name: file,
      format: 'pcap 2.4',
      linkTypes: ['USB_LINUX (189)'],
      captures: [],
      packetsRead: 2,
      problems: [
        {
          kind: 'unknown-link-type',
          message: 'found 2 packets of link type USB_LINUX (189), which synsum cannot decode',
        },
      ],
    });
  });

  test.skipIf(!IS_LINUX)(`when many captures are read, then none stays open${LINUX_NOTE}`, async () => {
    const good = writeCapture('closed.pcap', pcap({ records: [{}] }));
    const bad = writeCapture('closed-bad.pcap', Buffer.from('text'));
    const countOpen = (): number => fs.readdirSync('/proc/self/fd').length;
    const before = countOpen();
    await read(
      Array.from({ length: 200 }, (_, at) => (at % 2 === 0 ? good : bad)),
      reader,
    );
    expect(countOpen() - before).toBeLessThan(50);
  });

  test('when the signal was aborted before, then nothing is read, and there is no problem', async () => {
    const file = writeCapture('unread.pcap', pcap({ records: [{}] }));
    const { inputs, totals } = await read([file, file], reader, AbortSignal.abort());
    expect(totals).toMatchObject({ packetsRead: 0, bytesRead: 0, bytesSkipped: 0 });
    expect(inputs).toEqual([{ name: file, linkTypes: [], captures: [], packetsRead: 0, problems: [] }]);
  });
});

describe('readSources', () => {
  test.each([
    ['nanoseconds', PCAP_MAGIC.nanoseconds, 1000],
    ['the modified format', PCAP_MAGIC.modified, 1],
  ])('when a capture has %s, then its packets and their times are found', async (_what, magic, units) => {
    for (const littleEndian of [true, false]) {
      const records = [
        { seconds: 3, fraction: 5 * units },
        { data: SYN },
        { seconds: 2, fraction: 7 * units },
      ];
      const file = writeCapture('variant.pcap', pcap({ magic, littleEndian, records }));
      const { tally, inputs } = await read([file]);
      expect(inputs[0]?.problems).toEqual([]);
      expect(rowsOf(tally)).toEqual(['c6336402 c0000201 443 2']);
      expect([tally.readRows(4).firstOf(0), tally.readRows(4).lastOf(0)]).toEqual([2_000_007, 3_000_005]);
    }
  });

  test('when a capture in the modified format is cut at any byte, then whole packets count', async () => {
    const whole = pcap({ magic: PCAP_MAGIC.modified, records: [{}, {}] });
    for (let length = 24; length < whole.length; length++) {
      const { totals, inputs } = await read([writeCapture('modified.pcap', whole.subarray(0, length))]);
      const complete = length < 24 + 78 ? 0 : 1;
      expect(totals.synAcks).toBe(complete);
      const start = 24 + complete * 78;
      const needed = length - start < 24 ? 24 : 78;
      const problem = `at byte ${start}: cut short in a packet record: expected ${needed} bytes, found ${length - start}`;
      expect(messagesOf(inputs[0]?.problems)).toEqual(length === start ? [] : [problem]);
    }
  });
});
