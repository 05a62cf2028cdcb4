// The problems of captures: the errors and gaps that reading one leaves.

import { CaptureError, type CaptureErrorCode } from '../../capture/errors.js';
import type { Input } from '../../capture/input.js';
import { makeProblem, type Problem, type ProblemKind } from '../../text/problem.js';
import type { Gap } from '../../walk/gaps.js';

/** Where the bytes of a capture come from: their offsets are not those in the file. */
export type Origin = Pick<Input, 'compression' | 'conversion'>;

const KINDS: Readonly<Record<CaptureErrorCode, ProblemKind>> = {
  UNREADABLE: 'unreadable',
  EMPTY: 'empty',
  NOT_A_CAPTURE: 'unknown-format',
  UNSUPPORTED_VERSION: 'unsupported-version',
  TRUNCATED: 'cut-short',
  DAMAGED_COMPRESSION: 'damaged-compression',
  INVALID_LENGTH: 'damaged',
  WRONG_READER: 'wrong-reader',
};

/** Makes a problem of an error. @throws the error itself if it is not about the capture */
export function problemOfError(error: unknown, origin: Origin = {}): Problem {
  if (!(error instanceof CaptureError)) throw error;
  const { code, message, offset } = error;
  return makeProblem(KINDS[code], message, offset === undefined ? {} : { offset }, noteOf(origin));
}

export function problemOfGap({ kind, offset, length, message }: Gap, origin: Origin = {}): Problem {
  return makeProblem(kind, message, { offset, length }, noteOf(origin));
}

function noteOf({ compression, conversion }: Origin): string {
  if (conversion !== undefined) return ` (in the output of ${conversion.program})`;
  return compression === undefined ? '' : ' (in the decompressed data)';
}
