// The sections that say how far the page can be trusted: what was probed, forged and resent, what was read, how to read it.

import type { InputReport } from '../../inventory/inventory.js';
import type { Picture } from '../../inventory/picture/picture.js';
import type { Scan } from '../../inventory/scan.js';
import type { Verdict } from '../../inventory/verdicts/verdict.js';
import type { ReportContents, Section } from './contents.js';
import { baseOf } from './header.js';
import { type Html, html } from './html.js';
import { tableHtml } from './tables.js';
import { count, formatCount, machineHtml, type Times } from './wording.js';

const MEANINGS: Readonly<Record<Verdict, string>> = {
  used: 'Data was sent.',
  likely: 'Only SYN-ACKs were captured, and nothing speaks against use.',
  opened: 'Completed, but no data was ever sent.',
  proxied: 'A SYN proxy answered, not the service.',
  uncertain: 'Only SYN-ACKs were captured, and the client or its packets look like a scan or a flood.',
  probed: 'Touched by a scan.',
  reset: 'The client reset each handshake.',
  unanswered: 'The client never answered.',
  'answers on all ports': 'A tarpit, or a machine that redirects all ports.',
  backscatter: 'Answers to forged addresses: nobody connected.',
  'FTP data': 'The data of FTP, whose ports are not services.',
  'simultaneous open': 'Both ends connected to each other: nobody serves.',
};
const MAX_LISTED = { problems: 50, sources: 50, scans: 20 };

export function evidenceSection({ picture, inventory }: ReportContents, times: Times): Section {
  const { inputs, totals, scans } = inventory;
  return {
    id: 'evidence',
    title: 'Evidence',
    body: html`${describeRows(picture, totals)}${verdictTable(picture)}${listScanners(picture)}
      ${sourceTable(inputs)}${listProblems(inputs)}${listScans(scans, times)}`,
  };
}

function describeRows(
  { basis, sums }: Picture,
  { outsideTime }: ReportContents['inventory']['totals'],
): Html {
  const { unused, notServices, rows, folded } = sums;
  const left = rows.unused + rows.notServices;
  const sentences = [
    left > 0 &&
      `${count(unused + notServices, 'connection')} in ${count(left, 'row')} ` +
        `${unused + notServices === 1 ? 'is' : 'are'} not on the map, because nobody used a service with them.`,
    basis.synAcks > 0 &&
      !basis.hasAnswers &&
      'The captures show no answers to SYN-ACKs, so whether services are used is inferred.',
    basis.copies > 0 &&
      `${count(basis.copies, 'SYN-ACK')} ${basis.copies === 1 ? 'is a copy' : 'are copies'} of others, ` +
        'captured again at once: handshakes count once.',
    folded.rows > 0 &&
      `${count(folded.rows, 'row')} with ${count(folded.synAcks, 'SYN-ACK')} did not fit into memory and ` +
        `${folded.rows === 1 ? 'is' : 'are'} missing here.`,
    outsideTime > 0 &&
      `${count(outsideTime, 'SYN-ACK')} ${outsideTime === 1 ? 'is' : 'are'} outside the time asked for.`,
  ];
  return html`${sentences.filter((text) => text !== false).map((text) => html`<p>${text}</p>`)}`;
}

function verdictTable({ rows }: Picture): Html | undefined {
  const found = new Map<Verdict, { rows: number; connections: number }>();
  for (const { verdict, connections } of rows) {
    if (verdict === undefined) continue;
    const known = found.get(verdict) ?? { rows: 0, connections: 0 };
    found.set(verdict, { rows: known.rows + 1, connections: known.connections + connections });
  }
  if (found.size === 0) return undefined;
  const lines = (Object.keys(MEANINGS) as Verdict[]).flatMap((verdict) => {
    const numbers = found.get(verdict);
    if (numbers === undefined) return [];
    const { rows: all, connections } = numbers;
    return [{ cells: [verdict, MEANINGS[verdict], formatCount(all), formatCount(connections)] }];
  });
  return tableHtml({
    columns: [
      { title: 'Evidence' },
      { title: 'Meaning' },
      { title: 'Rows', isNumber: true },
      { title: 'Connections', isNumber: true },
    ],
    rows: lines,
  });
}

