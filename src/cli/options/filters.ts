// The options that choose what counts: machines, services and times. They mean the same in every command.

import type { CommandOf, OptionValues } from '../commander.js';
import { addOldSpelling, collect, GROUP } from './command.js';

/** Patterns of connections. A connection counts if it passes all of them. */
export type FilterOptions = {
  readonly client?: string[] | undefined;
  readonly server?: string[] | undefined;
  readonly service?: string[] | undefined;
};

export type MachineOptions = { readonly machine?: string[] | undefined };

/** Which of the SYN-ACKs count. */
export type TimeOptions = {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
};

export type DuplicatesOptions = { readonly allowDuplicates?: true | undefined };

const MACHINES = 'name, address, CIDR, range or _';

export function addMachineOption<A extends unknown[], O extends OptionValues>(
  command: CommandOf<A, O>,
): CommandOf<A, O & MachineOptions> {
  command
    .optionsGroup(GROUP.filter)
    .option('--machine <pattern>', `only these machines: ${MACHINES}`, collect);
  addOldSpelling(command, '--host <pattern>', 'machine');
  return command as unknown as CommandOf<A, O & MachineOptions>;
}

export function addFilterOptions<A extends unknown[], O extends OptionValues>(
  command: CommandOf<A, O>,
): CommandOf<A, O & FilterOptions> {
  command
    .optionsGroup(GROUP.filter)
    .option(
      '--client <pattern>',
      `only these clients: ${MACHINES}; A,B for several, !A for all but A`,
      collect,
    );
  return addServerFilters(command) as unknown as CommandOf<A, O & FilterOptions>;
}

/** The filters of what has no clients. */
export function addServerFilters<A extends unknown[], O extends OptionValues>(
  command: CommandOf<A, O>,
): CommandOf<A, O & Omit<FilterOptions, 'client'>> {
  command
    .optionsGroup(GROUP.filter)
    .option('--server <pattern>', `only these servers: ${MACHINES}; also A,B and !A`, collect)
    .option(
      '--service <pattern>',
      'only these services: name, port, range or 53/udp; also A,B and !A',
      collect,
    );
  return command as unknown as CommandOf<A, O & Omit<FilterOptions, 'client'>>;
}

export function addTimeOptions<A extends unknown[], O extends OptionValues>(
  command: CommandOf<A, O>,
): CommandOf<A, O & TimeOptions> {
  command
    .optionsGroup(GROUP.filter)
    .option(
      '--since <time>',
      'count SYN-ACKs from this time on: 2026-05-31, 2026-05-31T14:00Z, 1780236000, or 24h ago',
    )
    .option('--until <time>', 'count SYN-ACKs before this time');
  return command as unknown as CommandOf<A, O & TimeOptions>;
}

export function addDuplicatesOption<A extends unknown[], O extends OptionValues>(
  command: CommandOf<A, O>,
): CommandOf<A, O & DuplicatesOptions> {
  command
    .optionsGroup(GROUP.filter)
    .option('--allow-duplicates', 'do not refuse a capture that is given twice: count it twice');
  return command as unknown as CommandOf<A, O & DuplicatesOptions>;
}
