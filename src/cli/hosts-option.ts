// The hosts.yaml that applies to a command line.

import { type LoadedNames, loadNames } from '../names/find-hosts-file.js';
import { HostsFileError } from '../names/hosts-file.js';
import type { Context } from './context.js';
import { UsageError } from './usage-error.js';

/** Loads the hosts.yaml that applies, and reports what is wrong with the files that it takes names from. @throws UsageError with all mistakes in it */
export async function loadHosts(
  hosts: string | undefined,
  { env, cwd, stderr }: Context,
): Promise<LoadedNames> {
  try {
    const loaded = await loadNames({ ...(hosts === undefined ? {} : { hosts }), env, cwd });
    for (const warning of loaded.warnings) stderr.write(`synsum: ${warning}\n`);
    return loaded;
  } catch (error) {
    throw error instanceof HostsFileError ? new UsageError(error.message) : error;
  }
}
