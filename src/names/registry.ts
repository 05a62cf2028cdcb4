// The names of TCP ports that ship with synsum: IANA's, and ours of config/services.yaml where those mislead.
// The list is made when synsum is built (scripts/build-services.ts), one `PORT NAME` a line, ports ascending.

import { readFileSync } from 'node:fs';
import { packageFile } from '../files/package-root.js';

const SERVICES_FILE = packageFile('dist/names/services.txt');

let list: string | undefined;

/** The registered name of a TCP port, undefined if it has none. The list is read at the first call. */
export function findRegisteredName(port: number): string | undefined {
  list ??= readFileSync(SERVICES_FILE, 'utf8');
  return searchList(list, port);
}

// By halves, in the text as it is: most runs ask for a few ports, and a Map of all 6000 takes longer to make
// than the rest of a small run.
function searchList(text: string, port: number): string | undefined {
  let low = 0;
  let high = text.length;
  while (low < high) {
    const start = text.lastIndexOf('\n', ((low + high) >>> 1) - 1) + 1;
    const space = text.indexOf(' ', start);
    const end = text.indexOf('\n', space);
    const found = Number(text.slice(start, space));
    if (found === port) return text.slice(space + 1, end);
    if (found < port) low = end + 1;
    else high = start;
  }
  return undefined;
}
