// The table of all rows: those in the page are reordered and hidden; of more, only the ones in view are made.

import { type Data, formatCount, formatTime, labelOf } from './data.js';

export type Key = 'count' | 'client' | 'server' | 'service' | 'port' | 'verdict' | 'first' | 'last';

export interface Order {
  readonly key: Key;
  readonly isDescending: boolean;
}

/** The most useful direction of a column comes first. */
export const DESCENDING: readonly Key[] = ['count', 'last'];

const ROW_HEIGHT = 31;
/** Rows above and below the view that are made, too. */
const MARGIN = 10;

/** The rows in an order; equal ones stay as they are in the page. */
export function sortRows(data: Data, { key, isDescending }: Order): Uint32Array {
  const rows = Uint32Array.from({ length: data.rows }, (_, row) => row);
  const values = valuesOf(data, key);
  const sign = isDescending ? -1 : 1;
  return rows.sort((a, b) => sign * ((values[a] as number) - (values[b] as number)) || a - b);
}

function valuesOf(data: Data, key: Key): ArrayLike<number> {
  const { header, client, server, service, verdict, first, length } = data;
  switch (key) {
    case 'client':
    case 'server': {
      const ranks = rank(header.machines.map(([label]) => label));
      return (key === 'client' ? client : server).map((machine) => ranks[machine] as number);
    }
    case 'service': {
      const ranks = rank(header.services);
      return service.map((at) => ranks[at] as number);
    }
    case 'verdict': {
      const ranks = rank(header.verdicts);
      return verdict.map((at) => ranks[at] as number);
    }
    case 'last':
      return first.map((units, row) => units + (length[row] as number));
    default:
      return data[key];
  }
}

/** Numbers in a text, such as those of addresses, are compared as numbers. */
function rank(texts: readonly string[]): Uint32Array {
  const collator = new Intl.Collator('en', { numeric: true });
  const order = texts
    .map((_, at) => at)
    .sort((a, b) => collator.compare(texts[a] as string, texts[b] as string));
  const ranks = new Uint32Array(texts.length);
  for (const [at, text] of order.entries()) ranks[text] = at;
  return ranks;
}

export interface Table {
  show(rows: Uint32Array, isShown: (row: number) => boolean): void;
}

export function makeTable(data: Data, table: HTMLTableElement): Table {
  const body = table.tBodies[0] as HTMLTableSectionElement;
  const inPage = [...body.rows];
  // The order of the rows in the page is that of the data.
  return inPage.length === data.rows ? tableInPage(body, inPage) : virtualTable(data, table, body);
}

function tableInPage(body: HTMLTableSectionElement, lines: readonly HTMLTableRowElement[]): Table {
  return {
    show(rows, isShown) {
      const ordered = Array.from(rows, (row) => lines[row] as HTMLTableRowElement);
      for (const row of rows) (lines[row] as HTMLTableRowElement).hidden = !isShown(row);
      body.replaceChildren(...ordered);
    },
  };
}

function virtualTable(data: Data, table: HTMLTableElement, body: HTMLTableSectionElement): Table {
  const view = table.parentElement as HTMLElement;
  view.classList.add('virtual');
  let shown: number[] = [];
  let [from, to] = [-1, -1];
  const draw = (isNew: boolean): void => {
    const start = Math.max(0, Math.floor(view.scrollTop / ROW_HEIGHT) - MARGIN);
    const end = Math.min(shown.length, Math.ceil((view.scrollTop + view.clientHeight) / ROW_HEIGHT) + MARGIN);
    if (!isNew && start === from && end === to) return;
    [from, to] = [start, end];
    const lines = shown.slice(start, end).map((row, at) => makeLine(data, row, start + at));
    body.replaceChildren(gap(start), ...lines, gap(shown.length - end));
  };
  let isWaiting = false;
  view.addEventListener('scroll', () => {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() => {
      isWaiting = false;
      draw(false);
    });
  });
  return {
    show(rows, isShown) {
      shown = Array.from(rows).filter(isShown);
      table.setAttribute('aria-rowcount', String(shown.length + 1));
      view.scrollTop = 0;
      draw(true);
    },
  };
}

function gap(rows: number): HTMLTableRowElement {
  const line = document.createElement('tr');
  line.className = 'gap';
  const cell = line.insertCell();
  cell.colSpan = 8;
  cell.style.height = `${rows * ROW_HEIGHT}px`;
  line.hidden = rows === 0;
  return line;
}

function makeLine(data: Data, row: number, at: number): HTMLTableRowElement {
  const line = document.createElement('tr');
  line.setAttribute('aria-rowindex', String(at + 2));
  const add = (text: string, name?: string): void => {
    const cell = line.insertCell();
    if (name === 'm') {
      const machine = document.createElement('b');
      machine.className = 'm';
      machine.textContent = text;
      cell.append(machine);
    } else {
      cell.textContent = text;
      if (name !== undefined) cell.className = name;
    }
  };
  for (const [text, name] of cellsOf(data, row)) add(text, name);
  return line;
}

/** The texts of a row, as the page and its CSV have them. */
export function cellsOf(data: Data, row: number): (readonly [text: string, name?: string])[] {
  const { header, client, server, service, port, count, verdict, first, length } = data;
  const begin = first[row] as number;
  return [
    [formatCount(count[row] as number), 'n'],
    [labelOf(data, client[row] as number), 'm'],
    [labelOf(data, server[row] as number), 'm'],
    [header.services[service[row] as number] ?? ''],
    [String(port[row]), 'n'],
    [header.verdicts[verdict[row] as number] ?? ''],
    [formatTime(data, begin)],
    [formatTime(data, begin + (length[row] as number))],
  ];
}
