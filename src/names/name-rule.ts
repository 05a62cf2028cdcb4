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
  if (text.length > 2 * MAX_LENGTH) return `a name of at most ${MAX_LENGTH} characters`;
  const fault = findSpacingFault(text);
  if (fault !== undefined) return `a name ${fault}`;
  if ([...text].length > MAX_LENGTH) return `a name of at most ${MAX_LENGTH} characters`;
  if (text === REMOTE || text === OTHER) return 'another name: synsum itself uses this one';
  const joined = text.replaceAll(' ', '');
  if (/^\d+$/.test(joined)) return 'a name that is not only digits';
  if (versionOf(joined) !== 0 || parseRange(joined) !== undefined) return 'a name, not an address';
  return undefined;
}

/**
 * Describes what is expected of a name or pattern whose spaces could not be seen in a table, or that has characters
 * that a terminal hides or obeys; undefined if it has neither.
 */
export function findSpacingFault(text: string): string | undefined {
  if (/(?! )[\p{C}\p{Z}]/u.test(text))
    return 'without control characters, and with no space but the plain one';
  if (/^ | $| {2}/.test(text)) return 'with single spaces between its words, and none around it';
  return undefined;
}
