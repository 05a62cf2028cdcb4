// The findings of a check of firewall rules as the JSON and NDJSON views write them; docs/rules-check.md describes each field.
// This is the schema: renaming a field here breaks its readers.

import type { Place } from '../../firewall/model.js';
import type { Inventory } from '../../inventory/inventory.js';
import type { CheckedUse, Finding, RulesCheck } from '../../inventory/rules/check.js';
import type { Records } from './json.js';
import { describeInputs, describeTotals } from './summary-records.js';
import { verdictFields } from './verdict-fields.js';

/** Raised when a field is removed, is renamed, or changes its type or meaning. */
const VERSION = 1;

/** A check to show, with the inventory that it was made from. */
export interface ShownCheck extends RulesCheck {
  readonly inventory: Pick<Inventory, 'inputs' | 'totals'>;
}

export function describeRulesCheck({ findings, uses, passed, inventory }: ShownCheck): Records {
  const count = (kind: Finding['kind']): number => findings.filter((finding) => finding.kind === kind).length;
  return {
    head: {
      schema: 'synsum.rules-check',
      version: VERSION,
      totals: describeTotals(inventory),
      uses,
      passed,
      refused: count('refused'),
      undecided: count('undecided'),
      open: count('open'),
      unused_rules: count('unused rule'),
    },
    lists: [
      { name: 'inputs', items: describeInputs(inventory) },
      { name: 'findings', type: 'finding', items: findings.map(describeFinding) },
    ],
  };
}

function describeFinding({ kind, use, place }: Finding): object {
  return {
    finding: kind,
    ...(use === undefined ? {} : describeUse(use)),
    rule: place === undefined ? null : describePlaceFields(place),
  };
}

function describeUse(use: CheckedUse): object {
  return {
    client: use.client,
    client_address: use.clientAddress,
    server: use.server,
    address: use.address,
    port: use.port,
    service: use.service,
    handshakes: use.handshakes,
    ...verdictFields(use.judgement),
  };
}

function describePlaceFields({ family, table, chain, rule, handle, text, comment }: Place): object {
  return {
    family,
    table,
    chain,
    number: rule ?? null,
    handle: handle ?? null,
    text,
    comment: comment ?? '',
  };
}
