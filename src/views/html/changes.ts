// The section on changes since a baseline.

import type { Changes, ServiceAt } from '../../inventory/changes/changes.js';
import { countChanges } from '../changes/counts.js';
import { distinguish } from '../changes/machine-names.js';
import {
  describeAbsence,
  describeClient,
  describeEvidence,
  describeMachine,
  describeProduct,
  describeSilence,
  describeSuppressed,
  describeUnseen,
  formatPort,
  joinProduct,
  MACHINE_EVIDENCE,
} from '../wording.js';
import type { Comparison, Section } from './contents.js';
import { baseOf } from './header.js';
import { type Html, html } from './html.js';
import { type Column, tableHtml } from './tables.js';
import { count, type Times } from './wording.js';

type Sign = '+' | '−' | '~';
/** Words for the signs, because colour alone says nothing to many readers. */
const SIGN_WORDS: Readonly<Record<Sign, string>> = { '+': 'new', '−': 'gone', '~': 'changed' };
const SIGN_CLASSES: Readonly<Record<Sign, string>> = { '+': 'add', '−': 'del', '~': 'mod' };

interface Line {
  readonly sign: Sign;
  readonly machine: string;
  readonly service: string;
  readonly text: string;
}

/** Changes of each kind are listed up to this number. */
const MAX_LISTED = 200;

export function changesSection({ baseline, changes, goneProbability }: Comparison, times: Times): Section {
  const lines = linesOf(changes, times);
  const { unseen, suppressed } = changes;
  const since = html`<p class="sub">Compared with the baseline <code>${baseOf(baseline)}</code>.</p>`;
  const notes = [
    unseen.length > 0 &&
      html`<p>${count(unseen.length, 'service')} of the baseline ${unseen.length === 1 ? 'is' : 'are'} silent, which
        need not mean gone. ${describeSilence(goneProbability)}</p>
        <details><summary>Silent services (${unseen.length})</summary>${silentTable(unseen, times)}</details>`,
    suppressed > 0 && html`<p>${describeSuppressed(suppressed, 'change')}</p>`,
  ];
  const more = lines.length - MAX_LISTED;
  const others = html`<p class="sub">Others: ${count(more, 'line')}, which <code>synsum diff</code> prints.</p>`;
  const body =
    countChanges(changes) === 0
      ? html`<p>Nothing changed.</p>`
      : html`${changesTable(lines.slice(0, MAX_LISTED))}${more > 0 && others}`;
  return { id: 'changes', title: 'Changes', body: html`${since}${body}${notes}` };
}

const COLUMNS: readonly Column[] = [
  { title: 'Change' },
  { title: 'Machine' },
  { title: 'Service' },
  { title: 'Evidence' },
];

function changesTable(lines: readonly Line[]): Html {
  return tableHtml({
    attributes: html` class="changes"`,
    columns: COLUMNS,
    rows: lines.map(({ sign, machine, service, text }) => ({
      attributes: html` class="${SIGN_CLASSES[sign]}"`,
      cells: [
        html`<span class="sign" aria-hidden="true">${sign}</span>${SIGN_WORDS[sign]}`,
        html`<b class="m">${machine}</b>`,
        service,
        text,
      ],
    })),
  });
}

function silentTable(services: Changes['unseen'], times: Times): Html {
  return tableHtml({
    columns: COLUMNS.slice(1),
    rows: services.slice(0, MAX_LISTED).map((service) => {
      const text = `${describeUnseen(service)}; last seen ${times.format(service.lastSeen)}`;
      return { cells: [html`<b class="m">${service.machine}</b>`, serviceOf(service), text] };
    }),
  });
}

function linesOf(changes: Changes, times: Times): Line[] {
  const { added, gone, changed, newMachines, goneMachines, clients } = changes;
  const nameOf = distinguish([added, gone, changed, clients].flat());
  const lines: Line[] = [];
  for (const service of added) {
    const evidence = `${describeEvidence(service)}; first seen ${times.format(service.firstSeen)}`;
    lines.push({
      sign: '+',
      machine: nameOf(service),
      service: serviceOf(service),
      text: joinProduct(describeProduct(service), evidence),
    });
  }
  for (const service of gone) {
    const evidence = `${describeAbsence(service.absence)}; last seen ${times.format(service.lastSeen)}`;
    lines.push({
      sign: '−',
      machine: nameOf(service),
      service: serviceOf(service),
      text: joinProduct(describeProduct(service), evidence),
    });
  }
  for (const service of changed) {
    const text = `${service.before} → ${service.after}`;
    lines.push({ sign: '~', machine: nameOf(service), service: serviceOf(service), text });
  }
  for (const machine of newMachines) {
    const text = `${MACHINE_EVIDENCE[machine.known]}; first seen ${times.format(machine.firstSeen)}`;
    lines.push({ sign: '+', machine: describeMachine(machine), service: 'new machine', text });
  }
  for (const machine of goneMachines) {
    const text = `${describeAbsence(machine.absence)}; last seen ${times.format(machine.lastSeen)}`;
    lines.push({ sign: '−', machine: describeMachine(machine), service: 'machine gone', text });
  }
  for (const service of clients) {
    const parts = [
      ...service.added.map((client) => `+ ${describeClient(client)}`),
      ...service.gone.map((client) => `− ${describeClient(client)}`),
    ];
    const text = `other clients: ${parts.join(', ')}`;
    lines.push({ sign: '~', machine: nameOf(service), service: serviceOf(service), text });
  }
  return lines;
}

function serviceOf(service: ServiceAt): string {
  const port = formatPort(service);
  return service.service === port ? port : `${service.service} (${port})`;
}
