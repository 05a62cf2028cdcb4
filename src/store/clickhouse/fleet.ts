// The servers of a fleet. Each is asked itself: one that is down is named, and the others answer without it.

import { createHash } from 'node:crypto';
import { makeProblem, type Problem } from '../../text/problem.js';
import { StoreError } from '../errors.js';
import { makeClient } from './driver.js';
import {
  checkDistinct,
  identify,
  type KnownShard,
  missingShards,
  noteShards,
  readMeta,
  readMetaIfAny,
} from './meta.js';
import { dialectOf, SCHEMA_VERSION, tablesFor } from './schema.js';
import { Shard, ShardDown } from './shard.js';
import { parseFleetAddress, readPassword, readPatience } from './url.js';

/** A shard that answered, and the second by its clock when it first did. */
export interface OpenShard {
  readonly shard: Shard;
  readonly name: string;
  readonly opened: number;
  readonly major: number;
}

/** A shard whose batches are missing in answers. */
interface Absent {
  /** Says which one, and why. */
  readonly message: string;
}

/** The first version with everything that is needed. */
const OLDEST = [18, 16] as const;
const VERSION = /^(\d{1,4})\.(\d{1,5})\./;

/** An open fleet. */
export class Fleet {
  readonly database: string;
  readonly #all: readonly Shard[];
  readonly #open = new Map<Shard, OpenShard>();
  readonly #down = new Map<Shard, ShardDown>();
  #unnamed: readonly Absent[] = [];

  constructor(database: string, shards: readonly Shard[]) {
    this.database = database;
    this.#all = shards;
  }

  get shardNames(): readonly string[] {
    return this.#all.map(({ name }) => name);
  }

  /** The shards that answer, in the order in which they were named. */
  get shards(): readonly OpenShard[] {
    return this.#all.flatMap((shard) => this.#open.get(shard) ?? []);
  }

  /** The shards that are missing in answers. */
  get missing(): readonly Problem[] {
    return this.absent.map(({ message }) =>
      makeProblem('unreadable', `${message}; the answer is without it`),
    );
  }

  /** The shards that did not answer, and those that the address does not name. */
  get absent(): readonly Absent[] {
    return [...this.#down.values(), ...this.#unnamed];
  }

  /** Asks each shard for its version. @throws StoreError if none answers, or one cannot be used */
  async open(): Promise<void> {
    await Promise.all(this.#all.map((shard) => this.#try(shard)));
    this.#checkAny();
  }

  async #try(shard: Shard): Promise<void> {
    try {
      const [answer] = await shard.all(
        'SELECT version(), toUInt32(now())',
        (row) => ({ version: row.text(), now: row.u32() }),
        AbortSignal.timeout(readPatience()),
      );
      const { version = '', now = 0 } = answer ?? {};
      const major = checkServer(shard.name, version);
      this.#open.set(shard, { shard, name: shard.name, opened: now, major });
    } catch (error) {
      if (!(error instanceof ShardDown)) throw error;
      this.#down.set(shard, error);
    }
  }

  /** Notes that a shard stopped answering. @throws StoreError if it was the last one */
  lose(error: ShardDown): void {
    const shard = this.#all.find(({ name }) => name === error.shard);
    if (shard === undefined) throw error;
    this.#open.delete(shard);
    this.#down.set(shard, error);
    this.#checkAny();
  }

  #checkAny(): void {
    if (this.#open.size > 0) return;
    throw new StoreError([...this.#down.values()].map(({ message }) => message).join('; '));
  }

  /** Does something with all shards that answer, again from the beginning if one stops answering. */
  async ask<T>(work: (shards: readonly OpenShard[]) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work(this.shards);
      } catch (error) {
        if (!(error instanceof ShardDown)) throw error;
        this.lose(error);
      }
    }
  }

  /**
   * The names of all shards, the one that a sensor belongs to first, and those that stand in for it after that. The order
   * depends on the names alone: where a shard is added or removed, only its own sensors move (rendezvous hashing).
   */
  shardsFor(sensor: string): readonly string[] {
    const weightOf = (name: string): string =>
      createHash('sha256')
        .update(JSON.stringify([name, sensor]))
        .digest('hex');
    return this.#all
      .map(({ name }) => ({ name, weight: weightOf(name) }))
      .sort((a, b) => (a.weight < b.weight ? -1 : 1))
      .map(({ name }) => name);
  }

  /** Makes the tables where there are none. @throws StoreError for tables of a newer version */
  async makeTables(): Promise<void> {
    const known = await this.ask(async (shards) => {
      const found: KnownShard[] = [];
      for (const { shard, major } of shards) {
        const meta = await readMetaIfAny(shard);
        checkTables(shard.name, meta.version);
        if (meta.version === 0) {
          for (const statement of tablesFor(dialectOf(major))) await shard.run(statement);
        }
        const known = { shard, meta };
        // The next name may be one of the same server.
        await identify(known);
        found.push(known);
      }
      checkDistinct(found);
      await noteShards(found);
      return found;
    });
    this.#findUnnamed(known);
  }

  /** @throws StoreError if a shard has no tables, or those of a newer version */
  async checkTables(): Promise<void> {
    const known = await this.ask((shards) =>
      Promise.all(shards.map(async ({ shard }) => ({ shard, meta: await readMeta(shard) }))),
    );
    for (const { shard, meta } of known) checkTables(shard.name, meta.version);
    checkDistinct(known);
    this.#findUnnamed(known);
  }

  /** While a shard is down, nobody knows whether it is the one that others know. */
  #findUnnamed(known: readonly KnownShard[]): void {
    const names = known.length < this.#all.length ? [] : missingShards(known);
    this.#unnamed = names.map((name) => ({
      message: `${name} belongs to the fleet too, but the address does not name it`,
    }));
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((shard) => shard.close()));
  }
}

/** Opens the fleet at a URL. @throws StoreError */
export async function openFleet(url: string, passwordFile?: string): Promise<Fleet> {
  const { isSecure, user, shards, database } = parseFleetAddress(url);
  const password = readPassword(passwordFile);
  const scheme = isSecure ? 'https' : 'http';
  const open = await Promise.all(
    shards.map(async (name) => {
      const client = await makeClient({ url: `${scheme}://${name}`, user, password, database });
      return new Shard(name, client, { user, password, database });
    }),
  );
  const fleet = new Fleet(database, open);
  try {
    await fleet.open();
    return fleet;
  } catch (error) {
    await fleet.close();
    throw error;
  }
}

function checkTables(name: string, version: number): void {
  if (version <= SCHEMA_VERSION) return;
  throw new StoreError(
    `${name}: found tables of version ${version}, expected at most ${SCHEMA_VERSION}; use a later synsum`,
  );
}

/** Returns the first number of the version. */
function checkServer(name: string, version: string): number {
  const [, major, minor] = VERSION.exec(version) ?? [];
  if (major === undefined) throw new StoreError(`${name}: found an answer that is not one of ClickHouse`);
  const isOld = Number(major) < OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) < OLDEST[1]);
  if (isOld) {
    throw new StoreError(`${name}: found ClickHouse ${version}, expected ${OLDEST.join('.')} or later`);
  }
  return Number(major);
}
