// Whether a file is so large that it pays to read it with several threads, and such that it can be split.

import fs from 'node:fs';
import { isPcapHeader, PCAP_HEADER_LENGTH } from '../capture/pcap/header.js';
import { fileLength } from '../files/file-length.js';

/** Smaller files are read in less time than it takes to start a thread. */
const MIN_LENGTH = 128 << 20;

/** True if the path is that of a large classic pcap; false also if it cannot be read. */
export function isLargePcap(path: string): boolean {
  if (fileLength(path) === undefined) return false;
  let fd: number;
  try {
    fd = fs.openSync(path, 'r');
  } catch {
    return false;
  }
  try {
    return isLargePcapFile(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** The same of a regular file that is open. */
export function isLargePcapFile(fd: number): boolean {
  try {
    if (fs.fstatSync(fd).size < MIN_LENGTH) return false;
    const head = new DataView(new ArrayBuffer(PCAP_HEADER_LENGTH));
    return fs.readSync(fd, head, 0, PCAP_HEADER_LENGTH, 0) > 0 && isPcapHeader(head, 0, PCAP_HEADER_LENGTH);
  } catch {
    // Who reads it will meet the same failure, and tell.
    return false;
  }
}
