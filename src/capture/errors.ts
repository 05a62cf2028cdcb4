// What can be wrong with a capture. Every error says what was found, what was expected, and where.

export type CaptureErrorCode =
  /** The operating system would not let it be read. */
  | 'UNREADABLE'
  /** Nothing in it. */
  | 'EMPTY'
  /** Of no format that synsum reads. */
  | 'NOT_A_CAPTURE'
  /** A version of its format that nobody defined. */
  | 'UNSUPPORTED_VERSION'
  /** Ends in the middle of a header or of a packet. */
  | 'TRUNCATED'
  /**
   * Compressed data that end early or contradict themselves. The message tells the place in them, since `offset`
   * is one in the capture.
   */
  | 'DAMAGED_COMPRESSION'
  /** A length beyond any sane limit: the file is damaged from here on. */
  | 'INVALID_LENGTH'
  /** The reader that was asked for cannot read this variant of the format. */
  | 'WRONG_READER';

/** A capture that cannot be read, or not to its end. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';
  readonly code: CaptureErrorCode;
  /** Byte of the capture at which the trouble begins, where there is such a place. */
  readonly offset: number | undefined;

  constructor(code: CaptureErrorCode, message: string, offset?: number) {
    super(message);
    this.code = code;
    this.offset = offset;
  }
}
