// Asks a rule set what it does with a new TCP connection, as the kernel would: base chains by hook and priority, rules in
// order, `drop` final, `accept` final for its chain only. Where something is not known, it follows both ways and
// decides only if both lead to the same end.

import type { Chain, Place, Rule, Ruleset, Step, Verdict } from './model.js';
import { type Connection, CT_STATES, type Direction, forget, type Packet, packetOf } from './packet.js';
import { UNKNOWN, UNNAMED } from './values.js';

/** The answer of a rule set. */
export interface Decision {
  readonly verdict: 'accept' | 'refuse' | 'undecided';
  /**
   * The rule or policy that refuses; if undecided, the part of a rule that is not understood; if accepted, the
   * first rule that accepts, or else a policy; absent if there is no chain.
   */
  readonly place: Place | undefined;
}

/** The kernel's limit for chains in chains, jumps and gotos alike: NFT_JUMP_STACK_SIZE. */
const MAX_DEPTH = 16;
/** Rules looked at for one connection. A rule set with a rule for each of 20,000 flows needs 20,000. */
const MAX_STEPS = 2_000_000;

/** The hooks on the way, in their order. */
const HOOKS: Readonly<Record<Direction, readonly string[]>> = {
  forward: ['ingress', 'prerouting', 'forward', 'postrouting', 'egress'],
  input: ['ingress', 'prerouting', 'input'],
};
/** Priorities at which the kernel itself acts: NF_IP_PRI_CONNTRACK, _NAT_DST and _NAT_SRC of linux/netfilter_ipv4.h. */
const PRIORITY = { conntrack: -200, dnat: -100, snat: 100 } as const;
/** No interface has this name: the packet does not come from one, or does not leave. */
const NO_INTERFACE = '';

/** The ends that are possible for a packet in a chain, each with the first place that leads there. */
interface Ends {
  accept?: Place | undefined;
  refuse?: Place | undefined;
  unknown?: Place | undefined;
  /** Whether the packet may come back from the chain. */
  returns: boolean;
  /** The first part of a rule of which it is not known whether it matches, if a verdict depends on it. */
  cause?: Place | undefined;
}

interface Walk {
  readonly packet: Packet;
  steps: number;
  /** The first part of a rule because of which it is not known whether the packet comes to the current rule. */
  doubt: Place | undefined;
  /** Whether NAT has chosen the address, so that the other chains of NAT are skipped. */
  hasNat: boolean;
  /** The first part of a rule because of which it is not known whether it has. */
  natDoubt: Place | undefined;
  readonly onAccept: ((rule: Rule) => void) | undefined;
}

/** An evaluator for one direction. Each call of `decide` takes the time of the rules that it has to look at. */
export class Firewall {
  readonly #stages: readonly (readonly Chain[])[];
  readonly #direction: Direction;

