import { expect } from 'vitest';
import { HostsFileError, parseHosts } from '../../src/names/hosts-file.js';

/** Reads a text that has mistakes, and returns the error. */
export async function refuse(text: string, file = 'hosts.yaml'): Promise<HostsFileError> {
  const reason: unknown = await parseHosts(text, file).catch((error: unknown) => error);
  expect(reason).toBeInstanceOf(HostsFileError);
  return reason as HostsFileError;
}

/** Returns `LINE:COLUMN found …, expected …` for each mistake. */
export async function mistakesIn(text: string): Promise<string[]> {
  const { mistakes } = await refuse(text);
  return mistakes.map(
    ({ line, column, found, expected }) => `${line}:${column} found ${found}, expected ${expected}`,
  );
}

export const A_RANGE = 'an address, a CIDR such as 192.0.2.0/24 or a range such as 192.0.2.10-192.0.2.20';
export const A_PORT = 'a port from 1 to 65535 or a range such as 6881-6889';
