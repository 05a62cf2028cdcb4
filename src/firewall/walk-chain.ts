// Follows a packet through the rules of a chain, and of those that it jumps to. Where something is not known, it follows both
// ways, and a change of the packet is not certain.

import type { Chain, Place, Rule, Step, Verdict } from './model.js';
import { type Direction, forget, type Packet } from './packet.js';

/** The kernel's limit for chains in chains, jumps and gotos alike: NFT_JUMP_STACK_SIZE. */
const MAX_DEPTH = 16;
/** Rules looked at for one connection. A rule set with a rule for each of 20,000 flows needs 20,000. */
const MAX_STEPS = 2_000_000;

/** The ends that are possible for a packet in a chain, each with the first place that leads there. */
export interface Ends {
  accept?: Place | undefined;
  refuse?: Place | undefined;
  unknown?: Place | undefined;
  /** Whether the packet may come back from the chain. */
  returns: boolean;
  /** The first part of a rule of which it is not known whether it matches, if a verdict depends on it. */
  cause?: Place | undefined;
}

/** A packet on its way through the chains of a hook. */
export interface Walk {
  readonly packet: Packet;
  readonly direction: Direction;
  steps: number;
  /** The first part of a rule because of which it is not known whether the packet comes to the current rule. */
  doubt: Place | undefined;
  /** Whether NAT has chosen the address, so that the other chains of NAT are skipped. */
  hasNat: boolean;
  /** The first part of a rule because of which it is not known whether it has. */
  natDoubt: Place | undefined;
  /** The first part of a rule because of which it is not known whether the connection is tracked. */
  trackingDoubt: Place | undefined;
  readonly onAccept: ((rule: Rule) => void) | undefined;
}

/** @param onAccept is called for each rule that accepts the packet, or may */
export function walkOf(packet: Packet, direction: Direction, onAccept?: (rule: Rule) => void): Walk {
  return {
    packet,
    direction,
    steps: 0,
    doubt: undefined,
    hasNat: false,
    natDoubt: undefined,
    trackingDoubt: undefined,
    onAccept,
  };
}

export function sees({ family }: Chain, packet: Packet): boolean {
  return family !== (packet.family === 4 ? 'ip6' : 'ip');
}

/** Follows the packet through a chain that belongs to a hook. */
export function walkBase(chain: Chain, walk: Walk): Ends {
  // Another chain of NAT may have chosen the address, or the packet is of another device: then it does not come here.
  const natDoubt = chain.base?.isNat === true ? walk.natDoubt : undefined;
  const doubt = natDoubt ?? (chain.base?.isOfDevice === true ? placeOf(chain, 'device') : undefined);
  walk.doubt = doubt;
  const ends = walkChain(chain, walk, 0);
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

function walkChain(chain: Chain, walk: Walk, depth: number): Ends {
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
    if (!walkRule(rule, ends, walk, depth)) return ends;
  }
  ends.returns = true;
  return ends;
}

/** Returns whether the packet may come to the next rule. */
function walkRule(rule: Rule, ends: Ends, walk: Walk, depth: number): boolean {
  const { packet, direction } = walk;
  let cause: Place | undefined;
  for (const step of rule.steps) {
    switch (step.kind) {
      case 'match': {
        const answer = step.test(packet);
        if (answer === 'no') return true;
        if (answer === 'maybe') cause ??= at(rule, step);
        break;
      }
      case 'change': {
        const doubt = cause ?? walk.doubt;
        step.change(packet, doubt === undefined);
        if (packet.isUntracked === 'maybe') walk.trackingDoubt ??= doubt ?? at(rule, step);
        break;
      }
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
          else if (conclude(verdict, rule, step, doubt, ends, walk, depth)) goesOn = true;
        }
        // Only `continue` leads to the next statement.
        if (isOver) return goesOn;
        if (goesOn || !isOne) cause ??= at(rule, step);
        break;
      }
      case 'verdict':
        if (step.verdict.kind === 'continue') break;
        return conclude(step.verdict, rule, step, cause, ends, walk, depth);
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
      walk.trackingDoubt ??= ends.unknown;
      return true;
    case 'jump':
    case 'goto': {
      const before = walk.doubt;
      walk.doubt ??= doubt;
      const inner = walkChain(verdict.chain, walk, depth + 1);
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
