// Asks a firewall about everything that an inventory knows: what is in use must pass, and what nobody uses need not.

import { Firewall } from '../../firewall/evaluate.js';
import type { Place, Rule, Ruleset } from '../../firewall/model.js';
import type { Connection, Direction } from '../../firewall/packet.js';
import { type Address, type AddressRange, formatAddress } from '../../ip/address.js';
import { complementOf, mergeRanges } from '../../ip/merge-ranges.js';
import type { Names } from '../../names/names.js';
import { handshakesOf } from '../../tally/row-evidence.js';
import { compareBytes } from '../../text/compare-bytes.js';
import { describeEndpoint, type Endpoint, REMOTE, UNKEPT_ENDPOINT } from '../endpoints.js';
import { type Evidence, isOpen, type Service, type Use } from '../evidence.js';
import { type Filter, filterEvidence, isFiltering } from '../filter.js';
import { serviceNameOf } from '../labels.js';
import { judge } from '../verdicts/judge.js';
import { isUse, type Judgement, levelOf, type Only } from '../verdicts/verdict.js';

export interface CheckOptions extends Filter {
  /** Which connections count as use: those that certainly are (`yes`), also those that may be (`maybe`), or all. */
  readonly accept: Only;
  /** Only uses with at least this number of handshakes count; those of remote machines add up, as for the rules. */
  readonly minHandshakes?: number;
  readonly direction: Direction;
  /** The interfaces of all connections, if they are known. */
  readonly iif?: string | undefined;
  readonly oif?: string | undefined;
}

/**
 * `refused`: in use, and the firewall refuses it. `undecided`: in use, and the firewall may refuse it. `open`: not in use,
 * and the firewall lets it through, or may. `unused rule`: a rule that accepts nothing that is in use; not found where a
 * filter leaves out what may be using it.
 */
type FindingKind = 'refused' | 'undecided' | 'open' | 'unused rule';

export interface Finding {
  readonly kind: FindingKind;
  /** The connection: absent for rules. */
  readonly use?: CheckedUse;
  /** The rule or policy that decides, or that is not understood; absent if no chain has anything to do with it. */
  readonly place: Place | undefined;
}

/** Connections of one client, or of all remote ones, to a service. */
export interface CheckedUse {
  /** Name or address; `_` for remote clients, and for anyone if a scan found the service. */
  readonly client: string;
  /** Empty if it is not one. */
  readonly clientAddress: string;
  readonly server: string;
  readonly address: string;
  readonly port: number;
  readonly service: string;
  /** Handshakes, or SYN-ACKs if no evidence was counted; 0 if only a scan found the service. */
  readonly handshakes: number;
  readonly judgement: Judgement | undefined;
}

export interface RulesCheck {
  /** In the order of their kinds, then by server, port and client; rules in the order of the rule set. */
  readonly findings: readonly Finding[];
  /** Uses that were asked about, and those of them that pass. */
  readonly uses: number;
  readonly passed: number;
  /** Uses between two machines that are neither local nor named, which are not asked about. */
  readonly transit: number;
  /** Uses without evidence, as in older saved inventories: it is not known whether they are in use. */
  readonly unjudged: number;
  /** Whether any chain of the rule set sees such connections. */
  readonly hasChains: boolean;
}

const ORDER: readonly FindingKind[] = ['refused', 'undecided', 'open', 'unused rule'];

/** Checks the rule set with the TCP connections that pass the filter. */
export function checkRules(
  ruleset: Ruleset,
  evidence: Evidence,
  names: Names,
  options: CheckOptions,
): RulesCheck {
  const { minHandshakes = 1 } = options;
  const firewall = new Firewall(ruleset, options.direction);
  const judgements = judge(evidence, names);
  const ends = new Ends(names, options);
  const findings: Finding[] = [];
  const hits = new Set<Rule>();
  const counts = { uses: 0, passed: 0, transit: 0, unjudged: 0 };
  const services = filterEvidence(evidence, names, options).services.filter(
    ({ protocol }) => protocol === 'tcp',
  );
  const inUse = (use: Use): boolean => isAccepted(judgements.ofUse(use), options);
  const handshakes = new Handshakes(services, ends, inUse);
  for (const service of services) {
    let isUsed = false;
    for (const use of service.uses) {
      const connection = ends.connectionOf(service, use.client);
      if (connection === undefined) {
        counts.transit += 1;
        continue;
      }
      const judgement = judgements.ofUse(use);
      if (judgement === undefined && options.accept === 'yes') counts.unjudged += 1;
      const counted = ends.describe(service, use, judgement);
      if (inUse(use) && handshakes.of(service, use) >= minHandshakes) {
        isUsed = true;
        counts.uses += 1;
        const { verdict, place } = firewall.decide(connection, (rule) => hits.add(rule));
        if (verdict === 'accept') counts.passed += 1;
        else findings.push({ kind: verdict === 'refuse' ? 'refused' : 'undecided', use: counted, place });
      } else if (judgement === undefined || isUse(judgement.verdict)) {
        const { verdict, place } = firewall.decide(connection);
        if (verdict !== 'refuse') findings.push({ kind: 'open', use: counted, place });
      }
    }
    if (isUsed || service.uses.length > 0 || !isOpen(service.finding?.port)) continue;
    const connection = ends.connectionOf(service, undefined, true);
    if (connection === undefined) continue;
    const { verdict, place } = firewall.decide(connection);
    if (verdict !== 'refuse') findings.push({ kind: 'open', use: ends.describe(service), place });
  }
  findings.sort(compareFindings);
  if (isFiltering(options)) return { findings, ...counts, hasChains: firewall.hasChains };
  for (const rule of acceptingRules(firewall)) {
    if (!hits.has(rule)) findings.push({ kind: 'unused rule', place: rule.place });
  }
  return { findings, ...counts, hasChains: firewall.hasChains };
}

