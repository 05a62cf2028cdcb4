// The length of a file, for deciding how to read it.

import fs from 'node:fs';

/** Bytes of a regular file; undefined if the path leads to anything else, or cannot be reached. */
export function fileLength(path: string): number | undefined {
  try {
    const stats = fs.statSync(path);
    return stats.isFile() ? stats.size : undefined;
  } catch {
    return undefined;
  }
}
