// Checks a fleet: that the rows of each batch add up to what was recorded, and the sums to what was added up.

import { countNoun } from '../../../text/count-noun.js';
import type { Verification } from '../../store.js';
import type { Fleet } from '../fleet.js';
import { findLive, type Live } from '../live.js';
import { ADDED_UP } from '../schema.js';

/** The most faults of a shard that are listed. */
const MAX_FAULTS = 20;

export async function verifyFleet(fleet: Fleet): Promise<Verification> {
  return fleet.ask(async (shards) => {
    const faults: string[] = [];
    let [batches, rows, synAcks, expected] = [0, 0, 0, 0];
    for (const live of await findLive(shards, { across: 'sum' })) {
      const counts = await countsOf(live);
      batches += counts.batches;
      rows += counts.rows;
      synAcks += counts.synAcks;
      expected += counts.expected;
      faults.push(...(await findFaults(live)).map((fault) => `${live.shard.name}: ${fault}`));
    }
    // A batch and its sums may be on different shards, so this is known of all together.
    if (faults.length === 0 && fleet.missing.length === 0 && synAcks !== expected) {
      faults.push(`found ${countNoun(synAcks, 'SYN-ACK')} in all rows, expected ${expected}`);
    }
    return { batches, rows, synAcks, faults };
  });
}

interface Counts {
  readonly batches: number;
  readonly rows: number;
  readonly synAcks: number;
  /** SYN-ACKs that its batches had, without those that were removed. */
  readonly expected: number;
}

async function countsOf({ shard, batches, parts }: Live): Promise<Counts> {
  const [recorded] = await shard.all(`SELECT count(), sum(row_syn_acks) FROM ${batches}`, (row) => ({
    batches: row.u64(),
    synAcks: row.u64(),
  }));
  const [counted] = await shard.all(`SELECT count(), sum(syn_acks) FROM uses WHERE ${parts}`, (row) => ({
    rows: row.u64(),
    synAcks: row.u64(),
  }));
  const [pruned = 0] = await shard.all(
    'SELECT sum(pruned) FROM (SELECT argMax(pruned_syn_acks, noted) AS pruned FROM rollups GROUP BY pushed) AS weeks',
    (row) => row.u64(),
  );
  return {
    batches: recorded?.batches ?? 0,
    rows: counted?.rows ?? 0,
    synAcks: counted?.synAcks ?? 0,
    expected: (recorded?.synAcks ?? 0) - pruned,
  };
}

async function findFaults({ shard, batches }: Live): Promise<string[]> {
  // Rows of weeks that were added up are those of no batch any more.
  const unequal = await shard.all(
    `SELECT any(source), any(row_syn_acks) AS expected, sum(counted) AS found, max(is_rolled) AS rolled
      FROM (SELECT batch, source, row_syn_acks, ${ADDED_UP} AS is_rolled,
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
