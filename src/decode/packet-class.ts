// What became of a packet: each is in exactly one class. A class is a number, and its place in arrays of counters.

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
/** Of a link layer that has no decoder. */
export const UNKNOWN_LINK_TYPE = 7;

export type PacketClass =
  | typeof SYN_ACK
  | typeof OTHER_TCP
  | typeof NOT_TCP
  | typeof LATER_FRAGMENT
  | typeof NOT_IP
  | typeof TRUNCATED
  | typeof MALFORMED
  | typeof UNKNOWN_LINK_TYPE;

/** The names of the classes, by number. */
export const PACKET_CLASSES = [
  'synAcks',
  'otherTcp',
  'notTcp',
  'laterFragments',
  'notIp',
  'truncated',
  'malformed',
  'unknownLinkType',
] as const;
