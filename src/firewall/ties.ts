// Chains of the same hook and priority run in the order in which they were registered, which a list does not show. That
// matters if one of them changes the packet, or if two of NAT want to.

import type { Chain } from './model.js';
import { forget, type Packet } from './packet.js';
import { sees, type Walk, walkBase, walkOf } from './walk-chain.js';

/** Two chains or more, in any order. */
export type Tie = readonly Chain[];

/** Finds the ties in the chains of a hook in which the order may matter. */
export function findTies(chains: readonly Chain[]): Map<Chain, Tie> {
  const groups = new Map<string, Chain[]>();
  for (const chain of chains) {
    const key = `${chain.base?.isNat} ${chain.base?.priority}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [chain]);
    else group.push(chain);
  }
  const ties = new Map<Chain, Tie>();
  for (const group of groups.values()) {
    if (group.length < 2 || !group.some(mayAct)) continue;
    for (const chain of group) ties.set(chain, group);
  }
  return ties;
}

/** Makes doubtful what depends on the order. The packet is about to enter the first chain of the tie. */
export function doubtOrder(tie: Tie, walk: Walk): void {
  const { packet, direction } = walk;
  const chains = tie.filter((chain) => sees(chain, packet));
  if (chains.length < 2) return;
  const places = chains.flatMap((chain) => {
    const trial = walkOf({ ...packet }, direction);
    const { unknown, refuse, accept } = walkBase(chain, trial);
    const place = unknown ?? refuse ?? accept;
    const isDone = trial.hasNat || trial.natDoubt !== undefined || isChanged(packet, trial.packet);
    const acts = isDone || (chain.base?.isNat === true && refuse !== undefined);
    return acts && place !== undefined ? [place] : [];
  });
  if (tie[0]?.base?.isNat === true) {
    // The first of them to act leaves nothing to the others.
    if (places.length > 1) walk.natDoubt ??= places[0];
  } else if (places.length > 0) {
    forget(packet);
    walk.trackingDoubt ??= places[0];
  }
}

function isChanged(packet: Packet, after: Packet): boolean {
  return (Object.keys(packet) as (keyof Packet)[]).some((field) => packet[field] !== after[field]);
}

/** Whether a chain, or one that it leads to, may change the packet. A map of verdicts may lead anywhere. */
function mayAct(base: Chain): boolean {
  const reached = new Set([base]);
  for (const chain of reached) {
    for (const step of chain.rules.flatMap(({ steps }) => steps)) {
      if (step.kind === 'change' || step.kind === 'nat' || step.kind === 'map') return true;
      if (step.kind !== 'verdict') continue;
      if (step.verdict.kind === 'unknown') return true;
      if ('chain' in step.verdict) reached.add(step.verdict.chain);
    }
  }
  return false;
}
