// The rule for names of machines and services, in hosts.yaml and in the list that ships.

import { parseRange, versionOf } from '../ip/address.js';
import { OTHER, REMOTE } from './reserved-names.js';

const MAX_LENGTH = 255;

/**
 * Describes what is expected instead of `text`, if it cannot be a name; undefined if it can. A name that
 * looks like an address or a port could be mistaken for one, in a table or on the command line.
 */
export function findNameFault(text: string): string | undefined {
  if (text === '') return 'a name';
  if (!/^[^\p{C}\p{Z}]+$/u.test(text)) return 'a name without spaces or control characters';
  if ([...text].length > MAX_LENGTH) return `a name of at most ${MAX_LENGTH} characters`;
  if (text === REMOTE || text === OTHER) return 'another name: synsum itself uses this one';
  if (/^\d+$/.test(text)) return 'a name that is not only digits';
  if (versionOf(text) !== 0 || parseRange(text) !== undefined) return 'a name, not an address';
  return undefined;
}
