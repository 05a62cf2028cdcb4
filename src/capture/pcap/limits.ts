// How long and how far apart the records of an honest capture can be. AssemblyScript compiles this file too, for src/hot,
// so it holds only numbers.

/**
 * The limit of libpcap (MAXIMUM_SNAPLEN) and Wireshark for every link layer that carries IP. A record that claims to be
 * longer is damaged.
 */
export const MAX_CAPTURED_LENGTH = 262_144;

/**
 * Blocks of pcapng up to this length are read completely before they are used. It is more than the longest packet takes.
 * After damage, longer blocks are not believed.
 */
export const MAX_BLOCK_IN_WINDOW = 524_288;

/** 400 days: captures run for weeks, not for years. Records that are further apart are not neighbours. */
export const MAX_SECONDS_APART = 34_560_000;
