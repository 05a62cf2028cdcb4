// The table `meta` of a shard: the version of its tables, and which other shards there are. A program that records or pushes
// notes the shards of its address on each other, so readers notice an address that lacks one. A shard may have another name
// on another machine, for example through a tunnel, so it has an identity: a random number.

import { randomBytes } from 'node:crypto';
import { StoreError } from '../errors.js';
import { quote, type Shard } from './shard.js';

export interface Meta {
  /** That of the tables; 0 if there are none. */
  readonly version: number;
  /** The identities of the shard: two if two programs gave it one at the same time. */
  readonly own: string[];
  /** The names of other shards by their identities. */
  readonly others: Map<string, string>;
  /** Names of shards that are no longer part of the fleet. */
  readonly gone: readonly string[];
}

export interface KnownShard {
  readonly shard: Shard;
  readonly meta: Meta;
}

/** How the message about a shard without tables begins. */
const NO_TABLES = 'found no tables of synsum';

// The keys of `meta`, before a space and an identity or a name.
const OWN = 'id';
const OTHER = 'shard';
const GONE = 'gone';
const KEY = /^(id|shard|gone) (\S{1,300})$/;
const MAX_ROWS = 10_000;

/** @throws StoreError if the shard has no tables */
export async function readMeta(shard: Shard): Promise<Meta> {
  const rows = await shard.all(`SELECT key, value FROM meta LIMIT ${MAX_ROWS}`, (row) => ({
    key: row.text(),
    value: row.text(),
  }));
  const named = rows.map(({ key, value }) => ({ value, match: KEY.exec(key) }));
  const of = (kind: string) =>
    named.flatMap(({ value, match }) => (match?.[1] === kind ? [[match[2] as string, value] as const] : []));
  const versions = rows.filter(({ key }) => key === 'version').map(({ value }) => Number(value));
  return {
    version: Math.max(0, ...versions),
    own: of(OWN).map(([id]) => id),
    others: new Map(of(OTHER)),
    gone: of(GONE).map(([name]) => name),
  };
}

/** The same; version 0 where there are no tables. */
export async function readMetaIfAny(shard: Shard): Promise<Meta> {
  try {
    return await readMeta(shard);
  } catch (error) {
    if (!(error instanceof StoreError) || !error.message.includes(NO_TABLES)) throw error;
    return { version: 0, own: [], others: new Map(), gone: [] };
  }
}

/** Makes an identity for the shard, unless it has one. */
export async function identify({ shard, meta }: KnownShard): Promise<void> {
  if (meta.own.length > 0) return;
  const id = randomBytes(8).toString('hex');
  await note(shard, `${OWN} ${id}`, '');
  meta.own.push(id);
}

/** Notes these shards on each other. */
export async function noteShards(shards: readonly KnownShard[]): Promise<void> {
  for (const { shard, meta } of shards) {
    for (const other of shards) {
      if (other.shard === shard) continue;
      for (const id of other.meta.own) {
        if (meta.others.has(id)) continue;
        await note(shard, `${OTHER} ${id}`, other.shard.name);
        meta.others.set(id, other.shard.name);
      }
    }
  }
}

/** The same row again changes nothing. */
async function note(shard: Shard, key: string, value: string): Promise<void> {
  await shard.run(`INSERT INTO meta (key, value) VALUES (${quote(key)}, ${quote(value)})`);
}

/** @throws StoreError if two names are those of one server: everything would count twice */
export function checkDistinct(shards: readonly KnownShard[]): void {
  const names = new Map<string, string>();
  for (const { shard, meta } of shards) {
    for (const id of meta.own) {
      const other = names.get(id);
      if (other !== undefined && other !== shard.name) {
        throw new StoreError(`${other} and ${shard.name} are the same server; name it once`);
      }
      names.set(id, shard.name);
    }
  }
}

/** The names of shards that these know of and that are not among them. */
export function missingShards(shards: readonly KnownShard[]): string[] {
  const own = new Set(shards.flatMap(({ meta }) => meta.own));
  const left = new Set([
    ...shards.map(({ shard }) => shard.name),
    ...shards.flatMap(({ meta }) => meta.gone),
  ]);
  const others = shards.flatMap(({ meta }) => [...meta.others]);
  const missing = others.filter(([id, name]) => !own.has(id) && !left.has(name));
  return [...new Set(missing.map(([, name]) => name))].sort();
}
