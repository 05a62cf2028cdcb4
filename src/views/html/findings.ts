// The sentences under "Worth a look", the most pressing first.

import type { FoundService } from '../../inventory/picture/findings.js';
import type { Picture } from '../../inventory/picture/picture.js';
import type { Activity } from '../../inventory/picture/spans.js';
import { countChanges } from '../changes/counts.js';
import type { ReportContents } from './contents.js';
import { type Html, html, joinHtml } from './html.js';
import { choose, count, formatCount, machineAt, type Times } from './wording.js';

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
  const hosts = html`<code>hosts.yaml</code>`;
  if (picture.rows.length > 0 && picture.machines.every(({ isOurs }) => !isOurs)) {
    add(
      'risk',
      html`No machine is local: without your networks in ${hosts}, everything is taken for the Internet.`,
    );
  }
  if (comparison !== undefined) {
    const changes = countChanges(comparison.changes);
    const link = html`<a href="#changes">${count(changes, 'change')}</a>`;
    if (changes === 0) add('note', html`Nothing changed since the baseline.`);
    else add('change', html`${link} since the baseline: ${describeChanges(comparison.changes)}.`);
  }
  if (exposed.length > 0) {
    const gives = choose(exposed.length, 'it gives', 'they give');
    add(
      'risk',
      html`${listServices(exposed, picture)} ${choose(exposed.length)} used <b>from the Internet</b>: ${gives} access to a
        machine or its data.`,
    );
  }
  if (clearText.length > 0) {
    const sends = choose(clearText.length, 'sends', 'send');
    add('risk', html`${listServices(clearText, picture)} ${sends} <b>passwords in clear text</b>.`);
  }
  for (const { client, services } of scans.slice(0, MAX_NAMED)) {
    const scanner = client === 0 ? 'A remote machine' : machineAt(picture, client);
    add(
      'risk',
      html`${scanner} touched ${count(services, 'service')} within minutes, as a <b>scan</b> does.`,
    );
  }
  if (openUnused !== undefined) {
    const { unused, hidden } = openUnused;
    const link = (services: number): Html => html`<a href="#open-unused">${count(services, 'service')}</a>`;
    if (hidden.length > 0) {
      const [be, them] = [choose(hidden.length), choose(hidden.length, 'it', 'them')];
      add('risk', html`${link(hidden.length)} ${be} used though the scan did not find ${them} open.`);
    }
    if (unused.length > 0) {
      const [be, them] = [choose(unused.length), choose(unused.length, 'it', 'them')];
      add('change', html`${link(unused.length)} ${be} open, but nobody used ${them}.`);
    }
  }
  if (began.length > 0) {
    const list = listActivity(began, picture, ({ firstSeen }) => times.format(firstSeen));
    add('change', html`${list} <b>began</b> within the captures.`);
  }
  if (ended.length > 0) {
    const list = listActivity(ended, picture, ({ lastSeen }) => times.format(lastSeen));
    add('change', html`${list} <b>ended</b> within the captures.`);
  }
  if (sums.rows.unused > 0) {
    const were = `${count(sums.unused, 'connection')} ${choose(sums.unused, 'was', 'were')}`;
    const link = html`<a href="#evidence">answered, not used</a>`;
    add('note', html`${were} only ${link}: probed, reset or never completed.`);
  }
  const remote = panels.remote.sums.connections;
  if (remote > 0) {
    const are = `${count(remote, 'connection')} ${choose(remote)}`;
    add('note', html`${are} between remote machines: is a network of yours missing in ${hosts}?`);
  }
  const damaged = inventory.inputs.filter(({ problems }) => problems.length > 0).length;
  if (damaged > 0) {
    add('note', html`<a href="#evidence">${count(damaged, 'input')}</a> could not be read completely.`);
  }
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
  return join(services.map(({ server, service }) => html`${service} of ${machineAt(picture, server)}`));
}

function listActivity(
  services: readonly Activity[],
  picture: Picture,
  timeOf: (service: Activity) => string,
): Html {
  return join(
    services.map(
      (activity) => html`${activity.service} of ${machineAt(picture, activity.server)} (${timeOf(activity)})`,
    ),
  );
}

function join(services: readonly Html[]): Html {
  const shown = services.slice(0, MAX_NAMED);
  const more = services.length - shown.length;
  return joinHtml(more > 0 ? [...shown, html`${count(more, 'other service')}`] : shown, ', ', ' and ');
}
