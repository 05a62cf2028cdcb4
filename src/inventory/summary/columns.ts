// What a summary can be grouped and sorted by.

export type Column = 'client' | 'server' | 'service' | 'port';
export const COLUMNS: readonly Column[] = ['client', 'server', 'service', 'port'];
export const DEFAULT_COLUMNS: readonly Column[] = ['client', 'server', 'service'];

/** Under the names that the views give them. */
export type SortColumn = 'count' | Column | 'first_seen' | 'last_seen';
export const SORT_COLUMNS: readonly SortColumn[] = ['count', ...COLUMNS, 'first_seen', 'last_seen'];