function listScanners({ findings, machines }: Picture): Html | undefined {
  const { scans } = findings;
  if (scans.length === 0) return undefined;
  const items = scans.slice(0, MAX_LISTED.scans).map(({ client, services }) => {
    const machine = machines[client];
    const scanner = client === 0 || machine === undefined ? 'A remote machine' : machineHtml(machine);
    return html`<li>${scanner} touched ${count(services, 'service')}. A touch alone does not count as use.</li>`;
  });
  const more = scans.length - items.length;
  return html`<h3>Scans</h3><ul>${items}${more > 0 && html`<li>Others: ${count(more, 'scan')}</li>`}</ul>`;
}

function sourceTable(inputs: readonly InputReport[]): Html {
  const shown = inputs.slice(0, MAX_LISTED.sources);
  const others = inputs.slice(shown.length);
  const packets = others.reduce((sum, { packetsRead }) => sum + packetsRead, 0);
  return html`<h3>Sources</h3>${tableHtml({
    columns: [
      { title: 'Source' },
      { title: 'Format' },
      { title: 'Packets', isNumber: true },
      { title: 'Problems' },
    ],
    rows: shown.map(({ name, format = 'not recognised', packetsRead, problems }) => {
      const found = problems.length === 0 ? 'none' : count(problems.length, 'problem');
      return { cells: [html`<code>${baseOf(name)}</code>`, format, formatCount(packetsRead), found] };
    }),
    others:
      others.length === 0
        ? undefined
        : html`<tr><td colspan="4">Others: ${count(others.length, 'source')} with ${count(packets, 'packet')}</td></tr>`,
  })}`;
}

function listProblems(inputs: readonly InputReport[]): Html | undefined {
  const problems = inputs.flatMap(({ name, problems: found }) =>
    found.map(({ message }) => html`<li><code>${baseOf(name)}</code>: ${message}</li>`),
  );
  if (problems.length === 0) return undefined;
  const shown = problems.slice(0, MAX_LISTED.problems);
  const more = problems.length - shown.length;
  return html`<h3>Problems</h3><ul class="problems">${shown}</ul>
    ${more > 0 && html`<p>Others: ${count(more, 'problem')}.</p>`}`;
}

function listScans(scans: readonly Scan[], times: Times): Html | undefined {
  if (scans.length === 0) return undefined;
  const items = scans.slice(0, MAX_LISTED.sources).map(({ scanner, from, to, hosts, isComplete }) => {
    const span = `${times.format(from)} to ${times.format(to)}`;
    return html`<li>${scanner}, ${span}: ${count(hosts.length, 'machine')} up${!isComplete && ', ended early'}</li>`;
  });
  const more = scans.length - items.length;
  return html`<h3>Scans by us</h3><ul>${items}${more > 0 && html`<li>Others: ${count(more, 'scan')}</li>`}</ul>`;
}

export function readingSection({ basis }: Picture, { isStatic }: Pick<ReportContents, 'isStatic'>): Section {
  return {
    id: 'reading',
    title: 'How to read it',
    body: html`<ul class="prose">
      <li>A server answers every TCP connection that it accepts with a packet that has SYN and ACK set. This page
      counts these packets${basis.synAcks > 0 && ', each handshake once'}.</li>
      <li>Silence does not mean absence: traffic that never passed the capture point, and services that nobody used in
      this time, are not here. Nor are UDP and other protocols.</li>
      <li>A service is named by its port: &ldquo;http&rdquo; means something on port 80.</li>
      <li><b class="net">Internet</b> stands for every address that is neither local nor named in
      <code>hosts.yaml</code>.</li>
      <li>Machines without a name are grouped by network. &ldquo;Many machines&rdquo; stands for a service that one
      group uses at six servers or more, &ldquo;Few connections&rdquo; for unnamed servers with less than 0.2 % of
      them.</li>
      ${!isStatic && FILTER_WORDS}
      <li>Dashed lines may not be use at all. Thicker lines have more connections, on a logarithmic scale.</li>
      </ul>`,
  };
}

const FILTER_WORDS: Html = html`<li>The filter, key <kbd>/</kbd>, shows what matches all of its words: <code>web1</code>
  is a part of any name or address; <code>client:</code>, <code>server:</code>, <code>machine:</code>,
  <code>service:</code>, <code>port:</code> and <code>is:</code> (the evidence) are followed by a whole name, in which
  <code>*</code> stands for any characters; <code>net:10.1.0.0/16</code> and <code>count&gt;100</code> work too, and
  <code>-</code> before a word excludes. Enter opens the machine that the filter names.</li>`;
