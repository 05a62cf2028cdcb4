// The exit statuses; the README explains them to users.

/** Everything was read and printed. */
export const EXIT_DONE = 0;
/** Wrong usage or configuration, or nothing could be read: nothing was done. */
export const EXIT_USAGE = 2;
/** Commands that compare found changes. */
export const EXIT_CHANGES = 1;
/** Some input could not be read completely, and the result covers what could be read; or the output could not be written. */
export const EXIT_INCOMPLETE = 3;