  constructor({ bases }: Ruleset, direction: Direction) {
    this.#direction = direction;
    this.#stages = HOOKS[direction].map((hook) =>
      bases
        .filter(({ base }) => base?.hook === hook)
        .sort((a, b) => effectivePriority(a) - effectivePriority(b) || priorityOf(a) - priorityOf(b)),
    );
  }

  /** Whether any chain sees connections of this direction. */
  get hasChains(): boolean {
    return this.#stages.some((chains) => chains.length > 0);
  }

  /** @param onAccept is called for each rule that accepts the connection, or may */
  decide(connection: Connection, onAccept?: (rule: Rule) => void): Decision {
    const packet = packetOf(connection);
    const walk: Walk = { packet, steps: 0, doubt: undefined, hasNat: false, natDoubt: undefined, onAccept };
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
      for (const chain of chains) {
        if (!sees(chain, packet)) continue;
        if (chain.base?.isNat === true && walk.hasNat) continue;
        setTracking(packet, stage, priorityOf(chain));
        const ends = walkBase(chain, walk, this.#direction);
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

/** Chains of NAT run where the kernel does NAT, whatever their priority among each other. */
function effectivePriority(chain: Chain): number {
  const { base } = chain;
  if (base?.isNat !== true) return priorityOf(chain);
  return base.hook === 'prerouting' || base.hook === 'output' ? PRIORITY.dnat : PRIORITY.snat;
}

function priorityOf({ base }: Chain): number {
  return base?.priority ?? 0;
}

function sees({ family }: Chain, packet: Packet): boolean {
  return family !== (packet.family === 4 ? 'ip6' : 'ip');
}

/** Before the kernel has looked for the connection, its state is `invalid`: nft_ct.c. */
function setTracking(packet: Packet, stage: number, priority: number): void {
  if (packet.isTracked) return;
  const isEarly = stage === 0 || (stage === 1 && priority <= PRIORITY.conntrack);
  const isUntracked = packet.ctState === CT_STATES.untracked || packet.ctState === UNKNOWN;
  if (isEarly) {
    if (!isUntracked)
      packet.ctState = priority === PRIORITY.conntrack ? UNKNOWN : (CT_STATES.invalid as number);
    return;
  }
  packet.isTracked = true;
  if (!isUntracked) packet.ctState = CT_STATES.new as number;
}

function walkBase(chain: Chain, walk: Walk, direction: Direction): Ends {
  // Another chain of NAT may have chosen the address, and then the packet does not come here.
  const doubt = chain.base?.isNat === true ? walk.natDoubt : undefined;
  walk.doubt = doubt;
  const ends = walkChain(chain, walk, direction, 0);
  if (ends.returns) {
    const { base, family, table, name } = chain;
    const policy = base?.policy ?? 'accept';
    const text = `policy ${policy === 'accept' ? 'accept' : 'drop'}`;
    ends[policy] ??= { family, table, chain: name, text };
  }
  ends.accept ??= doubt;
  ends.cause ??= doubt;
  return ends;
}

function walkChain(chain: Chain, walk: Walk, direction: Direction, depth: number): Ends {
  const ends: Ends = { returns: false };
  if (depth > MAX_DEPTH) {
    ends.unknown = placeOf(chain, `more than ${MAX_DEPTH} chains in one another`);
    return ends;
  }
  for (const rule of chain.rules) {
    walk.steps += 1;
    if (walk.steps > MAX_STEPS) {
      ends.unknown ??= placeOf(chain, `more than ${MAX_STEPS} rules for one connection`);
      return ends;
    }
    if (!walkRule(rule, ends, walk, direction, depth)) return ends;
  }
  ends.returns = true;
  return ends;
}

/** Returns whether the packet may come to the next rule. */
function walkRule(rule: Rule, ends: Ends, walk: Walk, direction: Direction, depth: number): boolean {
  const { packet } = walk;
  let cause: Place | undefined;
  for (const step of rule.steps) {
    switch (step.kind) {
      case 'match': {
        const answer = step.test(packet);
        if (answer === 'no') return true;
        if (answer === 'maybe') cause ??= at(rule, step);
        break;
      }
      case 'change':
        step.change(packet, cause === undefined && walk.doubt === undefined);
        break;
      case 'nat': {
        const doubt = cause ?? walk.doubt;
        step.change(packet, doubt === undefined);
        ends.cause ??= doubt;
        const { isRerouted } = step;
        const isDoubtful = doubt !== undefined || direction === 'input';
        if (isRerouted === 'yes' || (isRerouted === 'maybe' && isDoubtful)) {
          // The packet may go another way than the one that was asked about.
          ends.unknown ??= at(rule, step);
        } else ends.accept ??= rule.place;
        if (doubt === undefined) walk.hasNat = true;
        else walk.natDoubt ??= doubt;
        walk.doubt ??= cause;
        return cause !== undefined;
      }
      case 'map': {
        const { data, mayMiss } = step.find(packet);
        if (data.length === 0) return true;
        const isOne = data.length === 1 && !mayMiss;
        const doubt = cause ?? (isOne ? undefined : at(rule, step));
        let goesOn = mayMiss || cause !== undefined;
        let isOver = true;
        for (const verdict of new Set(data)) {
          if (verdict.kind === 'continue') isOver = false;
          else if (conclude(verdict, rule, step, doubt, ends, walk, direction, depth)) goesOn = true;
        }
        // Only `continue` leads to the next statement.
        if (isOver) return goesOn;
        if (goesOn || !isOne) cause ??= at(rule, step);
        break;
      }
      case 'verdict':
        if (step.verdict.kind === 'continue') break;
        return conclude(step.verdict, rule, step, cause, ends, walk, direction, depth);
    }
  }
  return true;
}

/**
 * Notes the end that a verdict leads to. Returns whether the packet may come to the next rule: without a doubt about the
 * rule, only if the verdict brings it back.
 */
function conclude(
  verdict: Verdict,
  rule: Rule,
  step: Step,
  doubt: Place | undefined,
  ends: Ends,
  walk: Walk,
  direction: Direction,
  depth: number,
): boolean {
  ends.cause ??= doubt;
  const mayGoOn = doubt !== undefined;
  switch (verdict.kind) {
    case 'accept':
      ends.accept ??= rule.place;
      walk.onAccept?.(rule);
      walk.doubt ??= doubt;
      return mayGoOn;
    case 'refuse':
      ends.refuse ??= rule.place;
      return mayGoOn;
    case 'return':
      ends.returns = true;
      walk.doubt ??= doubt;
      return mayGoOn;
    case 'unknown':
      forget(walk.packet);
      ends.unknown ??= at(rule, step);
      walk.doubt ??= ends.unknown;
      walk.natDoubt ??= ends.unknown;
      return true;
    case 'jump':
    case 'goto': {
      const before = walk.doubt;
      walk.doubt ??= doubt;
      const inner = walkChain(verdict.chain, walk, direction, depth + 1);
      // Those that the chain refuses are gone, and those that return from it are here again.
      const mayStay = inner.accept !== undefined || inner.unknown !== undefined;
      const left =
        verdict.kind === 'goto' ? doubt : mayStay ? (inner.cause ?? doubt ?? inner.unknown) : undefined;
      walk.doubt = before ?? left;
      ends.cause ??= inner.cause;
      ends.accept ??= inner.accept;
      ends.refuse ??= inner.refuse;
      ends.unknown ??= inner.unknown;
      if (verdict.kind === 'jump') return mayGoOn || inner.returns;
      if (inner.returns) ends.returns = true;
      return mayGoOn;
    }
    default:
      return true;
  }
}

function at({ place }: Rule, { text }: Step): Place {
  return { ...place, text };
}

function placeOf({ family, table, name }: Chain, text: string): Place {
  return { family, table, chain: name, text };
}
