// Reads a capture as users do, and returns the results to compare with a known answer and with the other reader.

import { closeSync, openSync, readSync } from 'node:fs';
import type { InputReport } from '../../src/inventory/inventory.js';
import type { Reader } from '../../src/sources/input-result.js';
import { readSources } from '../../src/sources/read-sources.js';
import { Tally } from '../../src/tally/tally.js';
import type { Totals } from '../../src/tally/totals.js';
import { EVERYTHING } from '../helpers/scope.js';
import { parseTsv } from '../helpers/shared.js';
import { hexOf, rowsOf, timedRowsOf } from '../tally/rows-of.js';

export interface Answer {
  /** As rowsOf writes them. */
  readonly rows: string[];
  readonly timedRows: string[];
  readonly report: InputReport;
  readonly totals: Totals;
}

export async function readWhole(file: string, reader: Reader = 'fast', threads?: number): Promise<Answer> {
  const tally = new Tally({ scope: EVERYTHING });
  const { inputs, totals } = await readSources([file], tally, {
    reader,
    ...(threads === undefined ? {} : { threads }),
  });
  const [report] = inputs;
  if (report === undefined) throw new Error(`no report of ${file}`);
  return { rows: rowsOf(tally), timedRows: timedRowsOf(tally), report, totals };
}

/** By synsum's own reader and by pcap-parser. */
export async function readBothWays(file: string): Promise<[Answer, Answer]> {
  return [await readWhole(file, 'fast'), await readWhole(file, 'pcap-parser')];
}

/** The rows of an answer file, as rowsOf writes them. */
export function answerOf(tsv: string): string[] {
  return parseTsv(tsv)
    .map(({ client_ip = '', server_ip = '', server_port, count }) =>
      [hexOf(client_ip), hexOf(server_ip), server_port, count].join(' '),
    )
    .sort();
}

/** Whether the package pcap-parser can read a file: it is a pcap of microseconds, or not a capture at all. */
export function canPackageRead(file: string): boolean {
  const magic = Buffer.alloc(4);
  const fd = openSync(file, 'r');
  readSync(fd, magic, 0, 4, 0);
  closeSync(fd);
  const variants = ['4d3cb2a1', 'a1b23c4d', '34cdb2a1', 'a1b2cd34', '0a0d0d0a', 'ac01001c', '736e6f6f'];
  const hasUsualMagic = !variants.includes(magic.toString('hex'));
  return hasUsualMagic && !/__(aix|nokia)|\.erf$/.test(file);
}
