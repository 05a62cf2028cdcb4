// The sections that say how far the page can be trusted: what was probed, forged and resent, what was read, how to read it.

import type { Picture } from '../../inventory/picture/picture.js';
import type { Verdict } from '../../inventory/verdicts/verdict.js';
import type { ReportContents, Section } from './contents.js';
import { baseOf } from './header.js';
import { type Html, html } from './html.js';
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
const MAX_PROBLEMS = 50;

export function evidenceSection({ picture, inventory }: ReportContents, times: Times): Section {
  const { basis, sums } = picture;
  const { inputs, totals, scans } = inventory;
  const sentences: (Html | false)[] = [
    sums.rows.unused + sums.rows.notServices > 0 &&
      html`${count(sums.unused + sums.notServices, 'connection')} in ${count(sums.rows.unused + sums.rows.notServices, 'row')} are not on the map, because nobody used a service with them.`,
    basis.synAcks > 0 &&
      !basis.hasAnswers &&
      html`The captures show no answers to SYN-ACKs, so whether services are used is inferred.`,
    basis.copies > 0 &&
      html`${count(basis.copies, 'SYN-ACK')} ${basis.copies === 1 ? 'is a copy' : 'are copies'} of others, captured again at once: handshakes count once.`,
    sums.folded.rows > 0 &&
      html`${count(sums.folded.rows, 'row')} with ${count(sums.folded.synAcks, 'SYN-ACK')} did not fit into memory and ${sums.folded.rows === 1 ? 'is' : 'are'} missing here.`,
    totals.outsideTime > 0 &&
      html`${count(totals.outsideTime, 'SYN-ACK')} ${totals.outsideTime === 1 ? 'is' : 'are'} outside the time asked for.`,
  ];
  const verdicts = verdictsOf(picture);
  const problems = inputs.flatMap(({ name, problems: found }) =>
    found.map(({ message }) => ({ name, message })),
  );
  const body = html`${sentences.filter((sentence) => sentence !== false).map((sentence) => html`<p>${sentence}</p>`)}
    ${verdicts.length > 0 && html`<table><thead><tr><th scope="col">Evidence</th><th scope="col">Meaning</th><th scope="col" class="n">Rows</th><th scope="col" class="n">Connections</th></tr></thead><tbody>${verdicts.map(({ verdict, rows, connections }) => html`<tr><td>${verdict}</td><td>${MEANINGS[verdict]}</td><td class="n">${formatCount(rows)}</td><td class="n">${formatCount(connections)}</td></tr>`)}</tbody></table>`}
    ${basis.scans.length > 0 && html`<h3>Scans</h3><ul>${picture.findings.scans.slice(0, 20).map(({ client, services }) => html`<li>${client === 0 ? 'A remote machine' : machineHtml(picture.machines[client] as Picture['machines'][number])} touched ${count(services, 'service')}. A touch alone does not count as use.</li>`)}</ul>`}
    <h3>Sources</h3>
    <table><thead><tr><th scope="col">Source</th><th scope="col">Format</th><th scope="col" class="n">Packets</th><th scope="col">Problems</th></tr></thead><tbody>${inputs.map((input) => html`<tr><td><code>${input.name === '-' ? 'standard input' : baseOf(input.name)}</code></td><td>${input.format ?? 'not recognised'}</td><td class="n">${formatCount(input.packetsRead)}</td><td>${input.problems.length === 0 ? 'none' : count(input.problems.length, 'problem')}</td></tr>`)}</tbody></table>
    ${problems.length > 0 && html`<h3>Problems</h3><ul class="problems">${problems.slice(0, MAX_PROBLEMS).map(({ name, message }) => html`<li><code>${baseOf(name)}</code>: ${message}</li>`)}</ul>${problems.length > MAX_PROBLEMS && html`<p>Others: ${count(problems.length - MAX_PROBLEMS, 'problem')}.</p>`}`}
    ${scans.length > 0 && html`<h3>Scans by us</h3><ul>${scans.map(({ scanner, from, to, hosts, isComplete }) => html`<li>${scanner}, ${times.format(from)} to ${times.format(to)}: ${count(hosts.length, 'machine')} up${!isComplete && ', ended early'}</li>`)}</ul>`}`;
  return { id: 'evidence', title: 'Evidence', body };
}

function verdictsOf({ rows }: Picture): { verdict: Verdict; rows: number; connections: number }[] {
  const found = new Map<Verdict, { rows: number; connections: number }>();
  for (const { verdict, connections } of rows) {
    if (verdict === undefined) continue;
    const known = found.get(verdict) ?? { rows: 0, connections: 0 };
    found.set(verdict, { rows: known.rows + 1, connections: known.connections + connections });
  }
  return (Object.keys(MEANINGS) as Verdict[]).flatMap((verdict) => {
    const numbers = found.get(verdict);
    return numbers === undefined ? [] : [{ verdict, ...numbers }];
  });
}

export function readingSection({ basis }: Picture): Section {
  return {
    id: 'reading',
    title: 'How to read it',
    body: html`<ul class="prose">
      <li>A server answers every TCP connection that it accepts with a packet that has SYN and ACK set. This page counts these packets${basis.synAcks > 0 && ', each handshake once'}.</li>
      <li>Silence does not mean absence: traffic that never passed the capture point, and services that nobody used in this time, are not here. Nor are UDP and other protocols.</li>
      <li>A service is named by its port: &ldquo;http&rdquo; means something on port 80.</li>
      <li><b class="net">Internet</b> stands for every address that is neither local nor named in <code>hosts.yaml</code>.</li>
      <li>Machines without a name are grouped by network. &ldquo;Many machines&rdquo; stands for a service that one group uses at six servers or more, &ldquo;Few connections&rdquo; for unnamed servers with less than 0.2 % of them.</li>
      <li>Dashed lines may not be use at all. Thicker lines have more connections, on a logarithmic scale.</li>
      </ul>`,
  };
}
