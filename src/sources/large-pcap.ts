// Recognises files that are worth reading with several threads, and can be split.

import fs from 'node:fs';
import { isPcapHeader, PCAP_HEADER_LENGTH } from '../capture/pcap/header.js';
import { fileLength } from '../files/file-length.js';

/** Reading a smaller file takes less time than starting a thread. */
const MIN_LENGTH = 128 << 20;

/** Whether the file is a large classic pcap; false if it cannot be read. */
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

/** The same for an open regular file. */
export function isLargePcapFile(fd: number): boolean {
  try {
    if (fs.fstatSync(fd).size < MIN_LENGTH) return false;
    const head = new DataView(new ArrayBuffer(PCAP_HEADER_LENGTH));
    return fs.readSync(fd, head, 0, PCAP_HEADER_LENGTH, 0) > 0 && isPcapHeader(head, 0, PCAP_HEADER_LENGTH);
  } catch {
    // The reader will meet the same failure and report it.
    return false;
  }
}
