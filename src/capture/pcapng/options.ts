// The options of pcapng blocks: a code, a length and a padded value each, up to an option that ends them.
// draft-ietf-opsawg-pcapng 3.5.

import { MAX_OPTIONS } from './limits.js';

/** The option that ends the others; a writer may leave it out. */
const END_OF_OPTIONS = 0;
const HEADER_LENGTH = 4;
/** The options after a fault are not searched for in more bytes than this: honest descriptions are shorter. */
const MAX_SEARCHED = 2048;
/** With a value of at least one byte. */
const MIN_OPTION_LENGTH = 8;

export interface OptionsFault {
  /** As in `found …, expected …`. */
  readonly message: string;
  /** Whether options after it may be lost: it was not found where they begin, and there is room for them. */
  readonly hidesOthers: boolean;
}

/** Receives the place and the length of an option's value. */
type UseOption = (code: number, value: number, length: number) => void;

/**
 * Reads the options in [start, end). After an option that is longer than the room for it, reading resumes at the first
 * options that fit exactly. If the options continue after `end` (`isCut`), the last one may be incomplete. No more than
 * MAX_OPTIONS are read.
 * @param fixedLength returns the length that options with this code always have, if there is one
 * @returns the fault; undefined if there is none
 */
export function readOptions(
  view: DataView,
  start: number,
  end: number,
  littleEndian: boolean,
  isCut: boolean,
  use: UseOption,
  fixedLength: (code: number) => number | undefined = () => undefined,
): OptionsFault | undefined {
  let fault: OptionsFault | undefined;
  let at = start;
  for (let count = 0; end - at >= HEADER_LENGTH && count < MAX_OPTIONS; count++) {
    const code = view.getUint16(at, littleEndian);
    if (code === END_OF_OPTIONS) break;
    const length = view.getUint16(at + 2, littleEndian);
    const value = at + HEADER_LENGTH;
    if (end - value >= length) {
      use(code, value, length);
      at = value + padded(length);
      continue;
    }
    if (isCut) break;
    const next = end - value > MAX_SEARCHED ? undefined : findFitting(view, value, end, littleEndian);
    const message = `found an option of ${length} bytes, expected at most ${end - value}`;
    fault ??= { message, hidesOthers: next === undefined && end - value >= MIN_OPTION_LENGTH };
    const known = fixedLength(code);
    if (known !== undefined && end - value >= known) use(code, value, known);
    if (next === undefined) break;
    at = next;
  }
  return fault;
}

/**
 * Returns the first place from `start` on at which options begin that fill the room up to `end` exactly; undefined if there
 * is none.
 */
function findFitting(view: DataView, start: number, end: number, littleEndian: boolean): number | undefined {
  const words = Math.floor((end - start) / 4);
  // Whether options that begin at this word end well.
  const fits = new Uint8Array(words + 1);
  const hasEnd = words > 0 && view.getUint32(start + (words - 1) * 4) === END_OF_OPTIONS;
  fits[words] = hasEnd ? 0 : 1;
  for (let word = words - 1; word >= 0; word--) {
    const code = view.getUint16(start + word * 4, littleEndian);
    const length = view.getUint16(start + word * 4 + 2, littleEndian);
    const next = word + 1 + padded(length) / 4;
    if (code === END_OF_OPTIONS) fits[word] = hasEnd && word === words - 1 ? 1 : 0;
    else fits[word] = next <= words ? (fits[next] as number) : 0;
  }
  for (let word = 0; word < words; word++) if (fits[word] === 1) return start + word * 4;
  return undefined;
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}
