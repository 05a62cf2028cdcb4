// The names of TCP ports that ship with synsum: IANA's, and ours of config/services.yaml where those mislead.
// The list is made when synsum is built (scripts/build-services.ts), one `PORT NAME` a line.

import { readFileSync } from 'node:fs';

// The same from src/names and from dist/names.
const SERVICES_FILE = new URL('../../dist/names/services.txt', import.meta.url);

let names: ReadonlyMap<number, string> | undefined;

/** The registered name of a TCP port, undefined if it has none. The list is read at the first call. */
export function findRegisteredName(port: number): string | undefined {
  names ??= readNames(readFileSync(SERVICES_FILE, 'utf8'));
  return names.get(port);
}

function readNames(text: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const line of text.trimEnd().split('\n')) {
    const space = line.indexOf(' ');
    found.set(Number(line.slice(0, space)), line.slice(space + 1));
  }
  return found;
}
