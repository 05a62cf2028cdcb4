// TCP: whether a segment is a SYN-ACK, its source port, and whether it carries data. RFC 9293 3.1.

import { NO_LIMIT, type Packet } from '../packet.js';
import { MALFORMED, OTHER_TCP, type PacketClass, SYN_ACK, TRUNCATED } from '../packet-class.js';
import { TOO_SHORT, UNDECODED } from '../undecoded.js';

const FIELD = { sourcePort: 0, dataOffset: 12, flags: 13 } as const;
/** Up to the flags: the capture may be cut anywhere after them. */
const NEEDED_LENGTH = 14;
/** A header without options; none is shorter. */
const MIN_TCP_HEADER_LENGTH = 20;

/** SYN 0x02 and ACK 0x10, whatever the other flags: `tcp[13] & 0x12 = 0x12`. */
const SYN_AND_ACK = 0x12;

export function decodeTcp(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (limit - offset < MIN_TCP_HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < NEEDED_LENGTH) {
    packet.undecoded = UNDECODED.tooShort + TOO_SHORT.tcp;
    return TRUNCATED;
  }
  const headerLength = (view.getUint8(offset + FIELD.dataOffset) >>> 4) * 4;
  if (headerLength < MIN_TCP_HEADER_LENGTH) return MALFORMED;
  packet.tcp = offset;
  // If no header says how long the packet is, it ends where its captured bytes end.
  packet.hasPayload = (limit >= NO_LIMIT ? packet.end : limit) - offset > headerLength;
  if ((view.getUint8(offset + FIELD.flags) & SYN_AND_ACK) !== SYN_AND_ACK) return OTHER_TCP;
  packet.port = view.getUint16(offset + FIELD.sourcePort);
  return SYN_ACK;
}
