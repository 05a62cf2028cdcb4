// Generic framing procedure (GFP), packets on optical transport networks. ITU-T G.7041 6.1 (frames), table 6-3 (payloads).
// LINKTYPE_GPF_T and LINKTYPE_GPF_F at tcpdump.org.

import { decodeIp } from '../../ip/ip.js';
import type { Packet } from '../../packet.js';
import { NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeMpls } from '../../tunnel/mpls.js';
import { decodeEthernet } from '../ethernet/ethernet.js';
import { decodePpp } from '../ppp/ppp.js';

/** Length and its checksum, then the type and its checksum. */
const FIELD = { length: 0, type: 4 } as const;
const CORE_LENGTH = 4;
const HEADER_LENGTH = 8;

/** In the type: payload kind 3 bits, check sequence 1, kind of the extension header 4, payload 8. */
const KIND_SHIFT = 13;
const KIND_DATA = 0;
const EXTENSION_SHIFT = 8;
const EXTENSION_MASK = 0x0f;
const EXTENSION = { none: 0, linear: 1 } as const;
const LINEAR_LENGTH = 4;
const PAYLOAD_MASK = 0xff;

export function decodeGfp(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const type = view.getUint16(offset + FIELD.type);
  const extension = (type >>> EXTENSION_SHIFT) & EXTENSION_MASK;
  if (type >>> KIND_SHIFT !== KIND_DATA || extension > EXTENSION.linear) return NOT_IP;
  const payload = offset + HEADER_LENGTH + (extension === EXTENSION.none ? 0 : LINEAR_LENGTH);
  const payloadLimit = Math.min(limit, offset + CORE_LENGTH + view.getUint16(offset + FIELD.length));
  switch (type & PAYLOAD_MASK) {
    case 0x01:
      return decodeEthernet(packet, payload, payloadLimit);
    case 0x02:
      return decodePpp(packet, payload, payloadLimit);
    case 0x0d:
      return decodeMpls(packet, payload, payloadLimit);
    case 0x10: // IPv4
    case 0x11: // IPv6
      return decodeIp(packet, payload, payloadLimit);
    default:
      return NOT_IP;
  }
}
