// Bytes of a capture that push others out of a pipe: a writer does not see when its bytes are read, but when there is room.

import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { ethernet, pcap } from './packets.js';

/** The kernel holds a few hundred kilobytes between two processes. */
const FILLER_LENGTH = 4 << 20;
/** In the time of samples/office.pcap. */
const SECONDS = 1_182_412_803;
const ARP = 0x0806;

const RECORD = pcap({
  records: [{ seconds: SECONDS, data: ethernet({ type: ARP, payload: new Uint8Array(1000) }) }],
}).subarray(pcap().length);

/** Records of pcap, little-endian, without SYN-ACKs. */
const FILLER: Buffer = Buffer.concat(
  Array.from({ length: Math.ceil(FILLER_LENGTH / RECORD.length) }, () => RECORD),
);

/** Writes the records of a capture to a program, and leaves the pipe open; the program has read them when this ends. */
export async function feed(child: ChildProcessWithoutNullStreams, bytes: Uint8Array): Promise<void> {
  child.stdin.on('error', () => {});
  await new Promise<void>((resolve) => child.stdin.write(Buffer.concat([bytes, FILLER]), () => resolve()));
}
