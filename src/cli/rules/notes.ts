// Sentences on standard error about rules, before they are written: what they rest on, what they would refuse, and what
// was left out.

import type { Evidence } from '../../inventory/evidence.js';
import type { NamedService, RuleModel } from '../../inventory/rules/model.js';
import { countAddresses } from '../../ip/blocks.js';
import { intersectRanges } from '../../ip/merge-ranges.js';
import { clockOf } from '../../text/clock.js';
import { countNoun } from '../../text/count-noun.js';
import { visible } from '../../text/escape.js';
import { formatSecond } from '../../text/time.js';
import type { Chain, Mode } from '../../views/rules/index.js';
import { formatSpan } from '../../views/wording.js';

/** Services that are named; of more, only their number is given. */
const MAX_NAMED = 5;
const SSH_PORT = 22;

export interface NotesOptions {
  readonly mode: Mode;
  readonly chains: readonly Chain[];
  /** The only version of IP that the rules are about, if there is one. */
  readonly family?: 4 | 6 | undefined;
  readonly tz?: string | undefined;
}

/** Sentences for the reader to know before loading the rules. */
export function describeRules(
  model: RuleModel,
  { coverage, kept, foldedRows }: Evidence,
  options: NotesOptions,
): string[] {
  const { rules, local, widening, allowedUncertain, doubtful, unlisted, refused } = model;
  const { mode, tz } = options;
  const isLog = mode === 'log';
  const lines: string[] = [];
  const [first] = coverage.spans;
  if (first !== undefined) {
    const format = tz === undefined ? formatSecond : clockOf(tz).second;
    lines.push(
      `the sources cover ${formatSpan(coverage.length)}, from ${format(first.firstSeen)} to ${format(coverage.end)}: ` +
        `connections that are used less often are missing from the rules`,
    );
  }
  const flows = rules.reduce((sum, rule) => sum + rule.flows.length, 0);
  lines.push(`allowed: ${countNoun(flows, 'use')} in ${countNoun(rules.length, 'rule')}`);
  if (widening > 1) {
    lines.push(`the blocks of --widen let through ${Number(widening.toFixed(2))} times what was seen`);
  }
  if (allowedUncertain > 0)
    lines.push(`allowed, although it is not certain that they are used: ${allowedUncertain}`);
  lines.push(...describeLeftOut(model, options.family));
  if (doubtful.length > 0) lines.push(`not certain to be used: ${nameServices(doubtful)}`);
  if (unlisted > 0) {
    lines.push(
      `allowed for every address that is not local, as no source has the addresses for --remote: ${countNoun(unlisted, 'use')}`,
    );
  }
  for (const isScanned of [true, false]) {
    const services = refused.filter((service) => service.isScanned === isScanned);
    if (services.length === 0) continue;
    const found = isScanned ? 'a scan found' : 'SYN-ACKs show';
    lines.push(
      `${isLog ? 'would be refused' : 'refused'} for everybody, although ${found} them open: ${nameServices(services)}`,
    );
  }
  if (foldedRows > 0) {
    lines.push(
      `${countNoun(foldedRows, 'row')} did not fit into memory: no rule allows them (see --max-rows)`,
    );
  }
  if (kept !== undefined && countAddresses(intersectRanges(kept, local)) < countAddresses(local)) {
    lines.push(
      'some addresses that are local now were counted as remote in the sources: no rule allows connections with them',
    );
  }
  if (!isLog && options.chains.includes('input')) lines.push(...describeLockOut(rules));
  lines.push('UDP, ICMP and other protocols pass untouched: SYN-ACKs say nothing of them');
  return lines;
}

function describeLeftOut({ leftOut }: RuleModel, family: 4 | 6 | undefined): string[] {
  const { unused, uncertain, unjudged, few, notServices, transit, otherFamily } = leftOut;
  const elsewhere = family === 6 ? 'over IPv4 (-f iptables)' : 'over IPv6 (-f ip6tables)';
  const reasons: [count: number, text: string][] = [
    [unused, 'answered, but not used (--accept all)'],
    [uncertain, 'perhaps used (--accept maybe)'],
    [unjudged, 'without evidence, as in inventories of older versions (--accept maybe)'],
    [few, 'with too few handshakes (--min-handshakes)'],
    [notServices, 'FTP data, backscatter or simultaneous opens'],
    [transit, 'between remote machines'],
    [otherFamily, elsewhere],
  ];
  const given = reasons.filter(([count]) => count > 0);
  if (given.length === 0) return [];
  return [`not allowed, in uses: ${given.map(([count, text]) => `${count} ${text}`).join(', ')}`];
}

function nameServices(services: readonly NamedService[]): string {
  const named = services.slice(0, MAX_NAMED).map(({ service, port, server }) => {
    const shown = service === `up:${port}` ? `port ${port}` : `${service} (${port})`;
    return visible(`${shown} on ${server}`);
  });
  const more = services.length - named.length;
  return `${countNoun(services.length, 'service')}: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function describeLockOut(rules: RuleModel['rules']): string[] {
  const families = ([4, 6] as const).filter((family) => rules.some((rule) => rule.family === family));
  const lacking = families.filter(
    (family) => !rules.some((rule) => rule.family === family && allowsSsh(rule)),
  );
  if (lacking.length === 0) return [];
  const over = lacking.length === families.length ? '' : ` over IPv${lacking[0]}`;
  return [`no rule allows SSH${over}: loading the rules on a machine far away may lock you out`];
}

function allowsSsh({ direction, ports }: RuleModel['rules'][number]): boolean {
  return direction !== 'outbound' && ports.some(({ first, last }) => first <= SSH_PORT && SSH_PORT <= last);
}
