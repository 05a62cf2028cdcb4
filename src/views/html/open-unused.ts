// The section on services that a scan found open and nobody used, and on those that are used though no scan found them.

import type { OpenUnused, ServiceAt } from '../../inventory/changes/changes.js';
import { describeProduct, describeState, formatPort, formatSpan, MACHINE_DOWN } from '../wording.js';
import type { Section } from './contents.js';
import { type Html, html } from './html.js';
import { tableHtml } from './tables.js';
import { count } from './wording.js';

const MAX_LISTED = 100;

export function openUnusedSection({ unused, hidden, observed }: OpenUnused): Section {
  const body = html`
    <div class="two">
    <div><h3>Open, but unused</h3>
    <p class="sub">A scan found these open, and nobody used them in ${formatSpan(observed)} of captures. You may be
    able to close them.</p>
    ${table(
      unused.map((service) => ({ service, text: describeProduct(service) })),
      'Product',
      'Every open service is used.',
    )}</div>
    <div><h3>Used, but not found</h3>
    <p class="sub">These are used, though a scan did not find them open: something hides them from the
    scanner.</p>
    ${table(
      hidden.map((service) => {
        const state = service.isDown ? MACHINE_DOWN : describeState(service.state);
        return { service, text: `${count(service.connections, 'connection')}; ${state}` };
      }),
      'Evidence',
      'The scan found every service that is used.',
    )}</div></div>`;
  return { id: 'open-unused', title: 'Open or used', body };
}

function table(
  lines: readonly { readonly service: ServiceAt; readonly text: string }[],
  heading: string,
  nothing: string,
): Html {
  if (lines.length === 0) return html`<p>${nothing}</p>`;
  const shown = lines.slice(0, MAX_LISTED);
  const more = lines.length - shown.length;
  const list = tableHtml({
    columns: [{ title: 'Server' }, { title: 'Service' }, { title: heading }],
    rows: shown.map(({ service, text }) => ({
      cells: [
        html`<b class="m">${service.machine}</b>`,
        html`${service.service} <small>${formatPort(service)}</small>`,
        text,
      ],
    })),
  });
  const others = html`<p class="sub">Others: ${count(more, 'service')}, which
    <code>synsum diff --open-unused</code> lists.</p>`;
  return html`${list}${more > 0 && others}`;
}
