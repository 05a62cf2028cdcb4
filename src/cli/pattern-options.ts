// Reads patterns that are given as options. A mistake names its option.

import { PatternError } from '../names/patterns.js';
import { UsageError } from './usage-error.js';

/** @throws UsageError for a pattern that means nothing */
export function parsePatterns<T>(
  option: string,
  texts: readonly string[] | undefined,
  parse: (text: string) => T,
): T[] {
  try {
    return (texts ?? []).map(parse);
  } catch (error) {
    throw error instanceof PatternError ? new UsageError(error.message, option) : error;
  }
}
