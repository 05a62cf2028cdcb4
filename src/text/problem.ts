// Problems with an input as data: a sentence for people, and fields that programs can use instead of reading it.

import { countNoun } from './count-noun.js';

/** In documents too: a name that stands here keeps its meaning. */
export const PROBLEM_KINDS = [
  /** The operating system refuses to read it, or there is no program to decompress it. */
  'unreadable',
  /** It has no bytes. */
  'empty',
  /** It has none of the formats that synsum reads. */
  'unknown-format',
  /** Its format has no such version. */
  'unsupported-version',
  /** The chosen reader cannot read this variant of the format. */
  'wrong-reader',
  /** The capture ends in the middle of a header or a packet. */
  'cut-short',
  /** Bytes of the capture could not be used. */
  'damaged',
  /** It was converted as if it were text, so its bytes changed. */
  'converted',
  /** The compressed data end early or contradict themselves. */
  'damaged-compression',
  /** Packets have a link type that cannot be decoded. */
  'unknown-link-type',
  /** Packets were captured too short to show whether they are SYN-ACKs. */
  'too-short',
  /** Packets are encrypted, or of a protocol that cannot be decoded, so that SYN-ACKs may be in them. */
  'undecoded',
  /** A saved inventory is not as docs/inventory.md says. */
  'invalid-document',
  /** The XML of a scan ends early or cannot be read to its end. */
  'damaged-scan',
  /** A value in the report of a scan cannot be used, and is ignored. */
  'invalid-value',
  /** The scanner was stopped or failed, or left out a machine. */
  'incomplete-scan',
  /** A file in an archive is not a capture. This is a note: nothing is wrong. */
  'left-out',
  /** There are more problems of the same input, which are only counted. */
  'more',
  /** Anything else, such as a problem that an older synsum saved as text. */
  'other',
] as const;

/** The kind of a problem, for programs; docs/output.md explains each. New kinds may be added. */
export type ProblemKind = (typeof PROBLEM_KINDS)[number];

/** Where a problem is. Each field is absent if it is not known, or means nothing for this kind of input. */
export interface Position {
  /** First byte of the capture, decompressed, that it affects. */
  readonly offset?: number;
  /** Number of bytes of the capture that could not be used. */
  readonly length?: number;
  /** From 1. */
  readonly line?: number;
  /** From 1, in UTF-16 code units. */
  readonly column?: number;
}

/** One problem with an input. */
export interface Problem extends Position {
  readonly kind: ProblemKind;
  /** A sentence for people, with the position. It may contain text from the input: escape it before you show it. */
  readonly message: string;
}

/**
 * Makes a problem whose message begins with its position and ends with what was skipped, as in
 * `at byte 94: found …, expected …; 12 bytes skipped`. `note` follows the offset.
 */
export function makeProblem(kind: ProblemKind, text: string, position: Position = {}, note = ''): Problem {
  const { offset, length = 0, line, column } = position;
  const places = [
    ...(offset === undefined ? [] : [`byte ${offset}${note}`]),
    ...(line === undefined ? [] : [`line ${line}`]),
    ...(column === undefined ? [] : [`column ${column}`]),
  ];
  const place = places.length === 0 ? '' : `at ${places.join(', ')}: `;
  // A record that is cut short says how many of its bytes are there.
  const skipped = length === 0 || kind === 'cut-short' ? '' : `; ${countNoun(length, 'byte')} skipped`;
  return { kind, message: `${place}${text}${skipped}`, ...position };
}
