// A mistake in what the user wrote, on the command line or in a file: reported without a stack trace, exit status 2.

export class UsageError extends Error {
  override readonly name = 'UsageError';

  /** `subject` is the option or argument at fault; leave it out where the message says so itself. */
  constructor(message: string, subject?: string) {
    super(subject === undefined ? message : `synsum: ${subject}: ${message}`);
  }
}
