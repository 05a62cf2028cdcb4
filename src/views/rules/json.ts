// The rules as JSON, for programs that write them for other firewalls. docs/schemas/rules.schema.json describes it.

import type { Flow, FlowEnd, Rule, RuleModel } from '../../inventory/rules/model.js';
import { type AddressRange, formatAddress, formatRange } from '../../ip/address.js';
import type { Records } from '../json/json.js';
import { formatPorts, type RuleSetOptions } from './rule-set.js';

/** Raised when a field is renamed or removed. */
const VERSION = 1;

/** Returns the rules as records. Names are in them, unless comments are not wanted. */
export function describeRuleModel(
  { local, rules, widening, leftOut, refused }: RuleModel,
  { mode, chains, comments }: RuleSetOptions,
): Records {
  return {
    head: {
      schema: 'synsum.rules',
      version: VERSION,
      mode,
      chains,
      local: local.map(formatRange),
      widening,
      left_out: {
        unused: leftOut.unused,
        uncertain: leftOut.uncertain,
        unjudged: leftOut.unjudged,
        few_handshakes: leftOut.few,
        not_services: leftOut.notServices,
        transit: leftOut.transit,
      },
    },
    lists: [
      {
        name: 'refused',
        items: refused.map(({ server, port, service, synAcks, isScanned }) => ({
          server,
          port,
          service,
          syn_acks: synAcks,
          scanned: isScanned,
        })),
      },
      { name: 'rules', items: describeRules(rules, comments !== 'none') },
    ],
  };
}

function* describeRules(rules: readonly Rule[], hasUses: boolean): Generator<object, void, undefined> {
  for (const { direction, family, clients, servers, ports, helper, flows } of rules) {
    yield {
      direction,
      family: family === 4 ? 'ipv4' : 'ipv6',
      clients: describeBlocks(clients),
      servers: describeBlocks(servers),
      ports: ports.map((range) => formatPorts(range)),
      helper,
      uses: hasUses ? flows.map(describeFlow) : undefined,
    };
  }
}

/** `null` stands for every address that is not local. */
function describeBlocks(blocks: readonly AddressRange[] | undefined): string[] | null {
  return blocks?.map(formatRange) ?? null;
}

function describeFlow({ client, server, port, service, handshakes, verdict }: Flow): object {
  return {
    client: addressOf(client),
    client_name: client.name,
    server: addressOf(server),
    server_name: server.name,
    port,
    service,
    handshakes,
    verdict,
  };
}

function addressOf({ address }: FlowEnd): string | null {
  return address === undefined ? null : formatAddress(address);
}
