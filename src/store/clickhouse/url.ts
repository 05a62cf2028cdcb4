// The address of a fleet: `clickhouse://user@h1:8123,h2:8123/synsum`, or `clickhouses://` for HTTPS. It never has a password.

import fs from 'node:fs';
import { describeSystemError } from '../../files/system-error.js';
import { StoreError } from '../errors.js';

/** The servers of a fleet, and how to reach them. */
export interface FleetAddress {
  readonly isSecure: boolean;
  readonly user: string;
  /** `host:port` of each shard, without repetition, in the order in which they were given. */
  readonly shards: readonly string[];
  readonly database: string;
}

/** A server's HTTP port by default, without and with TLS. */
const PORTS = { plain: 8123, secure: 8443 } as const;

const FORM = /^clickhouse(s?):\/\/(?:([^@/]*)@)?([^@/?]+)\/([^/?]+)$/;
const HOST = /^((?:[\w.-]+|\[[\da-f:.]+\]))(?::(\d{1,5}))?$/i;
const DATABASE = /^[a-z_]\w{0,63}$/i;
const USER = /^[\w.-]{1,64}$/;
const MAX_SHARDS = 256;
/** Longer files are not a password. */
const MAX_PASSWORD = 4096;

/** @throws StoreError */
export function parseFleetAddress(url: string): FleetAddress {
  const [, secure, user = 'default', list = '', database = ''] = FORM.exec(url) ?? [];
  if (secure === undefined || !USER.test(user) || !DATABASE.test(database)) throw refused();
  const shards = list.split(',').map((host) => {
    const [, name, port = secure === '' ? PORTS.plain : PORTS.secure] = HOST.exec(host) ?? [];
    if (name === undefined || Number(port) > 65_535) throw refused();
    return `${name}:${port}`;
  });
  if (shards.length > MAX_SHARDS) throw refused();
  return { isSecure: secure !== '', user, shards: [...new Set(shards)], database };
}

function refused(): StoreError {
  return new StoreError(
    'expected an address such as clickhouse://user@h1:8123,h2:8123/synsum, or clickhouses:// for HTTPS',
  );
}

/** The variables of the environment that have the password, or the name of a file with it. */
const VARIABLE = 'SYNSUM_CLICKHOUSE_PASSWORD';
const FILE_VARIABLE = 'SYNSUM_CLICKHOUSE_PASSWORD_FILE';

/**
 * The password of the fleet, from a file or the environment; empty if there is none.
 * @throws StoreError if the file cannot be read
 */
export function readPassword(
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const path = file ?? (env[VARIABLE] === undefined ? env[FILE_VARIABLE] : undefined);
  if (path === undefined) return env[VARIABLE] ?? '';
  try {
    const bytes = fs.readFileSync(path);
    if (bytes.length <= MAX_PASSWORD) return bytes.toString('utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new StoreError(`the file of the password, ${path}: ${describeSystemError(error)}`);
  }
  throw new StoreError(`the file of the password, ${path}, is longer than ${MAX_PASSWORD} bytes`);
}

/** The seconds after which a server that does not answer at first is taken to be down. */
const PATIENCE_VARIABLE = 'SYNSUM_CLICKHOUSE_TIMEOUT';
const PATIENCE = 30;
const MAX_PATIENCE = 3600;

/** Milliseconds. @throws StoreError */
export function readPatience(env: Readonly<Record<string, string | undefined>> = process.env): number {
  const text = env[PATIENCE_VARIABLE] ?? String(PATIENCE);
  const seconds = Number(text);
  if (/^\d+$/.test(text) && seconds >= 1 && seconds <= MAX_PATIENCE) return seconds * 1000;
  throw new StoreError(
    `${PATIENCE_VARIABLE}: found ${JSON.stringify(text)}, expected 1 to ${MAX_PATIENCE} seconds`,
  );
}
