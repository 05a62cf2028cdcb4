// How long a file is, for those who only want to know whether much is to be expected.

import fs from 'node:fs';

/** Bytes of a regular file; undefined if the path is of anything else, or of nothing that can be reached. */
export function fileLength(path: string): number | undefined {
  try {
    const stats = fs.statSync(path);
    return stats.isFile() ? stats.size : undefined;
  } catch {
    return undefined;
  }
}
