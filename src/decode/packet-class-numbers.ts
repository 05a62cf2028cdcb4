// The packet classes by number. AssemblyScript compiles this file too, for src/hot, so it holds only numbers.

/** TCP with SYN and ACK both set. */
export const SYN_ACK = 0;
/** TCP without SYN and ACK both set. */
export const OTHER_TCP = 1;
/** IP that carries something else. */
export const NOT_TCP = 2;
/** A fragment of an IP datagram other than the first: it has no TCP header. */
export const LATER_FRAGMENT = 3;
/** Neither IPv4 nor IPv6. */
export const NOT_IP = 4;
/** Captured too short to show the TCP flags. */
export const TRUNCATED = 5;
/** Its headers contradict one another. */
export const MALFORMED = 6;
/** Its link layer has no decoder. */
export const UNKNOWN_LINK_TYPE = 7;
