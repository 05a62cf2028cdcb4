// What the packet filter pf of the BSDs logs: a header whose length differs between systems and releases (48, 64,
// 72 and 100 bytes are known), then IP. pflog(4), struct pfloghdr. LINKTYPE_PFLOG at tcpdump.org.

import type { Packet } from '../../packet.js';
import { MALFORMED, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeRawIp } from './raw-ip.js';

const FIELD = { length: 0 } as const;
/** That of OpenBSD 3.4, up to the direction. */
const MIN_HEADER_LENGTH = 45;
/** Most systems leave the padding at the end of the header out of its length. */
const ALIGNMENT = 4;

/** The header's address family is that of the rule: pf may have translated the packet to the other one. */
export function decodePflog(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < MIN_HEADER_LENGTH) return TRUNCATED;
  const length = packet.view.getUint8(offset + FIELD.length);
  if (length < MIN_HEADER_LENGTH) return MALFORMED;
  return decodeRawIp(packet, offset + Math.ceil(length / ALIGNMENT) * ALIGNMENT, limit);
}
