// Recognises files that are worth reading with several threads, and can be split.

import fs from 'node:fs';
import type { OpenFile } from '../capture/input.js';
import { isPcapHeader, PCAP_HEADER_LENGTH } from '../capture/pcap/header.js';
import { isSectionHeader } from '../capture/pcapng/blocks.js';

/** Reading a smaller file takes less time than starting a thread. */
export const MIN_LARGE_LENGTH: number = 128 << 20;

/** Whether the regular file is a large pcap or pcapng; false if it cannot be read. */
export function isLargeCapture(path: string): boolean {
  let fd: number;
  try {
    fd = fs.openSync(path, 'r');
  } catch {
    return false;
  }
  try {
    return isLargeCaptureFile({ fd, begin: 0 });
  } finally {
    fs.closeSync(fd);
  }
}

/** The same for an open regular file. */
export function isLargeCaptureFile({ fd, begin }: OpenFile): boolean {
  try {
    if (fs.fstatSync(fd).size - begin < MIN_LARGE_LENGTH) return false;
    const head = new DataView(new ArrayBuffer(PCAP_HEADER_LENGTH));
    const count = fs.readSync(fd, head, 0, PCAP_HEADER_LENGTH, begin);
    return isPcapHeader(head, 0, count) || isSectionHeader(head, 0, count);
  } catch {
    // The reader will meet the same failure and report it.
    return false;
  }
}
