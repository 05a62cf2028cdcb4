// The entrance to the formats of rules: takes the name of one and the rules, returns text in chunks.

import type { RuleModel } from '../../inventory/rules/model.js';
import { joinChunks } from '../../text/chunks.js';
import type { RuleSetOptions } from './rule-set.js';

export { COMMENTS, type Comments } from './comments.js';
export { type Chain, MODES, type Mode } from './rule-set.js';

/** A format of rules for firewalls; docs/rules.md describes each. */
export type RuleFormat = 'nftables';
export const RULE_FORMATS: readonly RuleFormat[] = ['nftables'];

/** Renders rules for a firewall. @returns the text in chunks of about 16 KiB, which can be read once */
export async function renderRules(
  format: RuleFormat,
  model: RuleModel,
  options: RuleSetOptions,
): Promise<Iterable<string>> {
  switch (format) {
    case 'nftables':
      return joinChunks((await import('./nftables.js')).renderNftables(model, options));
  }
}
