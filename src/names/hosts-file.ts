// Reads the text of a hosts.yaml. Knows nothing of where the file is, and loads the YAML part only for text
// that has something in it.

import type { Hosts } from './hosts.js';
import { createMistakesError } from './mistakes.js';

export { HostsFileError } from './mistakes.js';

/**
 * Reads the text of a hosts file; a byte order mark and CRLF line ends are accepted. `file` is its name in
 * messages.
 * @throws HostsFileError with all mistakes
 */
export async function parseHosts(text: string, file: string): Promise<Hosts> {
  const source = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (hasOnlyComments(source)) return { local: undefined, hosts: [], services: [], expected: [] };
  const { readHosts } = await import('./hosts-reader.js');
  const { hosts, mistakes } = readHosts(source);
  if (mistakes.length > 0) throw createMistakesError(file, source, mistakes);
  return hosts;
}

// The starter file that ships has only comments: loading `yaml` for it would slow every run without a hosts
// file.
function hasOnlyComments(text: string): boolean {
  return text.split('\n').every((line) => /^[ \t\r]*(#|$)/.test(line));
}
