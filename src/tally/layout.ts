// Where things are in the memory that TypeScript and the WebAssembly of src/hot share, in bytes. Both are compiled
// with this file, so it holds nothing but numbers. The heap of WebAssembly begins at FIXED_END.

/** Packets by packet class, 8-byte floats as all numbers here that say nothing else. */
export const PACKETS_BY_CLASS = 64;
/** SYN-ACKs outside the time asked for. */
export const OUTSIDE_TIME = 128;
/** Rows given up, their SYN-ACKs, first and last time seen. */
export const FOLDED = 136;
/** Whether a time was asked for, 4 bytes; then from when, and before when. */
export const HAS_TIMES = 188;
export const SINCE = 168;
export const UNTIL = 176;
/** Seconds in the header of the record that was scanned last; 4 bytes. */
export const LAST_SECONDS = 184;
/** Time of the SYN-ACK that was counted last. */
export const LAST_TIME = 192;
/** Whether the remote clients of each row are to be counted, 4 bytes. */
export const HAS_CLIENTS = 200;
/** Whether the hours in which each row was seen are to be counted, 4 bytes. */
export const HAS_HOURS = 204;
/** Addresses of a packet that lies elsewhere, 16 bytes each. */
export const CLIENT = 208;
export const SERVER = 224;
/** Random 8-byte integers, one for each word of a key. */
export const MULTIPLIERS = 240;
export const MULTIPLIER_COUNT = 9;
/** First and last address by turns, ascending; where they are and how many pairs. 4 bytes each. */
export const RANGES_4 = 312;
export const RANGE_COUNT_4 = 316;
export const RANGES_6 = 320;
export const RANGE_COUNT_6 = 324;

/** A bit for each UDP port that a tunnel may use. */
export const TUNNEL_PORTS = 1024;
/**
 * What a scope says of the addresses with these first two bytes, in the order they have in memory: two bits each,
 * so that most of a table stays in the processor's first cache.
 */
export const PREFIXES_4 = 9216;
export const PREFIXES_6 = 25600;
export const PREFIXES_LENGTH = 16384;
/** Values of PREFIXES: nothing kept (0), all kept, or that the ranges must be asked. */
export const KEPT = 1;
export const MIXED = 2;

/** SYN-ACKs on their way into the rows, each as a row; so many of either family. */
export const PENDING_4 = 140288;
export const PENDING_6 = 144384;
export const BATCH = 128;
/** The addresses of their clients, as they lie in packets; a remote one has none in its row. */
export const CLIENTS_6 = 137216;
export const CLIENTS_4 = 139264;
/** Places in the batch in hand of those with a remote client, 4 bytes each. */
export const REMOTE = 136704;
/** A row on its way in by itself, and what it has beside it, a block at a time, as in a part. */
export const SINGLE_ROW = 139776;
export const SINGLE_BLOCK = 135936;
/** Of the batch in hand: hashes of 8 bytes, numbers of rows of 4. */
export const HASHES = 152576;
export const FOUND = 153600;

/** What is written there is never read. */
export const NOWHERE = 154112;
/**
 * The first interfaces of a pcapng section: units of time in a microsecond, 0 if the hot path is not to count its
 * packets; then where these have their EtherType and network header. 4 bytes each, and 4 of padding.
 */
export const INTERFACES = 154624;
export const INTERFACE_LENGTH = 16;
export const MAX_PLAIN_INTERFACES = 64;

/** At the beginning of a page: reading into it takes half the time that it takes elsewhere. */
export const WINDOW = 155648;
/** Room for the five largest records in a row that are looked at together after damage, and a page. */
export const WINDOW_LENGTH = 1314816;

export const FIXED_END = 1470464;

/** Rows enough for the busiest honest network; what they cost once they have names is in docs/performance.md. */
export const DEFAULT_MAX_ROWS = 250000;
/** The most that a table may ever hold of one IP version: row numbers have 24 bits, and rows a part of 2 GiB. */
export const MAX_CAPACITY = 8388608;
/** The most that may be asked for. Before a fold there are those of two tallies, or of one and a segment. */
export const MAX_ROWS = 3500000;
/** The same where each may have a sketch: these make a row five or nine times as large. */
export const MAX_ROWS_WITH_CLIENTS = 1000000;
/** The same where each may also have been seen in every hour of the week. */
export const MAX_ROWS_WITH_HOURS = 600000;

/** Of 64 KiB: a little more than that, and 2 GiB, of which nothing is taken until it is needed. */
export const INITIAL_PAGES = 24;
export const MAX_PAGES = 32768;

// A row is the addresses of client and server as they lie in packets, then the tag and above it the count in one
// 8-byte integer, then first and last time seen. It is padded to divide a cache line, and never lies across two.
export const ROW_4 = 32;
export const KEY_4 = 8;
export const ROW_6 = 64;
export const KEY_6 = 32;

/** The tag: the port, and a bit for either end that is remote, whose address is then 0. */
export const CLIENT_REMOTE = 0x1_0000;
export const SERVER_REMOTE = 0x2_0000;
export const TAG_MASK = 0x3_ffff;
export const COUNT_SHIFT = 18;
/** What the 46 bits above the tag hold. */
export const MAX_COUNT = 70368744177663;

// A sketch: the distinct hashes of addresses, ascending, 4 bytes each, while these are few; else the registers of a
// HyperLogLog, one byte each. Its length tells which. In memory its length is before it, in 4 bytes; in a part there
// is the number of its row before that, in 4 bytes too.

/** With the length before it, and the heap's 4 bytes before that, such a list fills 256 bytes. */
export const MAX_HASHES = 62;
/** The first bits of a hash choose its register. */
export const REGISTER_BITS = 8;
export const REGISTER_COUNT = 256;
/** One more than the bits of a hash that are left, all of them 0. */
export const MAX_REGISTER = 25;

/** What rows may have beside them: the sketches of their remote clients, and the hours in which they were seen. */
export const SKETCHES = 0;
export const HOURS = 1;

// Hours: a list, ascending, of 4 bytes for each hour of the week (UTC) in which there were SYN-ACKs: the hour, and below
// it how many, or the most that there is room for. In memory and in a part it has the same head as a sketch.

/** Microseconds. */
export const HOUR = 3600000000;
export const HOURS_PER_WEEK = 168;
/** The hour of the week in which the epoch began, a Thursday. Hour 0 is the first of Monday. */
export const FIRST_HOUR = 72;
export const HOUR_SHIFT = 24;
export const MAX_HOUR_COUNT = 16777215;
