// The service instance tag of a provider backbone bridge, "MAC in MAC": four bytes, then the customer's frame.
// IEEE 802.1Q 9.7 (from 802.1ah).

import type { Packet } from '../../packet.js';
import { MALFORMED, type PacketClass } from '../../packet-class.js';
import { decodeEthernet } from './ethernet.js';

const HEADER_LENGTH = 4;

/** `offset` is just after the tag's own EtherType. */
export function decodeBackboneTag(packet: Packet, offset: number, limit: number): PacketClass {
  if (limit - offset < HEADER_LENGTH) return MALFORMED;
  return decodeEthernet(packet, offset + HEADER_LENGTH, limit);
}
