// The sample as tests of the command line want it: its halves, as captures of two days.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { ROOT } from '../helpers/program.js';

export const OFFICE: string = path.join(ROOT, 'samples/office.pcap');
export const HOSTS: readonly string[] = ['--hosts', path.join(ROOT, 'samples/hosts.yaml')];

const BYTES = readFileSync(OFFICE);
const HEADER_LENGTH = 24;
/** Every packet of the sample is as long. */
export const RECORD_LENGTH: number = 16 + 68;
const RECORDS = (BYTES.length - HEADER_LENGTH) / RECORD_LENGTH;

/** Some records of the sample, as a capture. */
export function sampleOf(from: number, to: number = RECORDS): Buffer {
  const records = BYTES.subarray(HEADER_LENGTH + from * RECORD_LENGTH, HEADER_LENGTH + to * RECORD_LENGTH);
  return Buffer.concat([BYTES.subarray(0, HEADER_LENGTH), records]);
}

const THIRD = Math.floor(RECORDS / 3);
/** The first third of the sample, and the rest. */
export const MONDAY: Buffer = sampleOf(0, THIRD);
export const TUESDAY: Buffer = sampleOf(THIRD);

/** A folder of its own for the tests of a file, with what is written into it. */
export function makeFolder(): {
  folder: string;
  write: (name: string, bytes: Uint8Array | string) => string;
} {
  const folder = mkdtempSync(path.join(tmpdir(), 'synsum-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return {
    folder,
    write(name, bytes) {
      const file = path.join(folder, name);
      writeFileSync(file, bytes);
      return file;
    },
  };
}
