// The classes of packets, of which each packet has exactly one. A class is a number, and its index in arrays of counters.

import type {
  LATER_FRAGMENT,
  MALFORMED,
  NOT_IP,
  NOT_TCP,
  OTHER_TCP,
  SYN_ACK,
  TRUNCATED,
  UNKNOWN_LINK_TYPE,
} from './packet-class-numbers.js';

export * from './packet-class-numbers.js';

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
