// Compares a scan with captures, for people: services that nobody uses, and services that the scan did not find. It is
// empty if both agree.

import type { OpenUnused } from '../../inventory/changes/changes.js';
import { countNoun } from '../../text/count-noun.js';
import { type Block, renderBlocks } from '../blocks.js';
import type { ShownColumn } from '../grid/grid.js';
import { renderSections, sectionOf } from '../grid/sections.js';
import type { Screen } from '../screen.js';
import {
  describeProduct,
  describeState,
  describeSuppressed,
  formatPort,
  formatSpan,
  joinProduct,
  MACHINE_DOWN,
} from '../wording.js';
import { distinguish } from './machine-names.js';

/** Options of text and Markdown, in addition to the services. */
export interface OpenUnusedOptions {
  /** Also says how many services were left out. Off by default. */
  readonly isVerbose?: boolean;
}

type Unused = OpenUnused['unused'][number];
type Hidden = OpenUnused['hidden'][number];

export function renderOpenUnusedText(
  report: OpenUnused,
  options: OpenUnusedOptions,
  screen: Screen,
): Iterable<string> {
  return renderBlocks(blocksOf(report, options), screen);
}

function* blocksOf(
  { unused, hidden, observed, suppressed }: OpenUnused,
  { isVerbose = false }: OpenUnusedOptions,
): Generator<Block, void, undefined> {
  const nameOf = distinguish([...unused, ...hidden]);
  const lineOf = (service: Unused, text: string): Block['lines'][number] => ({
    sign: ' ',
    cells: [nameOf(service), formatPort(service), service.service, text],
  });
  if (unused.length > 0) {
    yield {
      heading: `Candidates to close: open to the scan, but not used in the captures, which cover ${formatSpan(observed)}:`,
      lines: unused.map((service) => lineOf(service, describeProduct(service))),
    };
  }
  if (hidden.length > 0) {
    yield {
      heading: 'Blocked from the scanner, or hidden: used in the captures, but not found open by the scan:',
      lines: hidden.map((service) =>
        lineOf(
          service,
          joinProduct(describeProduct(service), `${describeFinding(service)}; ${describeUse(service)}`),
        ),
      ),
    };
  }
  if (isVerbose && suppressed > 0) yield { heading: describeSuppressed(suppressed, 'service'), lines: [] };
}

export function renderOpenUnusedMarkdown(
  { unused, hidden, observed, suppressed }: OpenUnused,
  { isVerbose = false }: OpenUnusedOptions,
): Iterable<string> {
  const columns: ShownColumn<Unused>[] = [
    { heading: 'Machine', cell: distinguish([...unused, ...hidden]) },
    { heading: 'Port', isRightAligned: true, cell: formatPort },
    { heading: 'Service', cell: ({ service }) => service },
    { heading: 'Product', cell: describeProduct },
  ];
  const sections = [
    ...sectionOf(
      `Candidates to close: open to the scan, but not used in the captures, which cover ${formatSpan(observed)}`,
      unused,
      columns,
    ),
    ...sectionOf<Hidden>(
      'Blocked from the scanner, or hidden: used in the captures, but not found open by the scan',
      hidden,
      [...columns, { heading: 'Scan', cell: describeFinding }, { heading: 'Captures', cell: describeUse }],
    ),
  ];
  return renderSections(
    sections,
    isVerbose && suppressed > 0 ? [describeSuppressed(suppressed, 'service')] : [],
  );
}

function describeFinding({ isDown, state }: Hidden): string {
  return isDown ? MACHINE_DOWN : describeState(state);
}

function describeUse({ connections }: Hidden): string {
  return countNoun(connections, 'connection');
}
