// The columns of the live table: their headings, cells and widths. Widths depend on the terminal alone, so that nothing
// moves while numbers change.

import type { LiveColumn, LiveKind, LiveRow } from '../../inventory/live/select.js';
import { formatCount } from '../../text/count-noun.js';

/** A column on the screen: one that can be sorted by, or the spark line. */
export interface ShownColumn {
  readonly column: LiveColumn | 'spark';
  readonly at: number;
  readonly width: number;
}

interface Plan {
  readonly column: LiveColumn | 'spark';
  readonly width: number;
  /** It grows up to this width. */
  readonly most?: number;
  /** Columns are left out in this order if the terminal is narrow; absent if it always stays. */
  readonly leaveOut?: number;
}

export const HEADINGS: Readonly<Record<LiveColumn | 'spark', string>> = {
  client: 'Client',
  server: 'Server',
  service: 'Service',
  machine: 'Machine',
  rate: 'Rate/s',
  spark: 'Last 15 s',
  count: 'SYN-ACKs',
  clients: 'Clients',
  served: 'As server',
  offers: 'Services',
  first: 'First',
  last: 'Last',
};

/** The sign of new services, and the space after it. */
const LEFT = 2;
const GAP = 2;
const NAME = { width: 14, most: 40 };
const SERVICE = { column: 'service', width: 10, most: 20 } as const;
const RATE = { column: 'rate', width: 8 } as const;
const SPARK = { column: 'spark', width: 15, leaveOut: 3 } as const;
const COUNT = { column: 'count', width: 11, leaveOut: 5 } as const;

function plansOf(kind: LiveKind, timeWidth: number): readonly Plan[] {
  const times: readonly Plan[] = [
    { column: 'first', width: timeWidth, leaveOut: 1 },
    { column: 'last', width: timeWidth, leaveOut: 2 },
  ];
  switch (kind) {
    case 'services':
      return [
        { column: 'server', ...NAME },
        SERVICE,
        RATE,
        SPARK,
        COUNT,
        { column: 'clients', width: 10, leaveOut: 4 },
        ...times,
      ];
    case 'rows':
      return [
        { column: 'client', ...NAME },
        { column: 'server', ...NAME },
        SERVICE,
        RATE,
        SPARK,
        COUNT,
        ...times,
      ];
    case 'machines':
      return [
        { column: 'machine', ...NAME },
        RATE,
        SPARK,
        COUNT,
        { column: 'served', width: 11, leaveOut: 4 },
        { column: 'offers', width: 9, leaveOut: 4 },
        ...times,
      ];
  }
}

/** Chooses the columns that fit into a terminal, and their widths. */
export function layColumns(kind: LiveKind, width: number, timeWidth: number): ShownColumn[] {
  let plans = plansOf(kind, timeWidth);
  const room = (): number => width - LEFT - plans.reduce((sum, plan) => sum + plan.width + GAP, -GAP);
  for (let order = 1; order <= 5 && room() < 0; order++)
    plans = plans.filter(({ leaveOut }) => leaveOut !== order);
  let left = Math.max(0, room());
  let at = LEFT;
  const growing = plans.filter(({ most }) => most !== undefined).length;
  let shares = growing;
  return plans.map(({ column, width: least, most = least }) => {
    const more = shares === 0 ? 0 : Math.min(most - least, Math.floor(left / shares));
    if (most > least) shares -= 1;
    left -= more;
    const shown = { column, at, width: least + more };
    at += least + more + GAP;
    return shown;
  });
}

/** Whether the column has numbers. */
export function isRightAligned(column: LiveColumn | 'spark'): boolean {
  return ['rate', 'count', 'clients', 'served', 'offers'].includes(column);
}

/** The text of a column of numbers or names, from outside; spark lines and times are drawn in layout.ts. */
export function cellOf(row: LiveRow, column: LiveColumn | 'spark'): string {
  switch (column) {
    case 'rate':
      return formatRate(row.rate);
    case 'count':
      return formatCount(row.count);
    case 'clients':
      return describeClients(row);
    case 'served':
      return countOrNothing(row.served);
    case 'offers':
      return countOrNothing(row.offers);
    default:
      return (column === 'spark' ? undefined : row.names[column]) ?? '';
  }
}

/** As in `0.3`, `12` and `1,234`; empty if nothing came lately. */
export function formatRate(rate: number): string {
  if (rate <= 0) return '';
  return rate < 9.95 ? rate.toFixed(1) : formatCount(Math.round(rate));
}

/** Remote clients are not counted, so there is only their sign: `5 + _`. */
function describeClients({ clients, hasRemoteClients }: LiveRow): string {
  if (!hasRemoteClients) return formatCount(clients);
  return clients === 0 ? '_' : `${formatCount(clients)} + _`;
}

function countOrNothing(count: number): string {
  return count === 0 ? '' : formatCount(count);
}
