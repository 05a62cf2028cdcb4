// Chains of the same hook and priority run in the order in which they were registered, which a list does not show. That
// matters if one of them changes the packet, or if two of NAT want to.

import type { Chain } from './model.js';
import { forget, type Packet } from './packet.js';
import { sees, type Walk, walkBase, walkOf } from './walk-chain.js';

/** Priorities at which the kernel itself acts: NF_IP_PRI_CONNTRACK, _NAT_DST and _NAT_SRC of linux/netfilter_ipv4.h. */
export const PRIORITY = { conntrack: -200, dnat: -100, snat: 100 } as const;

/** Two chains or more, in any order. */
export type Tie = readonly Chain[];

/** Finds the ties in the chains of a hook in which the order may matter. */
export function findTies(chains: readonly Chain[]): Map<Chain, Tie> {
  const groups = new Map<string, Chain[]>();
  // A chain at the priority of NAT itself comes before all chains of NAT or after them.
  const mixed = new Set(chains.filter(({ base }) => base?.isNat === false).map(priorityOf));
  for (const chain of chains) {
    const priority = effectivePriority(chain);
    const key = mixed.has(priority) ? `${priority}` : `${priority} ${priorityOf(chain)}`;
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
  const isOfNat = chains.every(({ base }) => base?.isNat === true);
  // The first of NAT to act leaves nothing to the others.
  if (places.length > (isOfNat ? 1 : 0)) {
    walk.natDoubt ??= places[0];
    if (isOfNat) return;
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

/** Chains of NAT run where the kernel does NAT, whatever their priority among each other. */
export function effectivePriority(chain: Chain): number {
  const { base } = chain;
  if (base?.isNat !== true) return priorityOf(chain);
  return base.hook === 'prerouting' || base.hook === 'output' ? PRIORITY.dnat : PRIORITY.snat;
}

export function priorityOf({ base }: Chain): number {
  return base?.priority ?? 0;
}
