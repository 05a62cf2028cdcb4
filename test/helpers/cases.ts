// Real traffic with known truth: what clients did to servers, and what of it was use.

import { readShared, sharedPath } from './shared.js';

export interface Truth {
  readonly case: string;
  readonly client: string;
  readonly server: string;
  /** A port or a range. */
  readonly port: string;
  readonly class: string;
}
export const TRUTH = readShared('cases/truth.tsv') as unknown as Truth[];
export const CASES: readonly string[] = [...new Set(TRUTH.map((truth) => truth.case))];
export function casePath(name: string, kind: string): string {
  return sharedPath(`cases/${name}.${kind}.pcap`);
}
