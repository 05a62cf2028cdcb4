// What the exit status says; the README tells users.

/** All was read and printed. */
export const EXIT_DONE = 0;
/** Wrong usage or configuration, or nothing that could be read: nothing was done. */
export const EXIT_USAGE = 2;
/** For commands that compare: there are changes. */
export const EXIT_CHANGES = 1;
/** Some input could not be read whole: the result is of what could be read. */
export const EXIT_INCOMPLETE = 3;
