// What a packet turns out to be. The values are places in an array of counters.

export const SYN_ACK = 0;
/** TCP without SYN and ACK both set. */
export const OTHER_TCP = 1;
/** IP that carries something else. */
export const NOT_TCP = 2;
/** A fragment of an IP datagram that is not the first, so without a TCP header. */
export const LATER_FRAGMENT = 3;
/** Neither IPv4 nor IPv6. */
export const NOT_IP = 4;
/** The capture holds too little of it to see the TCP flags. */
export const TRUNCATED = 5;
/** Its headers contradict themselves. */
export const MALFORMED = 6;
/** Of a link layer that there is no decoder for. */
export const UNKNOWN_LINK_TYPE = 7;

export const VERDICT_COUNT = 8;

export type Verdict =
  | typeof SYN_ACK
  | typeof OTHER_TCP
  | typeof NOT_TCP
  | typeof LATER_FRAGMENT
  | typeof NOT_IP
  | typeof TRUNCATED
  | typeof MALFORMED
  | typeof UNKNOWN_LINK_TYPE;
