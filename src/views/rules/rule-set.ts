// Choices that all formats of rule sets share.

import type { PortRange } from '../../ip/port.js';
import type { Comments } from './comments.js';

/** `refuse` resets new connections that no rule allows; `log` lets them pass, but counts and logs them. */
export type Mode = 'refuse' | 'log';
export const MODES: readonly Mode[] = ['refuse', 'log'];

/** Traffic that the rules judge: routed through the machine (`forward`), or meant for it (`input`). */
export type Chain = 'forward' | 'input';

export interface RuleSetOptions {
  readonly mode: Mode;
  readonly chains: readonly Chain[];
  readonly comments: Comments;
}

/** One of the files of a format that needs several. */
export interface RuleFile {
  /** Relative to the folder that the files are written to. */
  readonly path: string;
  /** Can be read once. */
  readonly text: Iterable<string>;
}

/** The files of Capirca, in the folders that its program expects: a policy, its addresses and its ports. */
export const CAPIRCA_FILES = ['pol/synsum.pol', 'def/synsum.net', 'def/synsum.svc'] as const;

/** The beginning of each line in the kernel's log about a connection that would be refused. */
export const LOG_PREFIX = 'synsum would refuse: ';

/** Writes ports as most firewalls read them, such as `80` or `6881-6889`. */
export function formatPorts({ first, last }: PortRange, separator = '-'): string {
  return first === last ? String(first) : `${first}${separator}${last}`;
}
