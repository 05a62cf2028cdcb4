// Says why a result has no rows, and which patterns match nothing.

import { fileLength } from '../files/file-length.js';
import { type Filter, isFiltering } from '../inventory/filter.js';
import type { Inventory } from '../inventory/inventory.js';
import { hasOwnMachines } from '../inventory/own-machines.js';
import { findUnmatched, type Searched, type Unmatched } from '../inventory/unmatched.js';
import { visible } from '../text/escape.js';
import { formatSecond } from '../text/time.js';
import type { Context } from './context.js';
import type { FilterOptions, MachineOptions } from './options/filters.js';
import { splitAtCommas } from './pattern-options.js';
import { readNamed, type SourceSettings } from './reading.js';

const OPTIONS = {
  clients: 'client',
  servers: 'server',
  services: 'service',
  machines: 'machine',
} as const satisfies Record<keyof Searched, keyof (FilterOptions & MachineOptions)>;

/** Reports each pattern that matches nothing, with the name that was probably meant. True if there are any. */
export function reportUnmatched(
  inventory: Inventory,
  { names }: Pick<SourceSettings, 'names'>,
  searched: Searched,
  options: FilterOptions & MachineOptions,
  { stderr }: Context,
): boolean {
  if (!isFiltering(searched) && searched.machines.length === 0) return false;
  const all = findUnmatched(inventory, names, searched);
  const { outsideTime } = inventory.totals;
  for (const unmatched of all) stderr.write(describe(unmatched, options, outsideTime > 0));
  return all.length > 0;
}

/**
 * The same for inventories that are compared: a pattern must match in one of them. With `onlyMistyped`, those that are like
 * nothing there are not reported, as somebody may watch for what must not appear.
 */
export function reportUnmatchedInSides(
  sides: readonly Inventory[],
  settings: Pick<SourceSettings, 'names'>,
  filter: Required<Filter>,
  options: FilterOptions,
  { stderr }: Context,
  { onlyMistyped = false }: { readonly onlyMistyped?: boolean } = {},
): void {
  const searched = { ...filter, machines: [] };
  if (!isFiltering(filter)) return;
  const [first = [], ...others] = sides.map((side) => findUnmatched(side, settings.names, searched));
  for (const one of first) {
    const same = others.map((side) => side.find(({ list, at }) => list === one.list && at === one.at));
    if (same.includes(undefined)) continue;
    const [suggestion] = [one, ...same].flatMap((unmatched) => unmatched?.suggestion ?? []);
    if (onlyMistyped && suggestion === undefined) continue;
    stderr.write(describe({ ...one, suggestion }, options));
  }
}

function describe(
  { list, at, suggestion }: Unmatched,
  options: FilterOptions & MachineOptions,
  isTimeLeftOut = false,
): string {
  const option = OPTIONS[list];
  const text = splitAtCommas(options[option])[at] ?? '';
  const hint = suggestion === undefined ? '' : `; did you mean ${visible(suggestion)}?`;
  const where = isTimeLeftOut ? 'between --since and --until' : 'here';
  return `synsum: --${option} ${visible(text)}: matches nothing ${where}${hint}\n`;
}

/** Says why nothing is shown, once the totals have been reported. */
export async function reportNoRows(
  inventory: Inventory,
  {
    count,
    filteredOut,
    unchosen = 0,
    uncounted = 0,
  }: {
    readonly count: number;
    readonly filteredOut: number;
    /** Left out by `--only`, and of no count where handshakes or use are counted. */
    readonly unchosen?: number | undefined;
    readonly uncounted?: number | undefined;
  },
  sources: readonly string[],
  settings: SourceSettings,
  context: Context,
): Promise<void> {
  const { totals, scans } = inventory;
  if (count > 0 || scans.length > 0 || totals.gaps > 0) return;
  context.stderr.write(`synsum: nothing to show: ${await findReason()}\n`);

  async function findReason(): Promise<string> {
    const { packetsRead, synAcks, outsideTime } = totals;
    if (packetsRead === 0) return 'there are no packets';
    if (synAcks === 0) return 'no SYN-ACK was found (synsum filter prints a capture filter for them)';
    if (outsideTime >= synAcks) {
      return `all SYN-ACKs are outside --since and --until${await describeCover(sources, settings, context)}`;
    }
    if (unchosen > 0) return '--only left out everything (--only all shows what answered)';
    if (uncounted > 0) return 'no handshake counts (--count syn-acks counts every SYN-ACK)';
    if (filteredOut > 0) return 'the patterns left out everything';
    return hasOwnMachines(inventory, settings.names) ? 'no row is left' : 'no machine is local or has a name';
  }
}

/** The time that captures cover, if they can be read again: streams cannot. */
async function describeCover(
  sources: readonly string[],
  settings: SourceSettings,
  context: Context,
): Promise<string> {
  if (!sources.every((name) => fileLength(name) !== undefined)) return '';
  const unheard = { ...context, stderr: { ...context.stderr, isTerminal: false, write: () => true } };
  const { inventory } = await readNamed(sources, { ...settings, times: {} }, unheard, { captures: true });
  const firsts = inventory.captures.map(({ firstSeen }) => firstSeen);
  const lasts = inventory.captures.map(({ lastSeen }) => lastSeen);
  const [first, last] = [Math.min(...firsts), Math.max(...lasts)];
  if (!(Number.isFinite(first) && Number.isFinite(last))) return '';
  return `; those in the captures are from ${formatSecond(first)} to ${formatSecond(last)}`;
}
