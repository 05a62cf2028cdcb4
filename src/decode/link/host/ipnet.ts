// Solaris ipnet: IP as it passes between zones and interfaces. LINKTYPE_IPNET at tcpdump.org.

import { decodeIp } from '../../ip/ip.js';
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
  const isIp = family === AF_INET || family === AF_INET6;
  return isIp ? decodeIp(packet, payload, payloadLimit) : NOT_IP;
}
