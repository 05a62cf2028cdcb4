// Redback's SmartEdge routers: a header with the kind of the packet and the offset where it begins. There is no public
// specification; source: Wireshark's packet-redback.c.

import { decodeIp } from '../../ip/ip.js';
import type { Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeEthernet } from '../ethernet/ethernet.js';
import { decodePpp } from '../ppp/ppp.js';

const FIELD = { protocol: 18, networkOffset: 20, dataOffset: 22 } as const;
const HEADER_LENGTH = 24;

export function decodeRedback(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const networkOffset = view.getUint16(offset + FIELD.networkOffset);
  if (networkOffset < HEADER_LENGTH) return MALFORMED;
  const payload = offset + networkOffset;
  switch (view.getUint16(offset + FIELD.protocol)) {
    case 1: // IP, after an Ethernet header if the data begin later
      return view.getUint16(offset + FIELD.dataOffset) > networkOffset
        ? decodeEthernet(packet, payload, limit)
        : decodeIp(packet, payload, limit);
    case 3: // Ethernet to one station, sent
    case 4: // the same, received
    case 8: // Ethernet to all stations, received
      return decodeEthernet(packet, payload, limit);
    case 6:
      return decodePpp(packet, payload, limit);
    default:
      return NOT_IP;
  }
}
