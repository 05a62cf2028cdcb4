// Asks a rule set what it does with a new TCP connection, as the kernel would: base chains by hook and priority, rules in
// order, `drop` final, `accept` final for its chain only. Where something is not known, it follows both ways and
// decides only if both lead to the same end.

import type { Chain, Place, Rule, Ruleset } from './model.js';
import { type Connection, CT_STATES, type Direction, type Packet, packetOf } from './packet.js';
import { doubtOrder, effectivePriority, findTies, PRIORITY, priorityOf, type Tie } from './ties.js';
import { UNKNOWN, UNNAMED } from './values.js';
import { sees, walkBase, walkOf } from './walk-chain.js';

/** The answer of a rule set. */
export interface Decision {
  readonly verdict: 'accept' | 'refuse' | 'undecided';
  /**
   * The rule or policy that refuses; if undecided, the part of a rule that is not understood; if accepted, the
   * first rule that accepts, or else a policy; absent if there is no chain.
   */
  readonly place: Place | undefined;
}

/** The hooks on the way, in their order. */
const HOOKS: Readonly<Record<Direction, readonly string[]>> = {
  forward: ['ingress', 'prerouting', 'forward', 'postrouting', 'egress'],
  input: ['ingress', 'prerouting', 'input'],
};
/** No interface has this name: the packet does not come from one, or does not leave. */
const NO_INTERFACE = '';

/** An evaluator for one direction. Each call of `decide` takes the time of the rules that it has to look at. */
export class Firewall {
  readonly #stages: readonly (readonly Chain[])[];
  readonly #ties: ReadonlyMap<Chain, Tie>;
  readonly #direction: Direction;

  constructor({ bases }: Ruleset, direction: Direction) {
    this.#direction = direction;
    this.#stages = HOOKS[direction].map((hook) =>
      bases
        .filter(({ base }) => base?.hook === hook)
        .sort((a, b) => effectivePriority(a) - effectivePriority(b) || priorityOf(a) - priorityOf(b)),
    );
    this.#ties = new Map(this.#stages.flatMap((chains) => [...findTies(chains)]));
  }

  /** Whether any chain sees connections of this direction. */
  get hasChains(): boolean {
    return this.#stages.some((chains) => chains.length > 0);
  }

  /** @param onAccept is called for each rule that accepts the connection, or may */
  decide(connection: Connection, onAccept?: (rule: Rule) => void): Decision {
    const packet = packetOf(connection);
    const walk = walkOf(packet, this.#direction, onAccept);
    const { iif, oif } = packet;
    let undecided: Place | undefined;
    let accepted: Place | undefined;
    for (const [stage, chains] of this.#stages.entries()) {
      const hook = HOOKS[this.#direction][stage] as string;
      // Kernels differ in whether they know by which interface a packet came once it leaves.
      packet.iif = hook === 'postrouting' || hook === 'egress' ? UNKNOWN : iif;
      const leaves = hook === 'forward' || hook === 'postrouting' || hook === 'egress';
      // With another destination, the packet may take another way.
      const isElsewhere = packet.destination !== packet.original.destination;
      packet.oif = leaves ? (isElsewhere ? UNNAMED : oif) : NO_INTERFACE;
      walk.hasNat = false;
      walk.natDoubt = undefined;
      let isLost = false;
      let tied: Tie | undefined;
      for (const chain of chains) {
        if (!sees(chain, packet)) continue;
        setTracking(packet, stage, priorityOf(chain));
        const tie = this.#ties.get(chain);
        if (tie !== undefined && tie !== tied) doubtOrder(tie, walk);
        tied = tie;
        if (chain.base?.isNat === true) {
          if (walk.hasNat || packet.isUntracked === 'yes') continue;
          if (packet.isUntracked === 'maybe') walk.natDoubt ??= walk.trackingDoubt;
        }
        const ends = walkBase(chain, walk);
        const isOpen = chain.base?.isOfDevice === true;
        if (ends.unknown === undefined && ends.accept === undefined && !isOpen) {
          return { verdict: 'refuse', place: ends.refuse };
        }
        if (ends.unknown !== undefined) isLost = true;
        if (ends.unknown !== undefined || ends.refuse !== undefined) {
          undecided ??= ends.unknown ?? (isOpen ? ends.refuse : ends.cause);
        } else if (accepted?.rule === undefined) accepted = ends.accept ?? accepted;
      }
      // The packet may not come to the next hook, so a refusal there is not certain.
      if (isLost) break;
    }
    return undecided === undefined
      ? { verdict: 'accept', place: accepted }
      : { verdict: 'undecided', place: undecided };
  }
}

/** Before the kernel has looked for the connection, its state is `invalid`: nft_ct.c. */
function setTracking(packet: Packet, stage: number, priority: number): void {
  if (packet.isTracked) return;
  const isEarly = stage === 0 || (stage === 1 && priority <= PRIORITY.conntrack);
  if (!isEarly) packet.isTracked = true;
  if (packet.isUntracked !== 'no') return;
  const state = isEarly ? CT_STATES.invalid : CT_STATES.new;
  packet.ctState = isEarly && priority === PRIORITY.conntrack ? UNKNOWN : (state as number);
}
