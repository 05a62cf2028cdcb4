// Where things are in the memory that TypeScript and the WebAssembly of src/hot share, in bytes and ascending. Both
// compilers read this file, so it holds only numbers; i32 is AssemblyScript's word. Numbers in the memory are 8-byte
// floats, unless their comment says otherwise.

/** SYN-ACKs that are added to the rows together. */
export const BATCH = 128;
/** Interfaces of a pcapng section whose packets the hot path can count. */
export const MAX_PLAIN_INTERFACES = 64;
export const INTERFACE_LENGTH = 16;
/** One for each word of the longest key, and one for the slice of time. */
export const MULTIPLIER_COUNT = 10;
/** Two bits for each value that the first two bytes of an address can have. */
export const PREFIXES_LENGTH = 16384;

// A row consists of the addresses of client and server as they are in packets, the tag and above it the count in one
// 8-byte integer, and the times it was first and last seen. It is padded so that no row lies across two cache lines.
export const ROW_4 = 32;
export const KEY_4 = 8;
export const ROW_6 = 64;
export const KEY_6 = 32;

/** Packets by packet class. */
export const PACKETS_BY_CLASS: i32 = 64;
/** SYN-ACKs outside the time asked for. */
export const OUTSIDE_TIME: i32 = PACKETS_BY_CLASS + 8 * 8;
/** Folded rows, their SYN-ACKs, and when the first and the last of these were seen. */
export const FOLDED: i32 = OUTSIDE_TIME + 8;
/** SYN-ACKs are counted from this time on, and before the other. */
export const SINCE: i32 = FOLDED + 4 * 8;
export const UNTIL: i32 = SINCE + 8;
/** Seconds in the header of the record that was counted last; 4 bytes. */
export const LAST_SECONDS: i32 = UNTIL + 8;
/** Whether SINCE and UNTIL are to be looked at; 4 bytes. */
export const HAS_TIMES: i32 = LAST_SECONDS + 4;
/** Time of the SYN-ACK that was counted last. */
export const LAST_TIME: i32 = HAS_TIMES + 4;
/** Whether the remote clients of each row are counted, and the hours in which it was seen; 4 bytes each. */
export const HAS_CLIENTS: i32 = LAST_TIME + 8;
export const HAS_HOURS: i32 = HAS_CLIENTS + 4;
/** The length in microseconds of the slices of time that have rows of their own; 0 if rows are not divided. */
export const SLICE: i32 = HAS_HOURS + 4;
/** Whether evidence is counted, and the activity of rows; 4 bytes each. */
export const HAS_EVIDENCE: i32 = SLICE + 8;
export const HAS_ACTIVITY: i32 = HAS_EVIDENCE + 4;
/** Addresses of a packet that is elsewhere, 16 bytes each, and the beginning of its TCP header. */
export const CLIENT: i32 = HAS_ACTIVITY + 4;
export const SERVER: i32 = CLIENT + 16;
export const TCP_HEADER: i32 = SERVER + 16;
/** Random 8-byte integers. */
export const MULTIPLIERS: i32 = TCP_HEADER + 16;
/** Where the ranges of a scope are, as ascending pairs of a first and a last address, and how many; 4 bytes each. */
export const RANGES_4: i32 = MULTIPLIERS + MULTIPLIER_COUNT * 8;
export const RANGE_COUNT_4: i32 = RANGES_4 + 4;
export const RANGES_6: i32 = RANGE_COUNT_4 + 4;
export const RANGE_COUNT_6: i32 = RANGES_6 + 4;
/**
 * The slices of activity: the index of their width, and the width in seconds; the numbers of the first slice and the last
 * one, NO_SLICE and 0 before there are any; how many entries all rows have; 4 bytes each.
 */
export const SLICE_STEP: i32 = RANGE_COUNT_6 + 4;
export const SLICE_WIDTH: i32 = SLICE_STEP + 4;
export const FIRST_SLICE: i32 = SLICE_WIDTH + 4;
export const LAST_SLICE: i32 = FIRST_SLICE + 4;
export const ACTIVITY_ENTRIES: i32 = LAST_SLICE + 4;
/** The width in seconds and the first slice of another tally, whose blocks are added; 4 bytes each. */
export const OTHER_WIDTH: i32 = ACTIVITY_ENTRIES + 4;
export const OTHER_FIRST: i32 = OTHER_WIDTH + 4;
/** All widths in seconds, ascending, 4 bytes each. */
export const SLICE_WIDTHS: i32 = OTHER_FIRST + 4;

