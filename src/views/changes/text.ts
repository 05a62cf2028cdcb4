// Changes as text, for a mail from cron, with the wording of scan-services of 2004 ("NAME has had the following services
// added:"). It is empty if there is nothing to report.

import type { AnsweredService, Changes, MachineAt, ServiceAt } from '../../inventory/changes/changes.js';
import { levelOf } from '../../inventory/verdicts/verdict.js';
import { UTC_CLOCK } from '../../text/clock.js';
import { type Block, type Line, renderBlocks } from '../blocks.js';
import type { Screen } from '../screen.js';
import {
  describeAbsence,
  describeClient,
  describeEvidence,
  describeJudgement,
  describeMachine,
  describeProduct,
  describeSilence,
  describeSuppressed,
  describeUnseen,
  formatPort,
  joinProduct,
  MACHINE_EVIDENCE,
} from '../wording.js';
import { distinguish } from './machine-names.js';

/** Options of text and Markdown, in addition to the changes. */
export interface ChangesOptions {
  /** Also lists silent services, and those that only answered, which are not changes, and says how many changes were left out. Off by default. */
  readonly isVerbose?: boolean;
  /** The probability that the changes were judged with, which text, Markdown and JSON quote. By default 0.05. */
  readonly goneProbability?: number;
}

export function renderChangesText(
  changes: Changes,
  options: Required<ChangesOptions>,
  screen: Screen,
): Iterable<string> {
  return renderBlocks(blocksOf(changes, options, screen), screen);
}

function* blocksOf(
  changes: Changes,
  { isVerbose, goneProbability }: Required<ChangesOptions>,
  { clock = UTC_CLOCK }: Screen,
): Generator<Block, void, undefined> {
  const { added, gone, changed, newMachines, goneMachines, clients, unseen, answered, suppressed } = changes;
  const nameOf = distinguish(
    [added, gone, changed, clients, isVerbose ? [unseen, answered].flat() : []].flat(),
  );

  for (const [machine, services] of byMachine(added)) {
    const lines = services.map((service) => {
      const evidence = `${describeEvidence(service)}; first seen ${clock.second(service.firstSeen)}`;
      return lineOf('+', service, joinProduct(describeProduct(service), evidence));
    });
    yield { heading: `${nameOf(machine)} has had the following services added:`, lines };
  }

  for (const [machine, services] of byMachine(gone)) {
    const lines = services.map((service) => {
      const evidence = `${describeAbsence(service.absence)}; last seen ${clock.second(service.lastSeen)}`;
      return lineOf('-', service, joinProduct(describeProduct(service), evidence));
    });
    yield { heading: `${nameOf(machine)} has had the following services removed:`, lines };
  }

  for (const [machine, services] of byMachine(changed)) {
    const lines = services.flatMap((service): Line[] => [
      { sign: '-', cells: [formatPort(service), service.before] },
      { sign: '+', cells: [formatPort(service), service.after] },
    ]);
    yield { heading: `${nameOf(machine)} has had the following services changed:`, lines };
  }

  if (newMachines.length > 0) {
    const lines = newMachines.map((machine): Line => {
      const evidence = `${MACHINE_EVIDENCE[machine.known]}; first seen ${clock.second(machine.firstSeen)}`;
      return { sign: '+', cells: [describeMachine(machine), evidence] };
    });
    yield { heading: 'The following machines are new:', lines };
  }

  if (goneMachines.length > 0) {
    const lines = goneMachines.map((machine): Line => {
      const evidence = `${describeAbsence(machine.absence)}; last seen ${clock.second(machine.lastSeen)}`;
      return { sign: '-', cells: [describeMachine(machine), evidence] };
    });
    yield { heading: 'The following machines are gone:', lines };
  }

  for (const service of clients) {
    yield {
      heading: `${nameOf(service)}'s ${service.service} (${formatPort(service)}) has other clients than before:`,
      lines: [
        ...service.added.map((client): Line => ({ sign: '+', cells: [describeClient(client)] })),
        ...service.gone.map((client): Line => ({ sign: '-', cells: [describeClient(client)] })),
      ],
    };
  }

  if (!isVerbose) return;
  const isUnsure = ({ judgement }: AnsweredService): boolean => levelOf(judgement.verdict) === 'maybe';
  for (const [which, heading] of [
    [answered.filter((service) => !isUnsure(service)), 'but nobody used them'],
    [answered.filter(isUnsure), 'perhaps only to a scan'],
  ] as const) {
    for (const [machine, services] of byMachine(which)) {
      const lines = services.map((service) =>
        lineOf(
          '?',
          service,
          `${describeJudgement(service.judgement)}; last seen ${clock.second(service.lastSeen)}`,
        ),
      );
      yield { heading: `${nameOf(machine)} answered on these ports, ${heading}:`, lines };
    }
  }
  for (const [machine, services] of byMachine(unseen)) {
    const lines = services.map((service) =>
      lineOf('?', service, `${describeUnseen(service)}; last seen ${clock.second(service.lastSeen)}`),
    );
    yield { heading: `${nameOf(machine)} has the following silent services:`, lines };
  }
  if (unseen.length > 0) {
    yield { heading: describeSilence(goneProbability), lines: [] };
  }
  if (suppressed > 0) yield { heading: describeSuppressed(suppressed, 'change'), lines: [] };
}

function lineOf(sign: Line['sign'], service: ServiceAt, text: string): Line {
  const port = formatPort(service);
  // Without names, the service is its port.
  return { sign, cells: service.service === port ? [port, text] : [port, service.service, text] };
}

/** Groups services by machine; those of a machine must follow one another. */
function* byMachine<Service extends MachineAt>(
  services: readonly Service[],
): Generator<[MachineAt, Service[]], void, undefined> {
  let group: Service[] = [];
  for (const service of services) {
    const [first] = group;
    if (first !== undefined && (first.machine !== service.machine || first.address !== service.address)) {
      yield [first, group];
      group = [];
    }
    group.push(service);
  }
  const [first] = group;
  if (first !== undefined) yield [first, group];
}
