// Changes in GitHub Flavored Markdown, with a table for each kind. It is empty if there is nothing to report.

import type { Changes, MachineAt, ServiceAt } from '../../inventory/changes/changes.js';
import { type Clock, UTC_CLOCK } from '../../text/clock.js';
import type { ShownColumn } from '../grid/grid.js';
import { renderSections, sectionOf } from '../grid/sections.js';
import {
  describeAbsence,
  describeClient,
  describeEvidence,
  describeJudgement,
  describeProduct,
  describeSilence,
  describeSuppressed,
  describeUnseen,
  formatPort,
  MACHINE_EVIDENCE,
} from '../wording.js';
import { distinguish } from './machine-names.js';
import type { ChangesOptions } from './text.js';

const PORT: ShownColumn<ServiceAt> = { heading: 'Port', isRightAligned: true, cell: formatPort };
const SERVICE: ShownColumn<ServiceAt> = { heading: 'Service', cell: ({ service }) => service };
const PRODUCT: ShownColumn<ServiceAt> = { heading: 'Product', cell: describeProduct };
const NAME: ShownColumn<MachineAt> = { heading: 'Machine', cell: ({ machine }) => machine };
const ADDRESS: ShownColumn<MachineAt> = { heading: 'Address', cell: ({ address }) => address };

export function renderChangesMarkdown(
  changes: Changes,
  { isVerbose, goneProbability }: Required<ChangesOptions>,
  clock: Clock = UTC_CLOCK,
): Iterable<string> {
  const firstSeen: ShownColumn<{ firstSeen: number }> = {
    heading: 'First seen',
    cell: (row) => clock.second(row.firstSeen),
  };
  const lastSeen: ShownColumn<{ lastSeen: number }> = {
    heading: 'Last seen',
    cell: (row) => clock.second(row.lastSeen),
  };
  const { added, gone, changed, newMachines, goneMachines, clients, suppressed } = changes;
  const [unseen, answered] = isVerbose ? [changes.unseen, changes.answered] : [[], []];
  const machine: ShownColumn<MachineAt> = {
    heading: 'Machine',
    cell: distinguish([added, gone, changed, clients, unseen, answered].flat()),
  };
  const service = [machine, PORT, SERVICE, PRODUCT];
  const sections = [
    sectionOf('Services added', added, [...service, { heading: 'Seen', cell: describeEvidence }, firstSeen]),
    sectionOf('Services removed', gone, [
      ...service,
      { heading: 'Why', cell: ({ absence }) => describeAbsence(absence) },
      lastSeen,
    ]),
    sectionOf('Services changed', changed, [
      machine,
      PORT,
      { heading: 'Before', cell: ({ before }) => before },
      { heading: 'Now', cell: ({ after }) => after },
    ]),
    sectionOf('New machines', newMachines, [
      NAME,
      ADDRESS,
      { heading: 'Seen', cell: ({ known }) => MACHINE_EVIDENCE[known] },
      firstSeen,
    ]),
    sectionOf('Machines gone', goneMachines, [
      NAME,
      ADDRESS,
      { heading: 'Why', cell: ({ absence }) => describeAbsence(absence) },
      lastSeen,
    ]),
    sectionOf('Other clients than before', clients, [
      machine,
      PORT,
      SERVICE,
      { heading: 'New clients', cell: (change) => change.added.map(describeClient).join(', ') },
      { heading: 'Clients gone', cell: (change) => change.gone.map(describeClient).join(', ') },
    ]),
    sectionOf('Ports that only answered', answered, [
      ...service,
      { heading: 'Evidence', cell: ({ judgement }) => describeJudgement(judgement) },
      lastSeen,
    ]),
    sectionOf('Silent services', unseen, [
      ...service,
      { heading: 'Why they are not changes', cell: describeUnseen },
      lastSeen,
    ]),
  ].flat();
  return renderSections(sections, [
    ...(unseen.length > 0 ? [describeSilence(goneProbability)] : []),
    ...(isVerbose && suppressed > 0 ? [describeSuppressed(suppressed, 'change')] : []),
  ]);
}
