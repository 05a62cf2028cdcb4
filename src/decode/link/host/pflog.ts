// Packets that the BSDs' packet filter pf logged: a header whose length differs between systems and releases (48, 64,
// 72 and 100 bytes are known), then IP. pflog(4), struct pfloghdr. LINKTYPE_PFLOG at tcpdump.org.

import type { Packet } from '../../packet.js';
import { MALFORMED, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeRawIp } from './raw-ip.js';

const FIELD = { length: 0 } as const;
/** The header of OpenBSD 3.4, up to the direction. */
const MIN_HEADER_LENGTH = 45;
/** On most systems the length does not count the padding at the end of the header. */
const ALIGNMENT = 4;

/** The version of IP decides: the header has the family of the rule, and pf may have translated the packet. */
export function decodePflog(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < MIN_HEADER_LENGTH) return TRUNCATED;
  const length = packet.view.getUint8(offset + FIELD.length);
  if (length < MIN_HEADER_LENGTH) return MALFORMED;
  return decodeRawIp(packet, offset + Math.ceil(length / ALIGNMENT) * ALIGNMENT, limit);
}
