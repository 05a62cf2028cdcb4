// The hosts.yaml that applies to a command line.

import { loadNames } from '../names/find-hosts-file.js';
import { HostsFileError } from '../names/hosts-file.js';
import type { Names } from '../names/names.js';
import type { Context } from './context.js';
import { UsageError } from './usage-error.js';

/** Loads the hosts.yaml that applies. @throws UsageError with all mistakes in it */
export async function loadHosts(
  hosts: string | undefined,
  { env, cwd }: Context,
): Promise<{ names: Names; file: string }> {
  try {
    return await loadNames({ ...(hosts === undefined ? {} : { hosts }), env, cwd });
  } catch (error) {
    throw error instanceof HostsFileError ? new UsageError(error.message) : error;
  }
}
