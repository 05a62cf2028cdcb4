// The names of TCP ports that ship with synsum: IANA's, and those of config/services.yaml where IANA's
// mislead. The build writes the list (scripts/build-services.ts), one `PORT NAME` a line, ports ascending; and
// another of config/aliases.yaml, one `ALIAS NAME` a line.

import { readFileSync } from 'node:fs';
import { packageFile } from '../files/package-root.js';

const SERVICES_FILE = packageFile('dist/names/services.txt');
const ALIASES_FILE = packageFile('dist/names/aliases.txt');

let list: string | undefined;
let aliases: ReadonlyMap<string, string> | undefined;

/** Returns the registered name of a TCP port; undefined if it has none. The first call reads the list. */
export function findRegisteredName(port: number): string | undefined {
  list ??= readFileSync(SERVICES_FILE, 'utf8');
  return searchList(list, port);
}

/** Returns all registered names, by port; a name may occur more than once. */
export function listRegisteredNames(): string[] {
  list ??= readFileSync(SERVICES_FILE, 'utf8');
  return list
    .trimEnd()
    .split('\n')
    .map((line) => line.slice(line.indexOf(' ') + 1));
}

/** Returns the name in the list for what people call a service, such as `microsoft-ds` for `smb`; undefined for all else. */
export function findServiceByAlias(alias: string): string | undefined {
  aliases ??= new Map(
    readFileSync(ALIASES_FILE, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
  return aliases.get(alias);
}

// A binary search in the text itself: most runs ask for a few ports, and building a Map of all 6000 takes
// longer than the rest of a small run.
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
