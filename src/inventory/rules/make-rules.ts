// Makes rules from the uses of an inventory. Flows are grouped without loss: all clients of a rule use all of its servers
// at all of its ports.

import { type Address, type AddressRange, formatAddress } from '../../ip/address.js';
import { blocksOf, countAddresses, widenBlocks } from '../../ip/blocks.js';
import { complementOf, intersectRanges, mergeRanges } from '../../ip/merge-ranges.js';
import { countPorts, mergePorts } from '../../ip/port.js';
import type { Names } from '../../names/names.js';
import type { Evidence } from '../evidence.js';
import { chooseFlows, type FlowOptions } from './flows.js';
import type { Flow, Rule, RuleModel } from './model.js';

export interface RuleOptions extends FlowOptions {
  /** Allows blocks of clients with up to this number of times the addresses that were seen; by default, they are exact. */
  readonly widen?: number;
}

/** Makes the rules that let through what is used, as far as the evidence shows. */
export function makeRules(evidence: Evidence, names: Names, options: RuleOptions): RuleModel {
  const { flows, ...chosen } = chooseFlows(evidence, names, options);
  const local = mergeRanges(names.rangesToKeep());
  const rules = groupFlows(flows).map((group) => toRule(group, options.widen ?? 1, local));
  return {
    local,
    rules,
    widening: wideningOf(rules),
    ...chosen,
  };
}

/** Flows with the same servers, ports and clients: the product of these, and nothing else. */
type Group = readonly Flow[];

/**
 * Unites the flows of each server and port, then those of ports with the same server and clients, then those of servers
 * with the same ports and clients. Keeps the order of the first flow of each.
 */
function groupFlows(flows: readonly Flow[]): Group[] {
  const keys = new Keys();
  const byService = groupBy(flows, (flow) => `${kindOf(flow)} ${textOf(flow.server)} ${flow.port}`);
  const clientsOf = new Map(
    byService.map((group) => [group, keys.of(group.map(({ client }) => textOf(client)))]),
  );
  const byServer = groupBy(byService, (group) => {
    const first = firstOf(group);
    return `${kindOf(first)} ${textOf(first.server)} ${clientsOf.get(group)}`;
  });
  const byPorts = groupBy(byServer, (groups) => {
    const one = groups[0] as Group;
    const ports = keys.of(groups.map((group) => String(firstOf(group).port)));
    return `${kindOf(firstOf(one))} ${ports} ${clientsOf.get(one)}`;
  });
  return byPorts.map((groups) => groups.flat(2));
}

function firstOf([first]: Group): Flow {
  return first as Flow;
}

function kindOf({ direction, family, helper }: Flow): string {
  return `${direction} ${family} ${helper ?? ''}`;
}

function textOf({ address }: Flow['client']): string {
  return address === undefined ? '' : formatAddress(address);
}

/** Short keys for sets that may be large. */
class Keys {
  readonly #numbers = new Map<string, number>();

  of(texts: readonly string[]): number {
    // Where any remote client may connect, those that are listed change nothing.
    const text = texts.includes('') ? '' : texts.join(' ');
    const number = this.#numbers.get(text) ?? this.#numbers.size;
    this.#numbers.set(text, number);
    return number;
  }
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): (readonly Item[])[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

function toRule(flows: Group, widen: number, local: readonly AddressRange[]): Rule {
  const { direction, family, helper } = firstOf(flows);
  // A format may say nothing about the direction, so the clients themselves must not cross from local to remote.
  const possible = direction === 'remote' ? complementOf(family, local) : local;
  const exact = blocksOfEnds(flows.map(({ client }) => client.address));
  return {
    direction,
    family,
    clients: exact && widen > 1 ? blocksOf(intersectRanges(widenBlocks(exact, widen), possible)) : exact,
    servers: blocksOfEnds(flows.map(({ server }) => server.address)),
    ports: mergePorts(flows.map(({ port }) => port)),
    helper,
    flows,
  };
}

/** Undefined if one of the addresses is, which then stands for all of them. */
function blocksOfEnds(addresses: readonly (Address | undefined)[]): AddressRange[] | undefined {
  const ranges: AddressRange[] = [];
  for (const address of addresses) {
    if (address === undefined) return undefined;
    ranges.push({ family: address.family, first: address.value, last: address.value });
  }
  return blocksOf(ranges);
}

/** Counts pairs of a listed client and a service: those of the rules for each of those that were seen. */
function wideningOf(rules: readonly Rule[]): number {
  let allowed = 0n;
  let seen = 0n;
  for (const { clients, servers, ports, flows } of rules) {
    if (clients === undefined) continue;
    const listed = servers === undefined ? 1n : countAddresses(servers);
    allowed += countAddresses(clients) * listed * BigInt(countPorts(ports));
    seen += BigInt(flows.length);
  }
  return seen === 0n ? 1 : Number((allowed * 1_000_000n) / seen) / 1_000_000;
}
