// IPv4 or IPv6, as its version field says, with nothing before it. LINKTYPE_RAW, LINKTYPE_IPV4 and LINKTYPE_IPV6 at
// tcpdump.org.

import { decodeIpv4 } from '../../ip/ipv4.js';
import { decodeIpv6 } from '../../ip/ipv6.js';
import type { Packet } from '../../packet.js';
import { NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';

export function decodeRawIp(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < 1) return TRUNCATED;
  switch (packet.view.getUint8(offset) >>> 4) {
    case 4:
      return decodeIpv4(packet, offset, limit);
    case 6:
      return decodeIpv6(packet, offset, limit);
    default:
      return NOT_IP;
  }
}
