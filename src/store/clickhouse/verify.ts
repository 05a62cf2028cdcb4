// Checks a fleet: that the rows of each batch add up to what was recorded, and the sums to what was added up.

import { countNoun } from '../../text/count-noun.js';
import type { Verification } from '../store.js';
import type { Fleet } from './fleet.js';
import { findLive, type Live } from './live.js';

/** The most faults of a shard that are listed. */
const MAX_FAULTS = 20;

export async function verifyFleet(fleet: Fleet): Promise<Verification> {
  return fleet.ask(async (shards) => {
    const faults: string[] = [];
    let [batches, rows, synAcks] = [0, 0, 0];
    for (const live of await findLive(shards, { across: 'sum' })) {
      const counts = await countsOf(live);
      batches += counts.batches;
      rows += counts.rows;
      synAcks += counts.synAcks;
      faults.push(...(await findFaults(live)).map((fault) => `${live.shard.name}: ${fault}`));
    }
    return { batches, rows, synAcks, faults };
  });
}

async function countsOf({
  shard,
  batches,
  parts,
}: Live): Promise<{ batches: number; rows: number; synAcks: number }> {
  const [recorded = 0] = await shard.all(`SELECT count() FROM ${batches}`, (row) => row.u64());
  const [counted] = await shard.all(`SELECT count(), sum(syn_acks) FROM uses WHERE ${parts}`, (row) => ({
    rows: row.u64(),
    synAcks: row.u64(),
  }));
  return { batches: recorded, ...(counted ?? { rows: 0, synAcks: 0 }) };
}

async function findFaults({ shard, batches }: Live): Promise<string[]> {
  // Rows of weeks that were added up are those of no batch any more.
  const unequal = await shard.all(
    `SELECT any(source), any(row_syn_acks) AS expected, sum(counted) AS found, max(is_rolled) AS rolled
      FROM (SELECT batch, source, row_syn_acks, toMonday(toDateTime(committed)) IN (SELECT pushed FROM rollups)
          OR toMonday(toDateTime(committed - 86400)) IN (SELECT pushed FROM rollups) AS is_rolled,
          arrayJoin(parts) AS part FROM ${batches}) AS recorded
        ANY LEFT JOIN (SELECT part, sum(syn_acks) AS counted FROM uses WHERE part != 0 GROUP BY part) AS held USING part
      GROUP BY batch HAVING found > expected OR (found < expected AND rolled = 0) LIMIT ${MAX_FAULTS}`,
    (row) => ({ source: row.text(), expected: row.u64(), found: row.u64(), rolled: row.u8() }),
  );
  const sums = await shard.all(
    `SELECT toString(pushed), expected, found FROM
        (SELECT pushed, sum(syn_acks) AS found FROM uses GROUP BY pushed HAVING max(part) = 0) AS sums
      ANY INNER JOIN (SELECT pushed, argMax(syn_acks, noted) AS expected FROM rollups GROUP BY pushed) AS noted_sums USING pushed
      WHERE found != expected LIMIT ${MAX_FAULTS}`,
    (row) => ({ week: row.text(), expected: row.u64(), found: row.u64() }),
  );
  return [
    ...unequal.map(
      ({ source, expected, found }) =>
        `${source}: found ${countNoun(found, 'SYN-ACK')} in rows, expected ${expected}`,
    ),
    ...sums.map(
      ({ week, expected, found }) =>
        `the week of ${week}: found ${countNoun(found, 'SYN-ACK')} in sums, expected ${expected}`,
    ),
  ];
}
