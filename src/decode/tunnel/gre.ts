// Generic routing encapsulation (GRE). RFC 2784, key and sequence number RFC 2890, routing RFC 1701, in UDP RFC 8086;
// version 1, which carries PPP for PPTP, RFC 2637 4.1. WCCP: draft-wilson-wrec-wccp-v2. There is no public specification of
// the frames that Aruba's access points and MikroTik's routers (EoIP) send in it; source: Wireshark's packet-gre.c.

import { decodeIp } from '../ip/ip.js';
import { decodeEtherType } from '../link/ethernet/ether-types.js';
import { decodeEthernet } from '../link/ethernet/ethernet.js';
import { decodePpp } from '../link/ppp/ppp.js';
import { decodeFrameRelay } from '../link/wan/frame-relay.js';
import { decodeIeee80211 } from '../link/wifi/ieee80211.js';
import type { Packet } from '../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../packet-class.js';
import { decodeErspan } from './mirror/erspan.js';

const FIELD = { flags: 0, protocol: 2, payloadLength: 4 } as const;
const HEADER_LENGTH = 4;
/** Each optional field: checksum with two reserved bytes, key, sequence number, acknowledgment number. */
const OPTION_LENGTH = 4;

const FLAG = {
  checksum: 0x8000,
  routing: 0x4000,
  key: 0x2000,
  sequence: 0x1000,
  acknowledgment: 0x0080,
} as const;
const VERSION_MASK = 0x0007;

const PROTOCOL_PPP = 0x880b;
const PROTOCOL_FRAME_RELAY = 0x6559;
const PROTOCOL_ERSPAN = 0x88be;
const PROTOCOL_ERSPAN_III = 0x22eb;
/** Aruba uses one number for each kind of tunnel, in steps of 16. */
const PROTOCOL_ARUBA = { first: 0x8200, last: 0x8370, step: 0x10 } as const;
const PROTOCOL_EOIP = 0x6400;
const PROTOCOL_WCCP = 0x883e;
const WCCP_HEADER_LENGTH = 4;

export function decodeGre(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (limit - offset < HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const flags = view.getUint16(offset + FIELD.flags);
  const protocol = view.getUint16(offset + FIELD.protocol);
  // RFC 2784 abolished the routing field, whose length would have to be found entry by entry.
  if ((flags & FLAG.routing) !== 0) return NOT_IP;
  const payload = offset + HEADER_LENGTH + optionsLength(flags);
  switch (flags & VERSION_MASK) {
    case 0:
      return decodePayload(packet, protocol, flags, payload, limit);
    case 1:
      return decodeVersion1(packet, protocol, flags, offset, limit);
    default:
      return NOT_IP;
  }
}

function optionsLength(flags: number): number {
  let length = 0;
  if ((flags & FLAG.checksum) !== 0) length += OPTION_LENGTH;
  if ((flags & FLAG.key) !== 0) length += OPTION_LENGTH;
  if ((flags & FLAG.sequence) !== 0) length += OPTION_LENGTH;
  return length;
}

function decodePayload(
  packet: Packet,
  protocol: number,
  flags: number,
  offset: number,
  limit: number,
): PacketClass {
  switch (protocol) {
    case PROTOCOL_ERSPAN:
      // Type I has no sequence number, and no header of its own.
      return (flags & FLAG.sequence) === 0
        ? decodeEthernet(packet, offset, limit)
        : decodeErspan(packet, offset, limit);
    case PROTOCOL_ERSPAN_III:
      return decodeErspan(packet, offset, limit);
    case PROTOCOL_FRAME_RELAY:
      return decodeFrameRelay(packet, offset, limit);
    case PROTOCOL_WCCP:
      return decodeWccp(packet, offset, limit);
    case PROTOCOL_EOIP:
      return decodeEthernet(packet, offset, limit);
    default:
      return isAruba(protocol)
        ? decodeIeee80211(packet, offset, limit)
        : decodeEtherType(packet, protocol, offset, limit);
  }
}

function isAruba(protocol: number): boolean {
  const { first, last, step } = PROTOCOL_ARUBA;
  return protocol >= first && protocol <= last && (protocol - first) % step === 0;
}

/** WCCP version 2 has a header before the redirected packet, whose first nibble is not 4; version 1 has none. */
function decodeWccp(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < 1) return TRUNCATED;
  const hasHeader = packet.view.getUint8(offset) >>> 4 !== 4;
  return decodeIp(packet, hasHeader ? offset + WCCP_HEADER_LENGTH : offset, limit);
}

/** The key is a length, and a number of the call (PPTP) or of the tunnel (EoIP). */
function decodeVersion1(
  packet: Packet,
  protocol: number,
  flags: number,
  offset: number,
  limit: number,
): PacketClass {
  if ((flags & FLAG.key) === 0) return MALFORMED;
  if (packet.end - offset < FIELD.payloadLength + 2) return TRUNCATED;
  const acknowledgment = (flags & FLAG.acknowledgment) === 0 ? 0 : OPTION_LENGTH;
  const payload = offset + HEADER_LENGTH + optionsLength(flags) + acknowledgment;
  const payloadLength = packet.view.getUint16(offset + FIELD.payloadLength);
  const payloadLimit = Math.min(limit, payload + payloadLength);
  switch (protocol) {
    case PROTOCOL_PPP:
      // Without a sequence number it only acknowledges.
      return (flags & FLAG.sequence) === 0 ? NOT_IP : decodePpp(packet, payload, payloadLimit);
    case PROTOCOL_EOIP:
      // Without a frame it keeps the tunnel alive.
      return payloadLength === 0 ? NOT_IP : decodeEthernet(packet, payload, payloadLimit);
    default:
      return MALFORMED;
  }
}
