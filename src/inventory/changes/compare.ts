// Compares two inventories: machine by machine of the user's own machines, and port by port.

import { type Address, formatAddress } from '../../ip/address.js';
import type { Names } from '../../names/names.js';
import type { ExpectedPattern } from '../../names/patterns.js';
import { REMOTE } from '../../names/reserved-names.js';
import { compareBytes } from '../../text/compare-bytes.js';
import {
  type Evidence,
  isOpen,
  isSeen,
  knownByOf,
  type Machine,
  type Service,
  type Use,
  unite,
} from '../evidence.js';
import { labelOf, productFieldsOf, productOf, serviceLabelOf } from '../labels.js';
import type { ScannedPort } from '../scan.js';
import { type Judgements, judge } from '../verdicts/judge.js';
import { levelOf } from '../verdicts/verdict.js';
import {
  type Changes,
  type ClientsChange,
  DEFAULT_GONE_PROBABILITY,
  type MachineAt,
  type ServiceAt,
} from './changes.js';
import { judgeMissingMachine, judgeMissingService, seenIn, usesOf } from './missing.js';
import { type MachinePair, type Pair, pairMachines, pairServices } from './pairs.js';
import { RemoteBefore } from './remote-before.js';
import { type Sides, SilenceJudge } from './silence.js';
import { Suppressor } from './suppressor.js';

/** How inventories are compared. */
export interface CompareOptions {
  /** A service counts as gone if its silence has at most this probability, from 0 to 1. By default 0.05. */
  readonly goneProbability?: number;
  /** Also compares the clients of services. Off by default. */
  readonly clients?: boolean;
  /** Reports addresses and ports instead of names. Off by default. */
  readonly numeric?: boolean;
  /** Sorts addresses by number and before names, as people expect, instead of by text. Off by default. */
  readonly byAddress?: boolean;
  /** Changes to leave out, in addition to those that `names` expects. None by default. */
  readonly ignored?: readonly ExpectedPattern[];
}

/**
 * Compares two inventories, machine by machine of those that are local, named, or found by a scan.
 * @param before the baseline
 * @param names applied to both sides; the changes that they expect are left out
 */
export function compare(
  before: Evidence,
  after: Evidence,
  names: Names,
  {
    goneProbability = DEFAULT_GONE_PROBABILITY,
    clients = false,
    numeric = false,
    byAddress = false,
    ignored = [],
  }: CompareOptions = {},
): Changes {
  return compareSides({ before, after, goneProbability }, names, { clients, numeric, byAddress, ignored });
}

/** The settings of a comparison. */
export interface CompareSettings
  extends Required<Omit<CompareOptions, 'goneProbability' | 'numeric' | 'byAddress'>>,
    Pick<CompareOptions, 'numeric' | 'byAddress'> {
  /** Leaves out new services, machines and clients that this part of the compared captures does not show. */
  readonly shownIn?: Evidence;
}

export function compareSides(sides: Sides, names: Names, settings: CompareSettings): Changes {
  const comparison = new Comparison(sides, names, settings);
  for (const pair of pairMachines(sides.before, sides.after, names, settings)) {
    comparison.addMachine(pair);
    for (const services of pairServices(pair)) comparison.addService(pair, services);
  }
  return comparison.changes;
}

/** The lists of the changes, while they grow. */
type Growing = {
  -readonly [List in Exclude<keyof Changes, 'remoteBefore'>]: Changes[List] extends readonly (infer Change)[]
    ? Change[]
    : number;
} & { readonly remoteBefore: (MachineAt & { readonly services: ServiceAt[] })[] };

class Comparison {
  readonly changes: Growing = {
    added: [],
    gone: [],
    changed: [],
    newMachines: [],
    goneMachines: [],
    clients: [],
    unseen: [],
    answered: [],
    remoteBefore: [],
    suppressed: 0,
  };
  readonly #sides: Sides;
  readonly #names: Names;
  readonly #silence: SilenceJudge;
  readonly #remoteBefore: RemoteBefore;
  readonly #settings: CompareSettings;
  readonly #suppressor: Suppressor;
  /** Whether services were used in the baseline, and are now. */
  readonly #used: { readonly before: Judgements; readonly after: Judgements };

  constructor(sides: Sides, names: Names, settings: CompareSettings) {
    this.#sides = sides;
    this.#names = names;
    this.#silence = new SilenceJudge(sides);
    this.#remoteBefore = new RemoteBefore(sides.before, names);
    this.#settings = settings;
    this.#suppressor = new Suppressor(names, settings.ignored);
    this.#used = { before: judge(sides.before, names), after: judge(sides.after, names) };
  }

