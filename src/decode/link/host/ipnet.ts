// Solaris ipnet: IP as it passes between zones and interfaces. LINKTYPE_IPNET at tcpdump.org.

import { decodeIpv4 } from '../../ip/ipv4.js';
import { decodeIpv6 } from '../../ip/ipv6.js';
import type { Packet } from '../../packet.js';
import { NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';

const FIELD = { family: 1, packetLength: 4 } as const;
const HEADER_LENGTH = 24;

const AF_INET = 2;
const AF_INET6 = 26;

export function decodeIpnet(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const payload = offset + HEADER_LENGTH;
  const payloadLimit = Math.min(limit, payload + view.getUint32(offset + FIELD.packetLength));
  const family = view.getUint8(offset + FIELD.family);
  if (family === AF_INET) return decodeIpv4(packet, payload, payloadLimit);
  if (family === AF_INET6) return decodeIpv6(packet, payload, payloadLimit);
  return NOT_IP;
}
