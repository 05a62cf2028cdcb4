// Comments of rules. Names in them come from outside, so only characters that mean nothing in any format of rules are
// kept: no name can end a comment, a line or a table.

import type { Flow, FlowEnd, Rule } from '../../inventory/rules/model.js';
import { formatAddress } from '../../ip/address.js';
import { countNoun } from '../../text/count-noun.js';

/** The contents of comments: names, names with the evidence of use, or nothing. */
export type Comments = 'names' | 'evidence' | 'none';
export const COMMENTS: readonly Comments[] = ['names', 'evidence', 'none'];

const NOT_PLAIN = /[^A-Za-z0-9 ._:/,()+=-]/gu;
/** A comment of nftables has room for 128 characters, one of iptables for 255. */
const MAX_LENGTH = 120;
/** The most machines or services that a comment names. */
const MAX_NAMED = 3;

/** Returns the comment of a rule; empty if it has none. */
export function commentOf({ flows }: Pick<Rule, 'flows'>, comments: Comments): string {
  if (comments === 'none') return '';
  const services = listOf(flows.map(({ service }) => service));
  const servers = listOf(flows.map(({ server }) => nameOf(server)));
  const clients = listOf(flows.map(({ client }) => nameOf(client)));
  const evidence = comments === 'evidence' ? `${describeUse(flows)}: ` : '';
  return plain(`${evidence}${services} on ${servers} from ${clients}`);
}

/** Makes text from outside harmless, and cuts it. */
function plain(text: string): string {
  return text.replace(NOT_PLAIN, '.').slice(0, MAX_LENGTH).trim();
}

function describeUse(flows: readonly Flow[]): string {
  const handshakes = flows.reduce((sum, flow) => sum + flow.handshakes, 0);
  const verdicts = new Set(flows.map(({ verdict }) => verdict ?? 'not judged'));
  return `${countNoun(handshakes, 'handshake')}, ${[...verdicts].sort().join(', ')}`;
}

/** The name of an end, which may be very long, cut so that a comment has room for others. */
function nameOf({ address, name }: FlowEnd): string {
  if (address === undefined) return 'remote';
  return (name ?? formatAddress(address)).slice(0, MAX_LENGTH / 3);
}

function listOf(texts: readonly string[]): string {
  const different = [...new Set(texts)];
  const shown = different.slice(0, MAX_NAMED);
  if (different.length > MAX_NAMED) shown.push(`+${different.length - MAX_NAMED}`);
  return shown.join(', ');
}
