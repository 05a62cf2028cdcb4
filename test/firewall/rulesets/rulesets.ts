// Rule sets as the real nft lists them, recorded so that they can be read without it.

import { readFileSync } from 'node:fs';

/** The JSON of a recorded rule set. */
export function recorded(name: string): string {
  return readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8');
}

/** The same rules as they were written. */
export function written(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}

/** Whatever else was recorded: the list of objects of a rule set, without what differs from one run to the next. */
export function comparable(json: string): unknown {
  const { nftables } = JSON.parse(json, (key, value: unknown) => (key === 'expires' ? undefined : value)) as {
    readonly nftables: readonly object[];
  };
  return nftables.filter((item) => !('metainfo' in item));
}
