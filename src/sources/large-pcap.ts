// Whether a file is so large that it pays to read it with several threads, and such that it can be split.

import fs from 'node:fs';
import { fileLength } from '../capture/file-length.js';
import { isPcapHeader, PCAP_HEADER_LENGTH } from '../capture/pcap.js';

/** Smaller files are read in less time than it takes to start a thread. */
const MIN_LENGTH = 128 << 20;

/** True if the path is that of a large classic pcap; false also if it cannot be read. */
export function isLargePcap(path: string): boolean {
  if (fileLength(path) === undefined) return false;
  try {
    const fd = fs.openSync(path, 'r');
    try {
      return isLargePcapFile(fd);
    } finally {
      fs.closeSync(fd);
    }
  } catch {
    return false;
  }
}

/** The same of a regular file that is open. */
export function isLargePcapFile(fd: number): boolean {
  if (fs.fstatSync(fd).size < MIN_LENGTH) return false;
  const head = new DataView(new ArrayBuffer(PCAP_HEADER_LENGTH));
  return fs.readSync(fd, head, 0, PCAP_HEADER_LENGTH, 0) > 0 && isPcapHeader(head, 0, PCAP_HEADER_LENGTH);
}
