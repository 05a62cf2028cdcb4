import { type AddressRange, parseRange } from '../../src/ip/address.js';
import { PatternError } from '../../src/names/patterns.js';
import { parseGlob } from '../../src/text/glob.js';

export function range(text: string): { kind: 'range'; range: AddressRange } {
  return { kind: 'range', range: parseRange(text) as AddressRange };
}

export function named(text: string): { kind: 'name'; glob: readonly string[] } {
  return { kind: 'name', glob: parseGlob(text) };
}

/** Returns the message for a pattern that is refused. */
export function refusal(parse: (text: string) => unknown, text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
  throw new Error(`${JSON.stringify(text)} was accepted`);
}
