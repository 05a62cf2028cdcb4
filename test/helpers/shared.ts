// The only access of the tests to a folder of real captures outside the checkout. A user's clone has no such folder:
// tests that need it are skipped, and say so in their names.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url));

export const hasShared: boolean = existsSync(SHARED);

/** Goes into the title of every test that needs the folder. */
export const SHARED_NOTE: string = hasShared ? '' : ' (skipped: no folder ../shared with real captures)';

export function sharedPath(path: string): string {
  return `${SHARED}${path}`;
}

/** The rows of a tab-separated file with a header row, by column; none if there is no such folder. */
export function readShared(path: string): Record<string, string>[] {
  return hasShared ? parseTsv(readFileSync(sharedPath(path), 'utf8')) : [];
}

export function parseTsv(text: string): Record<string, string>[] {
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const columns = header.split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    return Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? '']));
  });
}
