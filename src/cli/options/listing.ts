// The options that every command that lists has, in the order in which its help shows them.

import type { CommandOf, OptionValues } from '../commander.js';
import {
  addNumericOption,
  addOrderOptions,
  addRemoteOption,
  addTimeZoneOption,
  type NumericOptions,
  type OrderOptions,
  type RemoteOptions,
  type TimeZoneOptions,
} from './arrangement.js';
import {
  addDuplicatesOption,
  addFilterOptions,
  addTimeOptions,
  type DuplicatesOptions,
  type FilterOptions,
  type TimeOptions,
} from './filters.js';
import {
  addColorOption,
  addFormatOption,
  addMessageOptions,
  addOutputOption,
  type FormatOptions,
  type OutputOptions,
} from './output.js';
import {
  type AcrossOption,
  addAcrossOption,
  addFilesOption,
  addReadingOptions,
  type FilesOptions,
  type ReadingOptions,
} from './reading.js';

/** The options of commands that show or save what they read. */
export type SourceOptions = ReadingOptions &
  FilesOptions &
  AcrossOption &
  TimeOptions &
  TimeZoneOptions &
  DuplicatesOptions &
  RemoteOptions & { readonly quiet?: true | undefined };

/** The options of commands that list rows. */
export type ListingOptions<Column extends string, Format extends string> = SourceOptions &
  FilterOptions &
  NumericOptions &
  OrderOptions<Column> &
  FormatOptions<Format> &
  OutputOptions;

/** `otherwise` says which format is the default. */
export function addListingOptions<
  A extends unknown[],
  O extends OptionValues,
  Column extends string,
  Format extends string,
>(
  command: CommandOf<A, O>,
  {
    columns,
    formats,
    otherwise,
  }: { columns: readonly Column[]; formats: readonly Format[]; otherwise: string },
): CommandOf<A, O & ListingOptions<Column, Format>> {
  addDuplicatesOption(addTimeOptions(addFilterOptions(command)));
  addTimeZoneOption(addRemoteOption(addOrderOptions(addNumericOption(command), columns)));
  addMessageOptions(addOutputOption(addColorOption(addFormatOption(command, formats, otherwise))));
  addAcrossOption(addFilesOption(addReadingOptions(command)));
  return command as unknown as CommandOf<A, O & ListingOptions<Column, Format>>;
}
