// The two names that synsum itself gives, so that no machine or service may have them.

/** Stands for every remote machine: in patterns, in the views and in saved inventories. */
export const REMOTE = '_';

/** Stands in every column of the one row for all the rows that were folded at the memory ceiling. */
export const OTHER = '(other)';
