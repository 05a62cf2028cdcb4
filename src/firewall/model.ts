// A rule set as a program: tables hold chains of rules, and a rule is a row of steps.

import type { Found } from './elements.js';
import type { Packet } from './packet.js';
import type { Answer } from './values.js';

/** Where a rule stands. Names and text may come from outside: escape them before you show them. */
export interface Place {
  /** Such as `inet`. */
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  /** The number of the rule in its chain, from 1; absent for the chain's policy. */
  readonly rule?: number;
  /** The kernel's handle of the rule, with which `nft delete rule` names it. */
  readonly handle?: number | undefined;
  /** The rule or the part of it, as text, or `policy drop`. */
  readonly text: string;
  /** The rule's comment. */
  readonly comment?: string | undefined;
}

/** The verdicts of nft that matter here; `unknown` may be any. */
export type Verdict =
  | { readonly kind: 'accept' | 'refuse' | 'return' | 'continue' | 'unknown' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: Chain };

/** One statement of a rule. */
export type Step =
  | { readonly kind: 'match'; readonly text: string; readonly test: (packet: Packet) => Answer }
  | { readonly kind: 'verdict'; readonly text: string; readonly verdict: Verdict }
  | { readonly kind: 'map'; readonly text: string; readonly find: (packet: Packet) => Found<Verdict> }
  /** Changes the packet; `isCertain` if the rule certainly matches. */
  | {
      readonly kind: 'change';
      readonly text: string;
      readonly change: (packet: Packet, isCertain: boolean) => void;
    }
  /** The same, and then accepts; `isRerouted` if the packet may take another way, as only its destination decides. */
  | {
      readonly kind: 'nat';
      readonly text: string;
      readonly isRerouted: 'yes' | 'no' | 'maybe';
      readonly change: (packet: Packet, isCertain: boolean) => void;
    };

export interface Rule {
  readonly place: Place;
  readonly steps: readonly Step[];
}

/** A chain that packets come to by a hook of the kernel. */
export interface Base {
  readonly hook: string;
  readonly isNat: boolean;
  readonly priority: number;
  readonly policy: 'accept' | 'refuse';
  /** Whether it sees only the packets of devices, which are not known. */
  readonly isOfDevice: boolean;
}

export interface Chain {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  /** Absent if only other rules lead to it. */
  readonly base?: Base | undefined;
  readonly rules: readonly Rule[];
}

export interface Ruleset {
  /** All chains that belong to a hook, in the order of the rule set. Those of tables that are switched off are left out. */
  readonly bases: readonly Chain[];
  readonly rules: number;
}
