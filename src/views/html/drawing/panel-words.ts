// The words for groups of machines, and for the lines of cards.

import { REMOTE } from '../../../inventory/endpoints.js';
import type { Group } from '../../../inventory/picture/networks.js';
import type { Card, CardService } from '../../../inventory/picture/panels.js';
import type { Picture } from '../../../inventory/picture/picture.js';
import { type Html, html } from '../html.js';
import { count } from '../wording.js';

export interface Title {
  readonly name: string;
  /** How many machines it stands for; empty for one. */
  readonly size: string;
}

export function titleOf(
  group: Pick<Group | Card, 'kind' | 'label' | 'machines'>,
  { machines }: Picture,
): Title {
  const { kind, label, machines: members } = group;
  const size = count(members.length, 'machine');
  switch (kind) {
    case 'internet': {
      // Without their addresses, remote machines are one.
      const isOne = members.every((member) => machines[member]?.label === REMOTE);
      return { name: 'Internet', size: isOne ? '' : size };
    }
    case 'machine':
      return { name: label, size: '' };
    case 'network':
      return { name: label, size };
    case 'many':
      return { name: 'Many machines', size };
    case 'few':
      return { name: 'Few connections', size };
  }
}

export function groupTitle(group: Group, picture: Picture): Html {
  const { name, size } = titleOf(group, picture);
  if (group.kind === 'machine') return html`<b class="m">${name}</b>`;
  const machines = size !== '' && html` <small>${size}</small>`;
  return html`<span class="${group.kind === 'internet' && 'net'}">${name}</span>${machines}`;
}

export function cardTitle(card: Card, picture: Picture): Html {
  const { name, size } = titleOf(card, picture);
  if (card.kind === 'machine') return html`<b class="m">${name}</b>`;
  return html`${name}${size !== '' && html` <small>${size}</small>`}`;
}

export function serviceTitle({ label, services, servers }: CardService, { machines }: Card): string {
  const name = label === '' ? `${count(services, 'more service')}` : label;
  return machines.length > 1 ? `${name} on ${count(servers, 'machine')}` : name;
}