  addMachine({ at, address, before, after }: MachinePair): void {
    const { newMachines, goneMachines } = this.changes;
    const found = isPresent(after, this.#sides.after) ? after : undefined;
    if (before === undefined) {
      if (found === undefined || !this.#isShown(address) || this.#onlyAnswered(found)) return;
      if (this.#remoteBefore.mayHaveBeen(found)) {
        this.#noteRemote(at, address);
        return;
      }
      const seen = unite(found.passive, found.active);
      this.#report(newMachines, { ...at, ...seen, known: knownByOf(found) }, address);
    } else if (isPresent(before, this.#sides.before)) {
      const uses = this.#expectedOf(before);
      const { absence } =
        found === undefined
          ? judgeMissingMachine(before, uses, this.#sides, this.#silence)
          : this.#silence.judgeSeen(uses, seenIn(usesOf(found)));
      if (absence === undefined) return;
      const seen = [before.active, found?.passive ?? before.passive].reduce(unite, before.passive);
      this.#report(goneMachines, { ...at, ...seen, absence }, address);
    }
  }

  addService(machines: MachinePair, { before, after }: Pair<Service>): void {
    if (before === undefined) {
      if (after !== undefined) this.#noteAdded(machines, after);
    } else if (after === undefined) {
      this.#noteMissing(machines, before);
    } else if (isUnused(before, this.#used.before)) {
      if (!this.#isUncertain(after)) this.#noteAdded(machines, after, true);
    } else {
      this.#noteSilent(machines, before, after);
      this.#noteVersion(machines, before, after);
      if (this.#settings.clients) this.#noteClients(machines, before, after);
    }
  }

  /** `answeredBefore`: the baseline has it, but nobody used it then. */
  #noteAdded({ at, address }: MachinePair, service: Service, answeredBefore = false): void {
    if (!this.#isShown(address, service)) return;
    if (this.#remoteBefore.mayHaveOffered(service)) {
      this.#noteRemote(at, address, service);
      return;
    }
    const { connections, passive, active } = service;
    const judgement = this.#used.after.ofService(service.uses);
    const seen = { ...this.#describe(at, service), connections, ...unite(passive, active) };
    if (judgement !== undefined && this.#isUncertain(service)) {
      if (!this.#suppressor.suppresses(address, service)) this.changes.answered.push({ ...seen, judgement });
      return;
    }
    const added = {
      ...seen,
      known: knownByOf(service),
      judgement,
      ...(answeredBefore && { answeredBefore }),
    };
    this.#report(this.changes.added, added, address, service);
  }

  /** Whether nobody used a new machine: it only answered, as to a scan, or others answered to its forged address. */
  #onlyAnswered({ active, offered, used }: Machine): boolean {
    return (
      !isSeen(active) &&
      offered.every((service) => this.#isUncertain(service)) &&
      used.every(({ use }) => this.#isForged(use))
    );
  }

  /** Whether nobody used a new service, or perhaps only a scan touched it. */
  #isUncertain(service: Service): boolean {
    const { after } = this.#used;
    return isUnused(service, after) || (!isSeen(service.active) && after.isOnlyScanned(service.uses));
  }

  /** Whether a client never answered, or its packets look as if its address was forged. A scanner does exist. */
  #isForged(use: Use): boolean {
    const judgement = this.#used.after.ofUse(use);
    if (judgement === undefined) return false;
    const { verdict, of } = judgement;
    if (verdict === 'uncertain') return of > 0 && !this.#used.after.isOnlyScanned([use]);
    return verdict === 'unanswered' || verdict === 'backscatter';
  }

  #noteMissing({ at, address, before: machine }: MachinePair, service: Service): void {
    // Nothing is missing if nobody used it.
    if (isUnused(service, this.#used.before)) return;
    const judgement = judgeMissingService(service, machine as Machine, this.#sides, this.#silence);
    const { absence, expected, observed } = judgement;
    const missing = { ...this.#describe(at, service), ...unite(service.passive, service.active) };
    if (absence !== undefined) {
      this.#report(this.changes.gone, { ...missing, absence }, address, service);
    } else if (!this.#suppressor.suppresses(address, service)) {
      this.changes.unseen.push({ ...missing, expected, observed });
    }
  }

  /** The uses that are expected to go on: a scan that touched the machine need not come again. */
  #expectedOf(machine: Machine): Use[] {
    return usesOf(machine).filter((use) => {
      const judgement = this.#used.before.ofUse(use);
      return judgement === undefined || levelOf(judgement.verdict) !== 'no';
    });
  }

  /** A machine, or a service of it, that may be one of the remote machines of the baseline. */
  #noteRemote(at: MachineAt, address: Address, service?: Service): void {
    if (this.#suppressor.suppresses(address, service)) return;
    const { remoteBefore } = this.changes;
    const known = remoteBefore.at(-1);
    const machine = known?.address === at.address ? known : { ...at, services: [] };
    if (machine !== known) remoteBefore.push(machine);
    if (service !== undefined) machine.services.push(this.#describe(at, service));
  }

  /** A service that was seen after the baseline, and has been silent since then. */
  #noteSilent({ at, address }: MachinePair, before: Service, after: Service): void {
    const { absence } = this.#silence.judgeSeen(before.uses, seenIn(after.uses));
    if (absence === undefined) return;
    const seen = [before.active, after.passive].reduce(unite, before.passive);
    this.#report(this.changes.gone, { ...this.#describe(at, before), ...seen, absence }, address, before);
  }

  #noteVersion({ at, address }: MachinePair, before: Service, after: Service): void {
    const [was, is] = [before.finding?.port, after.finding?.port];
    if (!isOtherVersion(was, is)) return;
    const versions = { before: versionOf(was), after: versionOf(is) };
    this.#report(this.changes.changed, { ...this.#describe(at, after), ...versions }, address, after);
  }

  #noteClients({ at, address }: MachinePair, before: Service, after: Service): void {
    const change = this.#compareClients(before, after);
    if (change === undefined) return;
    this.#report(this.changes.clients, { ...this.#describe(at, after), ...change }, address, after);
  }

  #compareClients(before: Service, after: Service): Pick<ClientsChange, 'added' | 'gone'> | undefined {
    // Scans do not find clients.
    if (before.connections === 0 && this.#sides.before.observed === 0) return undefined;
    const [old, now] = [this.#groupByClient(before), this.#groupByClient(after)];
    const { shownIn } = this.#settings;
    const shown = shownIn === undefined ? now : this.#groupByClient(findIn(shownIn, after));
    const others = [...now].filter(([client]) => !old.has(client));
    const hadRemote = before.uses.some(({ client }) => client === undefined);
    const remote = new Set(
      others
        .filter(([, uses]) => hadRemote && this.#remoteBefore.mayBeClient(uses))
        .map(([client]) => client),
    );
    const added = others
      .map(([client]) => client)
      .filter((client) => shown.has(client) && !remote.has(client));
    const gone = [...old]
      // Clients that were remote may be all that the baseline has of remote ones.
      .filter(([client]) => !now.has(client) && !(client === REMOTE && remote.size > 0))
      .filter(([, uses]) => this.#silence.judge(uses).absence !== undefined)
      .map(([client]) => client);
    if (added.length === 0 && gone.length === 0) return undefined;
    return { added: added.sort(compareBytes), gone: gone.sort(compareBytes) };
  }

  /** Groups the uses of a service by name or address of the client. */
  #groupByClient(service: Service | undefined): ReadonlyMap<string, Use[]> {
    const groups = new Map<string, Use[]>();
    for (const use of service?.uses ?? []) {
      const label = labelOf(use.client, this.#names, false, this.#settings.numeric);
      const group = groups.get(label);
      if (group === undefined) groups.set(label, [use]);
      else group.push(use);
    }
    return groups;
  }

  /** Whether to report a new machine or service. */
  #isShown(address: Address, service?: Service): boolean {
    const { shownIn } = this.#settings;
    if (shownIn === undefined) return true;
    return service === undefined
      ? shownIn.machines.has(formatAddress(address))
      : findIn(shownIn, service) !== undefined;
  }

  /** Adds a change to its list, unless it is suppressed. */
  #report<Change>(list: Change[], change: Change, address: Address, service?: Service): void {
    if (this.#suppressor.suppresses(address, service)) this.changes.suppressed += 1;
    else list.push(change);
  }

  #describe(at: MachineAt, service: Service): ServiceAt {
    const { port, protocol, finding } = service;
    return {
      ...at,
      port,
      protocol,
      service: serviceLabelOf(service, this.#names, this.#settings.numeric),
      ...productFieldsOf(finding?.port),
    };
  }
}

/**
 * Whether a machine is present, as far as is known: one that was up once may be down in the last scan that
 * looked for it.
 */
function isPresent(machine: Machine | undefined, { scans }: Evidence): machine is Machine {
  return (
    machine !== undefined &&
    (isSeen(machine.passive) || scans.machineFindingOf(machine.address)?.isUp !== false)
  );
}

/** Whether captures show that a service was not used, though it answered, and no scan found it. */
function isUnused({ uses, active }: Service, judgements: Judgements): boolean {
  const judgement = judgements.ofService(uses);
  return judgement !== undefined && !isSeen(active) && levelOf(judgement.verdict) === 'no';
}

/** Compares only what both scans report: a scan without version detection says nothing about versions. */
function isOtherVersion(one: ScannedPort | undefined, other: ScannedPort | undefined): boolean {
  if (one === undefined || other === undefined || !isOpen(one) || !isOpen(other)) return false;
  const isOther = (a: string | undefined, b: string | undefined): boolean =>
    a !== undefined && b !== undefined && a !== b;
  return (
    isOther(one.product, other.product) ||
    isOther(one.version, other.version) ||
    isOther(one.extra, other.extra) ||
    (one.isProbed === true && other.isProbed === true && isOther(one.service, other.service))
  );
}

function versionOf(port: ScannedPort | undefined): string {
  return [port?.service, productOf(port)].filter(Boolean).join(' ');
}

function findIn({ machines }: Evidence, { address, protocol, port }: Service): Service | undefined {
  const machine = address && machines.get(formatAddress(address));
  return machine?.offered.find((service) => service.protocol === protocol && service.port === port);
}
