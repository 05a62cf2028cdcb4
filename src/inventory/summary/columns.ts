// The columns that a summary can be grouped and sorted by.

/** A column that a summary can be grouped by. Hours and days are those of UTC. */
export type Column = 'client' | 'server' | 'service' | 'port' | 'hour' | 'day';
export const COLUMNS: readonly Column[] = ['client', 'server', 'service', 'port', 'hour', 'day'];
export const DEFAULT_COLUMNS: readonly Column[] = ['client', 'server', 'service'];

/** A column that a summary can be sorted by. */
export type SortColumn = 'count' | Column | 'first_seen' | 'last_seen';
export const SORT_COLUMNS: readonly SortColumn[] = ['count', ...COLUMNS, 'first_seen', 'last_seen'];
