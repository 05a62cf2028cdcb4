// A mistake in what the user wrote, on the command line or in a file: reported without a stack, exit 2.

export class UsageError extends Error {
  override readonly name = 'UsageError';

  /** `subject` is the option or argument at fault, absent where the message names its place itself. */
  constructor(message: string, subject?: string) {
    super(subject === undefined ? message : `synsum: ${subject}: ${message}`);
  }
}
