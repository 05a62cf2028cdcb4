// Asks other programs about the frames that the decoders are tested with, because a frame of our own making proves
// little. They answered in versions 4.0.17 (tshark) and 4.99.3 (tcpdump); without them these tests are skipped.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { concat, pcap, u16, u32 } from '../../helpers/packets.js';
import { bytesOf, LINK_FRAMES, type LinkFrame } from './link-frames.js';

const hasTshark = spawnSync('tshark', ['--version']).status === 0;
const TSHARK_NOTE = hasTshark ? '' : ' (skipped: no tshark here)';
const hasTcpdump = spawnSync('tcpdump', ['--version']).status === 0;
const TCPDUMP_NOTE = hasTcpdump ? '' : ' (skipped: no tcpdump here)';

/** Number, server and port of each frame in which tshark finds a SYN-ACK. */
function askTshark(frames: readonly LinkFrame[], isBigEndian: boolean): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'synsum-'));
  try {
    const file = path.join(folder, 'mixed.pcapng');
    writeFileSync(file, mixedCapture(frames, isBigEndian));
    const fields = ['frame.number', 'ip.src', 'ipv6.src', 'tcp.srcport'].flatMap((field) => ['-e', field]);
    const filter = 'tcp.flags.syn == 1 && tcp.flags.ack == 1';
    const { stdout } = spawnSync('tshark', ['-r', file, '-Y', filter, '-T', 'fields', ...fields]);
    const lines = stdout.toString().trim().split('\n');
    return lines.map((line) => line.replaceAll(/\t+/g, ' '));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A pcapng section with an interface for each frame, because link types differ. draft-ietf-opsawg-pcapng. */
function mixedCapture(frames: readonly LinkFrame[], isBigEndian: boolean): Uint8Array {
  const short = (value: number): number[] => (isBigEndian ? u16(value) : u16(value).reverse());
  const long = (value: number): number[] => (isBigEndian ? u32(value) : u32(value).reverse());
  const block = (type: number, body: Uint8Array): Uint8Array => {
    const padding = new Uint8Array((4 - (body.length % 4)) % 4);
    const length = long(12 + body.length + padding.length);
    return concat(long(type), length, body, padding, length);
  };
  const [byteOrder, version, anyLength] = [long(0x1a2b3c4d), [...short(1), ...short(0)], long(0xffffffff)];
  const section = block(0x0a0d0d0a, concat(byteOrder, version, anyLength, anyLength));
  const [reserved, snaplen, time] = [short(0), long(0), [...long(0), ...long(0)]];
  const interfaces = frames.map(({ linkType }) => block(1, concat(short(linkType), reserved, snaplen)));
  const packets = frames.map((frame, at) => {
    const bytes = bytesOf(frame);
    return block(6, concat(long(at), time, long(bytes.length), long(bytes.length), bytes));
  });
  return concat(section, ...interfaces, ...packets);
}

describe('frames of link layers, by other programs', () => {
  test.skipIf(!hasTshark).each([
    ['little-endian', false],
    ['big-endian', true],
  ])(
    `when tshark reads frames from a %s machine then it finds the same SYN-ACKs${TSHARK_NOTE}`,
    (_order, isBigEndian) => {
      const frames = LINK_FRAMES.filter(
        (frame) => frame.oracle === 'tshark' && (frame.isBigEndian ?? false) === isBigEndian,
      );
      const expected = frames.map(({ family }, at) => {
        const server = family === 6 ? '2001:db8::1' : '192.0.2.1';
        return `${at + 1} ${server} 443`;
      });
      expect(askTshark(frames, isBigEndian)).toEqual(expected);
    },
  );

  test.skipIf(!hasTcpdump).each(LINK_FRAMES.filter(({ oracle }) => oracle === 'tcpdump'))(
    `when tcpdump reads $name ($linkType), $variant, then it finds the same SYN-ACK${TCPDUMP_NOTE}`,
    (frame) => {
      const input = pcap({ linkType: frame.linkType, records: [{ data: bytesOf(frame) }] });
      const { stdout } = spawnSync('tcpdump', ['-nn', '-r', '-'], { input });
      const server = frame.family === 6 ? '2001:db8::1' : '192.0.2.1';
      expect(stdout.toString()).toContain(` ${server}.443 > `);
      expect(stdout.toString()).toContain('Flags [S.]');
    },
  );
});
