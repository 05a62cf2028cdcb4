// A row of a store, as it is exported.

import { type Address, formatAddress } from '../../ip/address.js';
import { toAddress } from '../../ip/address-words.js';
import { REMOTE } from '../../names/reserved-names.js';
import { HOUR } from '../../tally/layout.js';
import type { RowEvidence } from '../../tally/row-evidence.js';
import { EVIDENCE } from '../document/fields.js';

/** The SYN-ACKs of a server, port and client that a sensor recorded in an hour, a day or a month. */
export interface ExportedRow {
  /** The time is from `start` on and before `start + length`; all times are microseconds since the epoch. */
  readonly start: number;
  readonly length: number;
  readonly sensor: string;
  /** Undefined for any remote machine. */
  readonly server: ExportedMachine | undefined;
  readonly port: number;
  /** Undefined for any remote machine. */
  readonly client: ExportedMachine | undefined;
  readonly count: number;
  readonly first: number;
  readonly last: number;
  /** Undefined if it is not known. */
  readonly evidence?: RowEvidence;
}

/** A machine, which many rows may share. */
export interface ExportedMachine {
  readonly address: Address;
  readonly text: string;
}

export function exportedMachine(family: 4 | 6, words: Uint32Array): ExportedMachine {
  const address = toAddress(family, words);
  return { address, text: formatAddress(address) };
}

const COUNTERS = Object.entries(EVIDENCE) as [string, keyof RowEvidence][];
export const COUNTER_NAMES: readonly string[] = COUNTERS.map(([name]) => name);

/** The counters of evidence in the order of their names; undefined if they are not known. */
export function countersOf({ evidence }: ExportedRow): readonly number[] | undefined {
  return evidence && COUNTERS.map(([, counter]) => evidence[counter]);
}

/** The address of a machine; `_` for any remote one. */
export function textOf(machine: ExportedMachine | undefined): string {
  return machine?.text ?? REMOTE;
}

/** The hours that the time of a row has. */
export function hoursIn({ length }: ExportedRow): number {
  return length / HOUR;
}
