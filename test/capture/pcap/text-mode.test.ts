import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { describeTextMode, keepBeginning } from '../../../src/capture/pcap/text-mode.js';
import { memoryInput } from '../../helpers/memory-input.js';
import { concat, ethernet, ipv4, PCAP_MAGIC, pcap, tcp } from '../../helpers/packets.js';
import { ROOT, shell, synsum } from '../../helpers/program.js';

const OFFICE = readFileSync(path.join(ROOT, 'samples/office.pcap')).subarray(0, 24 + 500 * 84);

function asText(bytes: Uint8Array): Buffer {
  return Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
}

/** Packets with addresses in 10.0.0.0/8, each with a line feed. */
const RECORDS = Array.from({ length: 5 }, (_, at) => ({
  seconds: 1_700_000_000 + at,
  data: ethernet({ payload: ipv4({ source: '10.0.0.1', destination: '10.0.0.2', payload: tcp() }) }),
}));

test('when each LF of a pcap became CR LF, then its first bytes show it', () => {
  for (const magic of Object.values(PCAP_MAGIC)) {
    for (const littleEndian of [true, false]) {
      const bytes = pcap({ magic, littleEndian, records: RECORDS });
      expect(describeTextMode(bytes)).toBeUndefined();
      expect(describeTextMode(asText(bytes))).toMatch(
        /^found CR LF for every LF, .*; transfer it in binary mode/,
      );
    }
  }
});

test('when packets contain lines that end with CR LF, then that is not a conversion', () => {
  const lines = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const data = ethernet({
    payload: ipv4({ source: '1.2.3.4', destination: '1.2.3.5', payload: tcp({ payload: lines }) }),
  });
  const records = Array.from({ length: 5 }, (_, at) => ({ seconds: at, data }));
  const bytes = pcap({ records });
  const damaged = Uint8Array.from(bytes);
  damaged.fill(0xff, 24 + 16 + data.length, 24 + 16 + data.length + 16);
  for (const each of [bytes, damaged]) expect(describeTextMode(each)).toBeUndefined();
});

test('when an input is read in pieces, then the same beginning is kept', async () => {
  const bytes = asText(OFFICE);
  for (const size of [1, 7, 4095, 4096, 5000]) {
    const { input, beginning } = keepBeginning(memoryInput(bytes, [size]));
    const target = new Uint8Array(10_000);
    while ((await input.read(target, 3)) > 0);
    expect(Buffer.compare(beginning(), bytes.subarray(0, 4096))).toBe(0);
  }
});

test('when a converted capture is read, from a file or a pipe, then that is the first problem', async () => {
  const input = asText(OFFICE);
  const { status, stderr } = await synsum(['-'], { input });
  expect(status).toBe(3);
  const problem =
    'found CR LF for every LF, expected a capture that was not converted; transfer it in binary mode';
  expect(stderr.startsWith(`synsum: standard input: ${problem}`)).toBe(true);
  const { stdout } = await shell('cat > "$TMP"; synsum -f json "$TMP"; rm "$TMP"', {
    input,
    env: { TMP: path.join(ROOT, `node_modules/.cache/text-mode-${process.pid}.pcap`) },
  });
  const { inputs } = JSON.parse(stdout) as { inputs: { problems: { kind: string }[] }[] };
  expect(inputs[0]?.problems[0]?.kind).toBe('converted');
});

test('when a capture is damaged in another way, then it is not said to be converted', async () => {
  const { stderr } = await synsum(['-'], {
    input: concat(OFFICE.subarray(0, 1000), Buffer.from('\r\n'), OFFICE.subarray(1000)),
  });
  expect(stderr).toContain('bytes skipped');
  expect(stderr).not.toContain('CR LF');
});
