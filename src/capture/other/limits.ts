// Limits of the records of snoop and ERF. AssemblyScript compiles this file too, for src/hot, so it holds only numbers.

export const SNOOP_RECORD_HEADER_LENGTH = 24;
/** Shomiti puts a trailer of 16 bytes into the padding, others at most some bytes. */
export const SNOOP_MAX_PADDING = 256;

export const ERF_HEADER_LENGTH = 16;
export const ERF_HAS_EXTENSION = 0x80;
/** Describes the host and the card; Wireshark writes such records without a time. */
export const ERF_METADATA = 27;
export const ERF_LAST_TYPE = 33;
/** Records of this type fill gaps, and may have no time. */
export const ERF_PADDING = 48;
/** A record may be longer than its packet by extension headers, a header for the type, and padding. */
export const ERF_MAX_MORE = 128;
/** A clock that was set is not earlier than the first DAG card, 1996. */
export const ERF_FIRST_SECONDS = 819_936_000;
