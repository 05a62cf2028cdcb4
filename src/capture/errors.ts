// The errors of reading a capture. Each says what was found, what was expected, and where.

export type CaptureErrorCode =
  /** The operating system refuses to read it, or there is no program to decompress it. */
  | 'UNREADABLE'
  /** It has no bytes. */
  | 'EMPTY'
  /** It has none of the formats that synsum reads. */
  | 'NOT_A_CAPTURE'
  /** Its format has no such version. */
  | 'UNSUPPORTED_VERSION'
  /** It ends in the middle of a header or a packet. */
  | 'TRUNCATED'
  /**
   * Its compressed data end early or contradict themselves. The offset in them is in the message, as `offset` is one in
   * the capture.
   */
  | 'DAMAGED_COMPRESSION'
  /** A length exceeds every sane limit: the file is damaged from here on. */
  | 'INVALID_LENGTH'
  /** The chosen reader cannot read this variant of the format. */
  | 'WRONG_READER';

/** A capture cannot be read, or not to its end. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';
  readonly code: CaptureErrorCode;
  /** The byte of the capture, decompressed, at which the problem begins; undefined if it has no place. */
  readonly offset: number | undefined;

  constructor(code: CaptureErrorCode, message: string, offset?: number) {
    super(message);
    this.code = code;
    this.offset = offset;
  }
}

/** Describes a part of a capture whose end is missing, by the bytes that it takes and those that are there. */
export function describeCutShort(part: string, expected: number, found: number): string {
  return `cut short in ${part}: expected ${expected} bytes, found ${found}`;
}