/** A bit for each UDP port that a tunnel may use. */
export const TUNNEL_PORTS: i32 = 1024;
/**
 * The scope of all addresses with the same first two bytes, in the order that these have in memory. With two bits each,
 * most of a table stays in the processor's first cache.
 */
export const PREFIXES_4: i32 = TUNNEL_PORTS + 65536 / 8;
export const PREFIXES_6: i32 = PREFIXES_4 + PREFIXES_LENGTH;
/** Values of PREFIXES: none of the addresses is kept (0), all are, or the ranges decide. */
export const KEPT = 1;
export const MIXED = 2;

/** Which SYN-ACKs of the batch have a remote client, 4 bytes each. */
export const REMOTE: i32 = PREFIXES_6 + PREFIXES_LENGTH;
/** The addresses of the clients in the batch, as they are in packets: the row of a remote client does not have it. */
export const CLIENTS_6: i32 = REMOTE + BATCH * 4;
export const CLIENTS_4: i32 = CLIENTS_6 + BATCH * 16;
/** A row that is added separately, and one of its blocks, as they are in a part. */
export const SINGLE_ROW: i32 = CLIENTS_4 + BATCH * 4;
export const SINGLE_BLOCK: i32 = SINGLE_ROW + ROW_6;
/** The SYN-ACKs of the batch, each as a row. */
export const PENDING_4: i32 = SINGLE_BLOCK + 5 * 64;
export const PENDING_6: i32 = PENDING_4 + BATCH * ROW_4;
/** Their hashes, 8 bytes each, and the numbers of their rows, 4 bytes each. */
export const HASHES: i32 = PENDING_6 + BATCH * ROW_6;
export const FOUND: i32 = HASHES + BATCH * 8;
/** Notes on the SYN-ACKs of the batch, for evidence; NOTE_LENGTH bytes each. */
export const NOTES_4: i32 = FOUND + BATCH * 4;
export const NOTES_6: i32 = NOTES_4 + BATCH * 12;
/** The evidence of all folded rows, and that of one row. */
export const FOLDED_EVIDENCE: i32 = NOTES_6 + BATCH * 12;
export const SINGLE_EVIDENCE: i32 = FOLDED_EVIDENCE + 12 * 8;
/** SYN-ACKs on their way into the tables of repeats and handshakes; QUEUED_LENGTH bytes each. */
export const QUEUE: i32 = SINGLE_EVIDENCE + 12 * 8;
/** Times of the first and the last SYN-ACK of a capture, and of the last one of the capture before; NaN if there is none. */
export const FIRST_SYN_ACK: i32 = QUEUE + BATCH * 40;
export const LAST_SYN_ACK: i32 = FIRST_SYN_ACK + 8;
export const SYN_ACK_BEFORE: i32 = LAST_SYN_ACK + 8;
/** A place to write to that is never read. */
export const NOWHERE: i32 = SYN_ACK_BEFORE + 8;
/**
 * The first interfaces of a pcapng section: units of time in a microsecond, or 0 if the hot path is not to count their
 * packets; offsets in a packet of its EtherType and its network header. 4 bytes each, and 4 of padding.
 */
export const INTERFACES: i32 = NOWHERE + 8 * 64;

/** The patterns of src/capture/formats.ts, of three 4-byte numbers each: word, mask, next. A pattern of 0 is the last. */
export const HEADS: i32 = INTERFACES + MAX_PLAIN_INTERFACES * INTERFACE_LENGTH;
export const HEAD_LENGTH = 12;
export const MAX_HEADS = 64;
/** A bit for each pair of first bytes that a pattern has. */
export const HEAD_PAIRS: i32 = HEADS + MAX_HEADS * HEAD_LENGTH;
/** The number of blocks that findBlock skipped because they are refused, and the place of the last; 4 bytes each. */
export const REFUSED: i32 = HEAD_PAIRS + 65536 / 8;
export const LAST_REFUSED: i32 = REFUSED + 4;

