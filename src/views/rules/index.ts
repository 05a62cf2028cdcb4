// The entrance to the formats of rules: takes the name of one and the rules, returns text in chunks.

import type { RuleModel } from '../../inventory/rules/model.js';
import { joinChunks } from '../../text/chunks.js';
import type { RuleFile, RuleSetOptions } from './rule-set.js';

export { COMMENTS, type Comments } from './comments.js';
export { CAPIRCA_FILES, type Chain, MODES, type Mode, type RuleFile } from './rule-set.js';

/** A format of rules for firewalls; docs/rules.md describes each. Capirca needs a folder. */
export type RuleFormat = 'nftables' | 'iptables' | 'ip6tables' | 'capirca' | 'json';
export const RULE_FORMATS: readonly RuleFormat[] = ['nftables', 'iptables', 'ip6tables', 'capirca', 'json'];

/** Renders rules for a firewall. @returns the text in chunks of about 16 KiB, which can be read once */
export async function renderRules(
  format: Exclude<RuleFormat, 'capirca'>,
  model: RuleModel,
  options: RuleSetOptions,
): Promise<Iterable<string>> {
  switch (format) {
    case 'nftables':
      return joinChunks((await import('./nftables.js')).renderNftables(model, options));
    case 'iptables':
      return joinChunks((await import('./iptables.js')).renderIptables(model, 4, options));
    case 'ip6tables':
      return joinChunks((await import('./iptables.js')).renderIptables(model, 6, options));
    case 'json': {
      const { describeRuleModel } = await import('./json.js');
      return joinChunks((await import('../json/json.js')).renderJson(describeRuleModel(model, options)));
    }
  }
}

/** Renders rules in a format that needs several files. */
export async function renderRuleFiles(model: RuleModel, options: RuleSetOptions): Promise<RuleFile[]> {
  const files = (await import('./capirca.js')).renderCapirca(model, options);
  return files.map(({ path, text }) => ({ path, text: joinChunks(text) }));
}
