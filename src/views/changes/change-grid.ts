// Changes, and open and unused services, as the rows of CSV: one for each, whatever its kind. A cell that means nothing
// to a kind is empty.

import type { Absence, Changes, MachineAt, OpenUnused, ServiceAt } from '../../inventory/changes/changes.js';
import { formatTime } from '../../text/time.js';
import type { Grid, GridColumn } from '../grid/grid.js';

/** Everything that any kind of change has. */
type ChangeRow = { readonly change: string } & MachineAt &
  Partial<Omit<ServiceAt, keyof MachineAt>> & {
    readonly connections?: number;
    readonly firstSeen?: number;
    readonly lastSeen?: number;
    readonly known?: string;
    readonly absence?: Absence;
    readonly state?: string | undefined;
    readonly isDown?: boolean;
    readonly expected?: number | undefined;
    readonly observed?: number;
    readonly before?: string;
    readonly after?: string;
    readonly added?: readonly string[];
    readonly gone?: readonly string[];
  };

const MICROSECONDS = 1e6;

const COLUMNS: readonly GridColumn<ChangeRow>[] = [
  { key: 'change', cell: ({ change }) => change },
  { key: 'machine', cell: ({ machine }) => machine },
  { key: 'address', cell: ({ address }) => address },
  { key: 'port', cell: ({ port }) => textOf(port) },
  { key: 'protocol', cell: ({ protocol }) => textOf(protocol) },
  { key: 'service', cell: ({ service }) => textOf(service) },
  { key: 'product', cell: ({ product }) => textOf(product) },
  { key: 'version', cell: ({ version }) => textOf(version) },
  { key: 'extra', cell: ({ extra }) => textOf(extra) },
  { key: 'connections', cell: ({ connections, absence }) => textOf(connections ?? silenceOf(absence)?.seen) },
  { key: 'first_seen', cell: ({ firstSeen }) => timeOf(firstSeen) },
  { key: 'last_seen', cell: ({ lastSeen }) => timeOf(lastSeen) },
  { key: 'known', cell: ({ known }) => textOf(known) },
  { key: 'absence', cell: ({ absence, isDown = false }) => (isDown ? 'down' : textOf(absence?.kind)) },
  {
    key: 'state',
    cell: ({ absence, state }) => textOf(absence?.kind === 'not-open' ? absence.state : state),
  },
  { key: 'expected', cell: ({ expected, absence }) => textOf(expected ?? silenceOf(absence)?.expected) },
  {
    key: 'observed_seconds',
    cell: ({ observed, absence }) => secondsOf(observed ?? silenceOf(absence)?.observed),
  },
  { key: 'before', cell: ({ before }) => textOf(before) },
  { key: 'after', cell: ({ after }) => textOf(after) },
  { key: 'clients_added', cell: ({ added = [] }) => added.join(' ') },
  { key: 'clients_gone', cell: ({ gone = [] }) => gone.join(' ') },
];

/** Silent services, and those that only answered, are not changes: they are listed only if they are asked for. */
export function changeGrid(
  changes: Changes,
  { isVerbose }: { readonly isVerbose: boolean },
): Grid<ChangeRow> {
  const { added, gone, changed, newMachines, goneMachines, clients, unseen, answered } = changes;
  return gridOf([
    ...named('added', added),
    ...named('gone', gone),
    ...named('changed', changed),
    ...named('new_machine', newMachines),
    ...named('gone_machine', goneMachines),
    ...named('clients', clients),
    ...named('unseen', isVerbose ? unseen : []),
    ...named('answered', isVerbose ? answered : []),
  ]);
}

export function openUnusedGrid({ unused, hidden }: OpenUnused): Grid<ChangeRow> {
  return gridOf([...named('unused', unused), ...named('hidden', hidden)]);
}

function gridOf(rows: readonly ChangeRow[]): Grid<ChangeRow> {
  return { columns: COLUMNS, rows, notes: [], empty: '', describeHidden: () => '' };
}

function named(change: string, rows: readonly Omit<ChangeRow, 'change'>[]): ChangeRow[] {
  return rows.map((row) => ({ ...row, change }) as ChangeRow);
}

function silenceOf(absence: Absence | undefined): Extract<Absence, { kind: 'silent' }> | undefined {
  return absence?.kind === 'silent' ? absence : undefined;
}

function textOf(value: string | number | undefined): string {
  return value === undefined ? '' : String(value);
}

function timeOf(time: number | undefined): string {
  return time === undefined ? '' : formatTime(time);
}

function secondsOf(microseconds: number | undefined): string {
  return microseconds === undefined ? '' : String(microseconds / MICROSECONDS);
}
