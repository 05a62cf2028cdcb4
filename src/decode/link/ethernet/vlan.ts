// A VLAN tag: two bytes of tag control, then the type of the tagged frame. IEEE 802.1Q clause 9.

import type { Packet } from '../../packet.js';
import { type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeTypeOrLength } from './ethernet.js';

const FIELD = { type: 2 } as const;
const HEADER_LENGTH = 4;

/** `offset` is just after the tag's own EtherType. */
export function decodeVlan(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  return decodeTypeOrLength(
    packet,
    packet.view.getUint16(offset + FIELD.type),
    offset + HEADER_LENGTH,
    limit,
  );
}
