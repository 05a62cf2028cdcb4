// The head of a report: what was captured, when, from where, and what was damaged.

import type { InputReport } from '../../inventory/inventory.js';
import type { ReportContents } from './contents.js';
import { type Html, html, joinHtml } from './html.js';
import { count, formatCount, type Times } from './wording.js';

/** Names of inputs up to this number are in the head. */
const MAX_NAMED = 3;
const SEPARATOR = ' · ';

export function headerSection(
  { picture, inventory, title, isConfidential }: ReportContents,
  times: Times,
): Html {
  const { inputs, totals, scans } = inventory;
  const facts = [
    describeSpan(picture.span, times),
    describeInputs(inputs),
    totals.packetsRead > 0 && html`${count(totals.packetsRead, 'packet')}`,
    scans.length > 0 && html`${count(scans.length, 'scan')}`,
    describeDamage(inputs, totals),
  ].filter((fact) => fact !== false);
  return html`<header>
    ${isConfidential && html`<p class="mark">Confidential</p>`}
    <h1>${title}</h1>
    <p class="facts">${joinHtml(facts, SEPARATOR)}</p>
    </header>`;
}

function describeSpan({ firstSeen, lastSeen }: { firstSeen: number; lastSeen: number }, times: Times): Html {
  if (!Number.isFinite(firstSeen)) return html`nothing was captured`;
  const [first, last] = [times.format(firstSeen), times.format(lastSeen)];
  return html`${times.day !== undefined && `${times.day}, `}<time>${first}</time> to <time>${last}</time> ${times.zone}`;
}

function describeInputs(inputs: readonly InputReport[]): Html {
  const named = inputs.slice(0, MAX_NAMED).map(({ name }) => html`<code>${baseOf(name)}</code>`);
  const more = inputs.length - named.length;
  return more > 0 ? html`${joinHtml(named)} and ${formatCount(more)} more` : joinHtml(named, ', ', ' and ');
}

/** A report is passed on, and the folders of its author are nobody's business. */
export function baseOf(name: string): string {
  if (name === '-') return 'standard input';
  return name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1) || name;
}

function describeDamage(
  inputs: readonly InputReport[],
  { gaps, bytesSkipped }: { readonly gaps: number; readonly bytesSkipped: number },
): Html {
  const damaged = inputs.filter(({ problems }) => problems.length > 0).length;
  if (damaged === 0) return html`<span class="good">read completely</span>`;
  const parts = [
    gaps > 0 && count(gaps, 'gap'),
    bytesSkipped > 0 && `${count(bytesSkipped, 'byte')} skipped`,
  ];
  const details = parts.filter(Boolean).join(', ');
  const text = `${count(damaged, 'input')} not read completely${details === '' ? '' : `: ${details}`}`;
  return html`<a class="bad" href="#evidence">${text}</a>`;
}
