// The columns that a summary can be grouped and sorted by.

/** A column that a summary can be grouped by. */
export type Column = 'client' | 'server' | 'service' | 'port';
export const COLUMNS: readonly Column[] = ['client', 'server', 'service', 'port'];
export const DEFAULT_COLUMNS: readonly Column[] = ['client', 'server', 'service'];

/** A column that a summary can be sorted by. */
export type SortColumn = 'count' | Column | 'first_seen' | 'last_seen';
export const SORT_COLUMNS: readonly SortColumn[] = ['count', ...COLUMNS, 'first_seen', 'last_seen'];
