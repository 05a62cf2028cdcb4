// Errors of the file system, as people read them.

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'found a directory, expected a file',
  ENOTDIR: 'part of the path is not a directory',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  EBADF: 'not open',
};

/** Says why a file could not be read; rare reasons in the words of the system. */
export function describeSystemError(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? message;
}

/** The same for a directory. */
export function describeFolderError(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'no such directory';
  return code === 'ENOTDIR' ? 'not a directory' : describeSystemError(error);
}

/** Says why a file could not be written: what its system call was and its path are of no use to people. */
export function reasonOf(error: unknown): string {
  const { message } = error as Error;
  return message.replace(/^E[A-Z0-9]+: /, '').replace(/, [a-z]+(?: '.*')?$/s, '');
}
