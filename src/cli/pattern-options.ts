// Reads the patterns that are given as options. A mistake names its option.

import type { Filter } from '../inventory/filter.js';
import type { AddressRange } from '../ip/address.js';
import {
  type MachinePattern,
  PatternError,
  parseMachinePattern,
  parseServicePattern,
  parseTcpServicePattern,
  rangesOf,
  type ServicePattern,
} from '../names/patterns.js';
import type { FilterOptions } from './options/filters.js';
import { UsageError } from './usage-error.js';

/** A pattern as the user wrote it, without its `!`. */
const EXCLUDES = '!';
/** Commas separate patterns; a name that contains one is written with a backslash before it. */
const SEPARATOR = /(?<!\\),/;

/**
 * Reads patterns, several to a text if commas separate them. One after `!` leaves out what it matches.
 * @throws UsageError for a pattern that means nothing
 */
export function parsePatterns<Pattern extends MachinePattern | ServicePattern>(
  option: string,
  texts: readonly string[] | undefined,
  parse: (text: string) => Pattern,
): Pattern[] {
  return parseEach(option, texts, (text) => {
    if (!text.startsWith(EXCLUDES)) return parse(text.replace(/^\\!/, EXCLUDES));
    return { ...parse(text.slice(EXCLUDES.length)), isExcluding: true };
  });
}

/** The same for texts of any kind. @throws UsageError */
export function parseEach<T>(
  option: string,
  texts: readonly string[] | undefined,
  parse: (text: string) => T,
): T[] {
  try {
    return splitAtCommas(texts).map(parse);
  } catch (error) {
    throw error instanceof PatternError ? new UsageError(error.message, option) : error;
  }
}

/** The single patterns of options that may be repeated, as they were written. */
export function splitAtCommas(texts: readonly string[] = []): string[] {
  return texts.flatMap((text) => text.split(SEPARATOR).map((part) => part.trim().replaceAll('\\,', ',')));
}

/** @throws UsageError for a pattern that means nothing */
export function parseFilter(options: FilterOptions, { isTcp }: { isTcp: boolean }): Required<Filter> {
  return {
    clients: parsePatterns('--client', options.client, parseMachinePattern),
    servers: parsePatterns('--server', options.server, parseMachinePattern),
    services: parsePatterns(
      '--service',
      options.service,
      isTcp ? parseTcpServicePattern : parseServicePattern,
    ),
  };
}

/** The addresses that must be counted one by one for a filter to see them. */
export function rangesOfFilter({ clients = [], servers = [] }: Filter): AddressRange[] {
  return rangesOf([...clients, ...servers]);
}
