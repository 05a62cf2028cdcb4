// A file that names_from in hosts.yaml lists.

/** The formats that such a file may have. */
export const NAMES_FORMATS = ['hosts', 'dnsmasq', 'isc', 'kea'] as const;

/** The format of a file that names addresses; docs/names.md describes each. */
export type NamesFormat = (typeof NAMES_FORMATS)[number];

/** One file under `names_from` in hosts.yaml. */
export interface NamesSource {
  /** As written: absolute, or relative to the folder of hosts.yaml. */
  readonly file: string;
  /** Undefined if the contents say it. */
  readonly format: NamesFormat | undefined;
}
