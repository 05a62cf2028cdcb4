// The script of a report: filter, order, highlighting and details. The page can be read without it. It makes elements, and
// never HTML from text, which the page's policy forbids.

import { NOWHERE } from '../page-data.js';
import { csvOf } from './csv.js';
import { type Data, formatCount, readData } from './data.js';
import { makeDetails } from './details.js';
import { parseFilter, type Test } from './filter.js';
import { followPointer, showPassing } from './map.js';
import { DESCENDING, type Key, makeTable, type Order, sortRows } from './table.js';

const DEFAULT_ORDER: Order = { key: 'count', isDescending: true };
const EVERYTHING: Test = () => true;

async function start(): Promise<void> {
  followPointer();
  const data = await readData();
  const input = document.getElementById('q') as HTMLInputElement;
  const found = document.getElementById('found') as HTMLOutputElement;
  const bar = document.getElementById('filter') as HTMLElement;
  const rowsTable = document.getElementById('rows-table') as HTMLTableElement | null;
  if (rowsTable === null) return;
  const table = makeTable(data, rowsTable);
  const order = { now: DEFAULT_ORDER, rows: sortRows(data, DEFAULT_ORDER) };
  let passes: Test = EVERYTHING;
  let opener: Element | null = null;

  const details = makeDetails(
    data,
    () => {
      saveState();
      (opener as HTMLElement | null)?.focus?.();
    },
    (text) => setFilter(text),
  );

  /** Shows what passes, everywhere in the page. */
  const apply = (): void => {
    const text = input.value.trim();
    try {
      passes = text === '' ? EVERYTHING : parseFilter(text, data);
    } catch (error) {
      found.textContent = (error as Error).message;
      found.className = 'bad';
      return;
    }
    const shown = new Uint8Array(data.rows);
    const [links, cells, bands] = [new Set<number>(), new Set<number>(), new Set<number>()];
    let [rows, connections] = [0, 0];
    for (let row = 0; row < data.rows; row++) {
      if (!passes(row)) continue;
      shown[row] = 1;
      rows += 1;
      connections += data.count[row] as number;
      if (data.link[row] !== NOWHERE) links.add(data.link[row] as number);
      if (data.cell[row] === NOWHERE) continue;
      cells.add(data.cell[row] as number);
      bands.add(data.bandIn[row] as number).add(data.bandOut[row] as number);
    }
    const isAll = text === '';
    found.className = '';
    found.textContent = isAll
      ? ''
      : `${formatCount(rows)} of ${formatCount(data.rows)} rows, ${formatCount(connections)} connections`;
    if (isAll) showPassing();
    else showPassing(links, cells, bands);
    filterLists(data, isAll ? undefined : shown);
    table.show(order.rows, (row) => shown[row] === 1);
  };

  const setFilter = (text: string): void => {
    input.value = text;
    apply();
    saveState();
  };

  const sortBy = (next: Order): void => {
    order.now = next;
    order.rows = sortRows(data, next);
    for (const head of rowsTable.querySelectorAll<HTMLElement>('th[data-k]')) {
      if (head.dataset['k'] === next.key) {
        head.setAttribute('aria-sort', next.isDescending ? 'descending' : 'ascending');
      } else head.removeAttribute('aria-sort');
    }
  };

  /** The state is in the URL, so that a link or a bookmark shows the same. */
  const saveState = (machine?: string): void => {
    const state = new URLSearchParams();
    if (input.value.trim() !== '') state.set('q', input.value.trim());
    const { key, isDescending } = order.now;
    if (key !== DEFAULT_ORDER.key || !isDescending) state.set('sort', `${isDescending ? '-' : ''}${key}`);
    if (machine !== undefined) state.set('machine', machine);
    history.replaceState(null, '', `#${state}`);
  };

  const loadState = (): void => {
    const state = new URLSearchParams(location.hash.slice(1));
    // The name of a section is not a state.
    if (location.hash.length > 1 && !location.hash.includes('=')) return;
    input.value = state.get('q') ?? '';
    const [, sign, key] = /^(-?)(\w+)$/.exec(state.get('sort') ?? '-count') ?? [];
    const isKnown = rowsTable.querySelector(`th[data-k="${CSS.escape(key ?? '')}"]`) !== null;
    sortBy(isKnown ? { key: key as Key, isDescending: sign === '-' } : DEFAULT_ORDER);
    apply();
    const machine = state.get('machine');
    if (machine !== null) details.open(machine);
  };

  const openMachine = (label: string): void => {
    opener ??= document.activeElement;
    if (!details.isOpen) opener = document.activeElement;
    if (details.open(label)) saveState(label);
  };

  let timer = 0;
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      apply();
      saveState();
    }, 80);
  });
  for (const head of rowsTable.querySelectorAll<HTMLElement>('th[data-k]')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const key = head.dataset['k'] as Key;
      const isDescending = order.now.key === key ? !order.now.isDescending : DESCENDING.includes(key);
      sortBy({ key, isDescending });
      apply();
      saveState();
    });
  }
  addCopyButton(rowsTable, () => csvOf(data, Array.from(order.rows).filter(passes)));
  makeFocusable();
  document.addEventListener('click', (event) => {
    const target = event.target as Element;
    const machine = target.closest('.m, a[data-m]');
    if (machine !== null) {
      event.preventDefault();
      openMachine(machine.getAttribute('data-m') ?? machine.textContent ?? '');
      return;
    }
    const section = target.closest('a[href^="#"]')?.getAttribute('href') ?? '';
    const heading = document.getElementById(`h-${section.slice(1)}`);
    if (heading !== null) {
      // The hash keeps the state.
      event.preventDefault();
      heading.scrollIntoView();
      heading.focus({ preventScroll: true });
    }
  });
  document.addEventListener('keydown', (event) => {
    const { target, key } = event;
    const isTyping = target instanceof HTMLInputElement;
    if (key === '/' && !isTyping && !details.isOpen && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      input.focus();
      input.select();
    } else if (key === 'Escape' && isTyping) {
      setFilter('');
      input.blur();
    } else if (key === 'Enter' && isTyping) {
      // The key must not also press the button that gets the focus.
      event.preventDefault();
      clearTimeout(timer);
      apply();
      // Rows have too many machines to step through by key, so the filter opens the one that it names.
      openMachine(
        input.value
          .trim()
          .replace(/^(?:machine|client|server):/i, '')
          .replaceAll('"', ''),
      );
    } else if (key === 'Enter' && target instanceof HTMLElement && target.matches('.m')) {
      event.preventDefault();
      openMachine(target.textContent ?? '');
    }
  });
  addEventListener('hashchange', loadState);
  bar.hidden = false;
  loadState();
}