/** The table of repeats, in cache lines. It takes no memory before it is used, as all of this. */
export const REPEATS: i32 = (LAST_REFUSED + 4 + 63) & ~63;
/** The table of handshakes: a body for each entry, of half a cache line, then a mark for each, and a byte for each set. */
export const HANDSHAKES: i32 = REPEATS + 1_064_960;
export const HANDSHAKES_LENGTH = 296_960;

/** Records of SYN-ACKs that the segments before decide on: at most the number of entries in the table of repeats. */
export const RECORDS: i32 = HANDSHAKES + HANDSHAKES_LENGTH;

/** The beginning of a page, where the kernel reads bytes to in half the time. */
export const WINDOW: i32 = (RECORDS + 2_097_152 + 4095) & ~4095;
/** Room for the five largest records in a row, which are looked at together after damage, and a page. */
export const WINDOW_LENGTH: i32 = 5 * 262_144 + 4096;
/** The heap of WebAssembly begins here. */
export const FIXED_END: i32 = WINDOW + WINDOW_LENGTH;

/** Enough rows for the busiest honest network; docs/performance.md has what they cost once they have names. */
export const DEFAULT_MAX_ROWS = 250000;
/** The most rows of one IP version: their numbers have 24 bits, and they share 2 GiB with other things. */
export const MAX_CAPACITY = 8388608;
/** The most rows that can be asked for: before a fold there are those of two tallies, or of one and a segment. */
export const MAX_ROWS = 3500000;
/** The same if each row may have a sketch, which makes it five to nine times as large. */
export const MAX_ROWS_WITH_CLIENTS = 1000000;

/** Pages of 64 KiB: a little more than FIXED_END, and 2 GiB, which are reserved and not used before they are needed. */
export const INITIAL_PAGES = 75;
export const MAX_PAGES = 32768;

/** The tag: the port, and a bit for either end that is remote, whose address is then 0. */
export const CLIENT_REMOTE = 0x1_0000;
export const SERVER_REMOTE = 0x2_0000;
export const TAG_MASK = 0x3_ffff;
export const COUNT_SHIFT = 18;
/** The largest number in the 46 bits above the tag. */
export const MAX_COUNT = 70368744177663;

// A sketch: the distinct hashes of addresses, ascending, 4 bytes each, while these are few; else the registers of a
// HyperLogLog, one byte each. The length shows which it is. In memory its length is before it, in 4 bytes; in a part there
// is the number of its row before that, in 4 bytes too.

/** With the length before it, and the heap's 4 bytes before that, such a list fills 256 bytes. */
export const MAX_HASHES = 62;
/** The first bits of a hash choose its register. */
export const REGISTER_BITS = 8;
export const REGISTER_COUNT = 256;
/** One more than the bits of a hash that are left, all of them 0. */
export const MAX_REGISTER = 25;

/** The blocks that may be attached to a row: a sketch of its remote clients, the hours in which it was seen, its activity. */
export const SKETCHES = 0;
export const HOURS = 1;
export const ACTIVITY = 2;

// Activity: an entry of 8 bytes for each slice of time in which there were SYN-ACKs, ascending: how many, and below it the
// last bits of the number of the slice, which is the second since the epoch, divided by the width. In memory and in a part it
// has the same head as a sketch.
export const ACTIVITY_ENTRY = 8;
export const SLICE_BITS = 8;
/** At most half of those that the bits tell apart. */
export const MAX_SLICES = 128;
export const SLICE_STEPS = 28;
/** More entries than this make the slices wider: they take at most 32 MB, and twice as much while tallies are merged. */
export const MAX_ENTRIES = 4194304;
/** Later times count as this one, in 2106: a second of 4 bytes. Earlier ones than the epoch count as the first second. */
export const MAX_SECOND = 4294967294;
export const NO_SLICE = 4294967295;

// Hours: the latest day in 4 bytes, then an entry for each hour of the day in which there were SYN-ACKs, ascending: in 4
// bytes the hour and below it how many, or the most that there is room for, then in 8 bytes the days. In memory and in
// a part hours have the same head as a sketch.

