// Real traffic whose truth is known: what clients did to servers, and what of it was use.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './program.js';
import { parseTsv } from './shared.js';

const CAPTURES = path.join(ROOT, 'test/captures');

/** The truth of one client, server and port, or range of ports. */
export interface Truth {
  readonly case: string;
  /** `*` stands for all other clients. */
  readonly client: string;
  readonly server: string;
  readonly port: string;
  readonly class: string;
}

export const TRUTH: readonly Truth[] = parseTsv(
  readFileSync(path.join(CAPTURES, 'cases.tsv'), 'utf8'),
) as unknown as Truth[];

export const CASES: readonly string[] = [...new Set(TRUTH.map((truth) => truth.case))];

/** The capture of a case: `full`, or `synack` for its SYN-ACKs alone. */
export function casePath(name: string, kind: string): string {
  return path.join(CAPTURES, `cases__${name}.${kind}.pcap`);
}