/**
 * The lists of services and machines show those that take part in rows that pass. A list that does not have all says how many
 * others there are.
 */
function filterLists(data: Data, shown: Uint8Array | undefined): void {
  const uses = new Set<string>();
  const isOurs = (machine: number): boolean => data.header.machines[machine]?.[1] === 1;
  for (let row = 0; row < data.rows; row++) {
    if (shown?.[row] !== 1) continue;
    const [client, server] = [data.client[row] as number, data.server[row] as number];
    if (isOurs(client)) uses.add(`m${client}`);
    if (isOurs(server)) uses.add(`m${server}`).add(`s${server} ${data.port[row]}`);
  }
  const numbers = new Map(data.header.machines.map(([label], number) => [label, number]));
  for (const [section, kind, noun] of LISTS) {
    let left = 0;
    for (const use of uses) left += Number(use.startsWith(kind));
    for (const line of document.querySelectorAll<HTMLTableRowElement>(`#${section} .list tbody tr`)) {
      const machine = numbers.get(line.querySelector('.m')?.textContent ?? '');
      if (line.className === 'others') {
        const cell = line.cells[0] as HTMLTableCellElement;
        cell.dataset['all'] ??= cell.textContent ?? '';
        line.hidden = shown !== undefined && left === 0;
        cell.textContent =
          shown === undefined
            ? cell.dataset['all']
            : `Others: ${formatCount(left)} ${noun}${left === 1 ? '' : 's'} that match; see All connections`;
        continue;
      }
      const use = kind === 'm' ? `m${machine}` : `s${machine} ${line.dataset['p']}`;
      line.hidden = shown !== undefined && !uses.has(use);
      if (uses.has(use)) left -= 1;
    }
  }
}

const LISTS = [
  ['services', 's', 'service'],
  ['machines', 'm', 'machine'],
] as const;

function addCopyButton(table: HTMLTableElement, text: () => string): void {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = 'Copy as CSV';
  button.addEventListener('click', () => {
    const done = (message: string): void => {
      button.textContent = message;
      setTimeout(() => {
        button.textContent = 'Copy as CSV';
      }, 2000);
    };
    navigator.clipboard.writeText(text()).then(
      () => done('Copied'),
      () => done('The browser does not allow it'),
    );
  });
  table.closest('section')?.querySelector('.sub')?.append(' ', button);
}

/** Machines outside the table of all rows can be reached by keyboard; those in it through the filter. */
function makeFocusable(): void {
  for (const machine of document.querySelectorAll<HTMLElement>('section:not(#rows) .m')) {
    machine.tabIndex = 0;
    machine.setAttribute('role', 'button');
  }
}

void start();