/** Microseconds. */
export const HOUR = 3600000000;
export const HOURS_PER_DAY = 24;
/** Days before the epoch that are counted. */
export const FIRST_DAY = 524288;
/** The last hour that is counted, from the first of that day on. */
export const LAST_HOUR = 25165823;
/** Days that are told apart: seven weeks, as many bits as an integer of JSON has room for. */
export const KEPT_DAYS = 49;
export const LATEST_DAY_AT = 4;
export const ENTRIES_AT = 8;
export const HOUR_ENTRY = 12;
/** In an entry. */
export const DAYS_AT = 4;
export const HOUR_SHIFT = 24;
export const MAX_HOUR_COUNT = 16777215;

// Evidence: the counters of a row, in this order. In the array of src/hot/counters.ts, the first ones have 32 bits and the
// others 15. Everywhere else each is an 8-byte float, and the first is UNKNOWN_EVIDENCE if they are not known.
export const COPIES = 0;
export const RESENT = 1;
export const LATE = 2;
export const PLAIN = 3;
export const JUDGED = 4;
export const COMPLETED = 5;
export const DATA = 6;
export const RESET = 7;
export const MUTUAL = 8;
export const PROXIED = 9;
export const PORT_20 = 10;
export const LOW_PORTS = 11;
export const COUNTER_COUNT = 12;
export const UNKNOWN_EVIDENCE = -1;
export const NARROW_COUNTERS = 8;
export const NARROW_BITS = 15;
export const EVIDENCE_LENGTH = 40;

// A note: in 4 bytes kind and flags of the SYN-ACK and the outcome of its handshake, then where its handshake is, and the
// number of its record; 4 bytes each.
export const NOTE_LENGTH = 12;
export const NOTE_HANDSHAKE_AT = 4;
export const NOTE_RECORD_AT = 8;
export const NOTE_FLAGS_SHIFT = 8;
export const NOTE_OUTCOME_SHIFT = 16;

// A queued SYN-ACK: first its addresses, then the hash of its handshake; its time; the numbers in its header, then the
// initial sequence numbers of server and client; its ports, then its direction, in 4 bytes, and in 4 bytes the place of its
// note; the hash of its connection.
export const QUEUED_LENGTH = 40;
export const QUEUED_TIME_AT = 8;
export const QUEUED_ISNS_AT = 16;
export const QUEUED_PORTS_AT = 24;
export const QUEUED_DIRECTION_AT = 24;
export const QUEUED_NOTE_AT = 28;
export const QUEUED_CONNECTION_AT = 32;

/** Sets of the table of repeats, of 8 entries of 8 bytes each, and 1 byte for the oldest. */
export const REPEAT_SETS_BITS = 14;
export const REPEATS_LENGTH = 1064960;

// A record of a SYN-ACK that may be a repeat of one before the segment, in 4 bytes each: its mark in the table of repeats, its
// time and direction there, its set with flags, outcome and IP version, and the number of its row in the part.
export const COLD_RECORD = 16;
export const COLD_WHEN_AT = 4;
export const COLD_WORD_AT = 8;
export const COLD_ROW_AT = 12;
export const COLD_SET_MASK = 0x3fff;
export const COLD_FLAGS_SHIFT = 14;
export const COLD_OUTCOME_SHIFT = 18;
export const COLD_SIX = 0x40_0000;
export const COLD_NO_ROW = 0xffff_ffff;
export const COLD_FOLDED = 0xffff_fffe;

// A capture continues another one if its first SYN-ACK comes at most this long after the last one of the other, or at most
// this long before it, because packets may be out of order. Microseconds.
export const MAX_PAUSE = 64000000;
export const MAX_OVERLAP = 1000000;

/** Sets of the table of handshakes, of 4 entries each. */
export const HANDSHAKE_SETS_BITS = 11;
/** Bytes after a segment in which its handshakes are followed. */
export const FOLLOW_LENGTH = 4194304;
/** Microseconds: a handshake that nothing followed for so long was not completed. */
export const SILENCE = 4000000;
