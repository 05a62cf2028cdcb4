// The sentences under "Worth a look", the most pressing first.

import type { FoundService } from '../../inventory/picture/findings.js';
import type { Picture } from '../../inventory/picture/picture.js';
import type { Activity } from '../../inventory/picture/spans.js';
import { countChanges } from '../changes/counts.js';
import type { ReportContents } from './contents.js';
import { type Html, html, joinHtml } from './html.js';
import { count, formatCount, machineHtml, type Times } from './wording.js';

export interface Finding {
  /** `risk`: may need to be closed. `change`: something is different. `note`: good to know. */
  readonly tone: 'risk' | 'change' | 'note';
  readonly body: Html;
}

/** Services and machines are named up to this number. */
const MAX_NAMED = 3;

export function listFindings(
  { picture, comparison, openUnused, inventory }: ReportContents,
  times: Times,
): Finding[] {
  const { findings, sums, panels } = picture;
  const { exposed, clearText, scans, began, ended } = findings;
  const list: Finding[] = [];
  const add = (tone: Finding['tone'], body: Html): number => list.push({ tone, body });
  if (picture.rows.length > 0 && picture.machines.every(({ isOurs }) => !isOurs)) {
    add(
      'risk',
      html`No machine is local: list your networks in <code>hosts.yaml</code>, or everything is taken for the Internet.`,
    );
  }
  if (comparison !== undefined) {
    const changes = countChanges(comparison.changes);
    if (changes > 0)
      add(
        'change',
        html`<a href="#changes">${count(changes, 'change')}</a> since the baseline: ${describeChanges(comparison.changes)}.`,
      );
    else add('note', html`Nothing changed since the baseline.`);
  }
  if (exposed.length > 0)
    add(
      'risk',
      html`${listServices(exposed, picture)} ${exposed.length === 1 ? 'is' : 'are'} used <b>from the Internet</b>: ${exposed.length === 1 ? 'it gives' : 'they give'} access to a machine or its data.`,
    );
  if (clearText.length > 0)
    add(
      'risk',
      html`${listServices(clearText, picture)} send${clearText.length === 1 && 's'} <b>passwords in clear text</b>.`,
    );
  for (const { client, services } of scans.slice(0, MAX_NAMED)) {
    const machine = picture.machines[client] as Picture['machines'][number];
    add(
      'risk',
      html`${client === 0 ? 'A remote machine' : machineHtml(machine)} touched ${count(services, 'service')} within minutes, as a <b>scan</b> does.`,
    );
  }
  if (openUnused !== undefined) {
    const { unused, hidden } = openUnused;
    if (hidden.length > 0)
      add(
        'risk',
        html`<a href="#open-unused">${count(hidden.length, 'service')}</a> ${hidden.length === 1 ? 'is' : 'are'} used though the scan did not find ${hidden.length === 1 ? 'it' : 'them'} open.`,
      );
    if (unused.length > 0)
      add(
        'change',
        html`<a href="#open-unused">${count(unused.length, 'service')}</a> ${unused.length === 1 ? 'is' : 'are'} open, but nobody used ${unused.length === 1 ? 'it' : 'them'}.`,
      );
  }
  if (began.length > 0)
    add(
      'change',
      html`${listActivity(began, picture, ({ firstSeen }) => times.format(firstSeen))} <b>began</b> within the captures.`,
    );
  if (ended.length > 0)
    add(
      'change',
      html`${listActivity(ended, picture, ({ lastSeen }) => times.format(lastSeen))} <b>ended</b> within the captures.`,
    );
  if (sums.rows.unused > 0)
    add(
      'note',
      html`${count(sums.unused, 'connection')} ${sums.unused === 1 ? 'was' : 'were'} only <a href="#evidence">answered, not used</a>: probed, reset or never completed.`,
    );
  if (panels.remote.sums.connections > 0)
    add(
      'note',
      html`${count(panels.remote.sums.connections, 'connection')} ${panels.remote.sums.connections === 1 ? 'is' : 'are'} between remote machines: is a network of yours missing in <code>hosts.yaml</code>?`,
    );
  const damaged = inventory.inputs.filter(({ problems }) => problems.length > 0).length;
  if (damaged > 0)
    add('note', html`<a href="#evidence">${count(damaged, 'input')}</a> could not be read completely.`);
  return list;
}

function describeChanges(changes: NonNullable<ReportContents['comparison']>['changes']): string {
  return [
    [changes.added.length, 'added'],
    [changes.gone.length, 'removed'],
    [changes.changed.length, 'in another version'],
    [changes.newMachines.length, changes.newMachines.length === 1 ? 'new machine' : 'new machines'],
    [changes.goneMachines.length, changes.goneMachines.length === 1 ? 'machine gone' : 'machines gone'],
    [changes.clients.length, 'with other clients'],
  ]
    .filter(([number]) => number !== 0)
    .map(([number, what]) => `${formatCount(number as number)} ${what}`)
    .join(', ');
}

function listServices(services: readonly FoundService[], picture: Picture): Html {
  return list(
    services.map(
      ({ server, service }) =>
        html`${service} of ${machineHtml(picture.machines[server] as Picture['machines'][number])}`,
    ),
    'other service',
  );
}

function listActivity(
  services: readonly Activity[],
  picture: Picture,
  timeOf: (service: Activity) => string,
): Html {
  return list(
    services.map(
      (activity) =>
        html`${activity.service} of ${machineHtml(picture.machines[activity.server] as Picture['machines'][number])} (${timeOf(activity)})`,
    ),
    'other service',
  );
}

function list(items: readonly Html[], noun: string): Html {
  const shown = items.slice(0, MAX_NAMED);
  const more = items.length - shown.length;
  return joinHtml(more > 0 ? [...shown, html`${count(more, noun)}`] : shown, ', ', ' and ');
}
