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

/** No packet is longer, on the wire or merged by a network card. It is 16 times the longest IP packet. */
export const MAX_ORIGINAL_LENGTH = 1_048_576;

/** The number of successive headers that must be right for the first to be believed after damage. */
export const CHAIN_LENGTH = 3;

/** A clock that was set is not earlier than pcap itself, 1987; bytes that are not a header often contain small numbers. */
export const FIRST_CAPTURE_SECONDS = 536_112_000;

/** 400 days: captures run for weeks, not for years. Records that are further apart are not neighbours. */
export const MAX_SECONDS_APART = 34_560_000;
