// How much of a pcapng block is checked. AssemblyScript compiles this file too, for src/hot, so it holds only numbers.

/**
 * The options of a packet that are checked; those after them are taken to be right. Writers add a handful. Without a limit,
 * damage that looks like long blocks in one another, all full of empty options, takes a million times its length.
 */
export const MAX_OPTIONS = 64;
