// Ethernet on passive optical networks (EPON): a preamble that names the logical link, then the frame. IEEE 802.3
// 65.1.3. LINKTYPE_EPON at tcpdump.org starts at the delimiter; some captures have the bytes before it too.

import type { Packet } from '../../packet.js';
import { NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeEthernet } from './ethernet.js';

/** From the delimiter (SLD) on: two bytes of preamble, the logical link, a checksum. */
const HEADER_LENGTH = 6;
const DELIMITER = 0xd5;
const MAX_BEFORE_DELIMITER = 2;

export function decodeEpon(packet: Packet, offset: number, limit: number): PacketClass {
  for (let at = offset; at <= offset + MAX_BEFORE_DELIMITER; at++) {
    if (packet.end - at < HEADER_LENGTH) return TRUNCATED;
    if (packet.view.getUint8(at) === DELIMITER) return decodeEthernet(packet, at + HEADER_LENGTH, limit);
  }
  return NOT_IP;
}
