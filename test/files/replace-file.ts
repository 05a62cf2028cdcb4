// Replaces a file in one call, as the commands do in several. Tests also bundle it, to run it in other processes.

import { openAtomic } from '../../src/files/atomic-file.js';

export function replaceFile(name: string, chunks: Iterable<string>): void {
  const file = openAtomic(name);
  try {
    for (const chunk of chunks) if (!file.write(chunk)) break;
    file.commit();
  } finally {
    file.abandon();
  }
}