/** The rules that accept a new connection of any kind. */
function acceptingRules(firewall: Firewall): Set<Rule> {
  const rules = new Set<Rule>();
  for (const family of [4, 6] as const) firewall.decide({ family }, (rule) => rules.add(rule));
  return rules;
}

function isAccepted(judgement: Judgement | undefined, { accept }: CheckOptions): boolean {
  if (judgement === undefined) return accept !== 'yes';
  const level = levelOf(judgement.verdict);
  if (!isUse(judgement.verdict)) return false;
  return accept === 'all' || level === 'yes' || (accept === 'maybe' && level === 'maybe');
}

/** The handshakes of connections. Those of all remote machines add up, because rules do not tell these apart. */
class Handshakes {
  readonly #sums = new Map<string, number>();

  constructor(
    services: readonly Service[],
    readonly ends: Ends,
    inUse: (use: Use) => boolean,
  ) {
    for (const service of services) {
      for (const use of service.uses) {
        const key = inUse(use) ? ends.remoteKeyOf(service, use) : undefined;
        if (key !== undefined) this.#sums.set(key, (this.#sums.get(key) ?? 0) + handshakesIn(use));
      }
    }
  }

  of(service: Service, use: Use): number {
    const key = this.ends.remoteKeyOf(service, use);
    return (key === undefined ? undefined : this.#sums.get(key)) ?? handshakesIn(use);
  }
}

function handshakesIn({ count, evidence }: Use): number {
  return evidence === undefined ? count : handshakesOf(count, evidence);
}

/** Describes the ends of connections. */
class Ends {
  readonly #endpoints = new Map<string, Endpoint>();
  /** The addresses that an unknown remote machine may have. */
  readonly #remote: Readonly<Record<4 | 6, readonly AddressRange[]>>;

  constructor(
    readonly names: Names,
    readonly options: CheckOptions,
  ) {
    const local = mergeRanges(names.rangesToKeep());
    this.#remote = { 4: complementOf(4, local), 6: complementOf(6, local) };
  }

  /**
   * The connection to ask about; undefined if neither end is local.
   * @param isAnyone whether an unknown client may have any address
   */
  connectionOf(service: Service, client: Address | undefined, isAnyone = false): Connection | undefined {
    const { address: server, port } = service;
    const family = (server ?? client)?.family;
    if (family === undefined) return undefined;
    if (this.#endpointOf(server).isRemote && this.#endpointOf(client).isRemote && !isAnyone) return undefined;
    const { iif, oif } = this.options;
    return {
      family,
      source: client ?? (isAnyone ? undefined : this.#remote[family]),
      destination: server ?? this.#remote[family],
      port,
      iif,
      oif,
    };
  }

  /** A key that the connections of all remote machines with a local one share; undefined if no end is remote. */
  remoteKeyOf({ address, port }: Service, { client }: Use): string | undefined {
    const [source, destination] = [this.#endpointOf(client), this.#endpointOf(address)];
    if (!source.isRemote && !destination.isRemote) return undefined;
    const textOf = ({ isRemote, addressText }: Endpoint): string => (isRemote ? REMOTE : addressText);
    return `${(address ?? client)?.family} ${textOf(source)} ${textOf(destination)} ${port}`;
  }

  describe(service: Service, use?: Use, judgement?: Judgement): CheckedUse {
    const server = this.#endpointOf(service.address);
    const client = this.#endpointOf(use?.client);
    return {
      client: client.label,
      clientAddress: client.addressText,
      server: server.label,
      address: server.addressText,
      port: service.port,
      service: serviceNameOf(service, this.names),
      handshakes: use === undefined ? 0 : handshakesIn(use),
      judgement,
    };
  }

  #endpointOf(address: Address | undefined): Endpoint {
    if (address === undefined) return UNKEPT_ENDPOINT;
    const text = formatAddress(address);
    let endpoint = this.#endpoints.get(text);
    if (endpoint === undefined) {
      endpoint = describeEndpoint(address, this.names, { remote: true });
      this.#endpoints.set(text, endpoint);
    }
    return endpoint;
  }
}

function compareFindings(a: Finding, b: Finding): number {
  const byKind = ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind);
  if (byKind !== 0 || a.use === undefined || b.use === undefined) return byKind;
  return (
    compareBytes(a.use.server, b.use.server) ||
    compareBytes(a.use.address, b.use.address) ||
    a.use.port - b.use.port ||
    compareBytes(a.use.client, b.use.client) ||
    compareBytes(a.use.clientAddress, b.use.clientAddress)
  );
}
