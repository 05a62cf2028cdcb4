// The panel with the details of a machine: its addresses, what it offers and to whom, and what it uses.

import { type Data, formatCount, formatTime, labelOf } from './data.js';

/** Lines of each list. */
const MAX_LINES = 100;

export interface Details {
  /** Opens the panel of a machine with this name; false if there is none. */
  open(label: string): boolean;
  readonly isOpen: boolean;
  close(): void;
}

/** `onClose` is called when the user closes the panel; `filter` shows the rows of a machine. */
export function makeDetails(data: Data, onClose: () => void, filter: (text: string) => void): Details {
  const dialog = document.createElement('dialog');
  dialog.setAttribute('aria-labelledby', 'details-title');
  document.body.append(dialog);
  dialog.addEventListener('close', onClose);
  dialog.addEventListener('click', (event) => {
    // A click that hits the dialog itself is outside of its contents.
    if (event.target === dialog) dialog.close();
  });
  return {
    get isOpen() {
      return dialog.open;
    },
    close() {
      dialog.close();
    },
    open(label) {
      const machine = data.header.machines.findIndex(([one]) => one === label);
      if (machine < 0) return false;
      dialog.replaceChildren(...contentsOf(data, machine, dialog, filter));
      if (!dialog.open) dialog.showModal();
      dialog.scrollTop = 0;
      return true;
    },
  };
}

function contentsOf(
  data: Data,
  machine: number,
  dialog: HTMLDialogElement,
  filter: (text: string) => void,
): Node[] {
  const [label = '', , ...addresses] = data.header.machines[machine] ?? [];
  const title = element('h2', label);
  title.id = 'details-title';
  const offered = collect(data, data.server, machine, data.client);
  const used = collect(data, data.client, machine, data.server);
  const button = (text: string, action: () => void): HTMLButtonElement => {
    const one = element('button', text);
    one.type = 'button';
    one.addEventListener('click', action);
    return one;
  };
  const buttons = element('p');
  buttons.append(
    button('Close', () => dialog.close()),
    ' ',
    button('Show only its connections', () => {
      dialog.close();
      filter(`machine:${/\s/.test(label) ? `"${label}"` : label}`);
    }),
  );
  return [
    buttons,
    title,
    ...(addresses.length > 0 ? [element('p', addresses.join(', '))] : []),
    ...listOf('Offers', 'client', offered),
    ...listOf('Uses', 'server', used),
  ];
}

interface Line {
  readonly service: string;
  readonly others: Map<string, number>;
  count: number;
  first: number;
  last: number;
  readonly times: () => string;
}

function collect(data: Data, ends: Uint32Array, machine: number, others: Uint32Array): Line[] {
  const lines = new Map<string, Line>();
  for (let row = 0; row < data.rows; row++) {
    if (ends[row] !== machine) continue;
    const service = `${data.header.services[data.service[row] as number]} ${data.port[row]}`;
    const first = data.first[row] as number;
    const last = first + (data.length[row] as number);
    let line = lines.get(service);
    if (line === undefined) {
      const made: Line = {
        service,
        others: new Map(),
        count: 0,
        first,
        last,
        times: () => `${formatTime(data, made.first)} to ${formatTime(data, made.last)}`,
      };
      line = made;
      lines.set(service, line);
    }
    const count = data.count[row] as number;
    const other = labelOf(data, others[row] as number);
    line.others.set(other, (line.others.get(other) ?? 0) + count);
    line.count += count;
    line.first = Math.min(line.first, first);
    line.last = Math.max(line.last, last);
  }
  return [...lines.values()].sort((a, b) => b.count - a.count);
}

function listOf(title: string, noun: string, lines: readonly Line[]): Node[] {
  if (lines.length === 0) return [];
  const list = element('ul');
  for (const { service, others, count, times } of lines.slice(0, MAX_LINES)) {
    const item = element('li');
    const names = [...others].sort(([, a], [, b]) => b - a).map(([name]) => name);
    const shown = names.slice(0, 8);
    item.append(
      element('b', service),
      ` ${formatCount(count)} connection${count === 1 ? '' : 's'}, ${times()}`,
    );
    const line = element('div');
    for (const name of shown) {
      const machine = element('b', name);
      machine.className = 'm';
      line.append(machine, ' ');
    }
    const more = names.length - shown.length;
    if (more > 0) line.append(`and ${formatCount(more)} more ${noun}${more === 1 ? '' : 's'}`);
    item.append(line);
    list.append(item);
  }
  const rest = lines.length - MAX_LINES;
  if (rest > 0) list.append(element('li', `and ${rest} more services`));
  return [element('h3', title), list];
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  text = '',
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
