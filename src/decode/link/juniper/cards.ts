// The interface and service cards (PICs) of Juniper's routers. After the router's own header they put a cookie, whose
// length and meaning depend on the card, then a packet in one of several encapsulations, which the cookie hardly
// identifies. There is no public specification; sources: tcpdump's print-juniper.c, Wireshark's packet-juniper.c.

import { decodeIp } from '../../ip/ip.js';
import type { Packet } from '../../packet.js';
import { NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeMpls } from '../../tunnel/mpls.js';
import { decodeEthernet } from '../ethernet/ethernet.js';
import { decodeRawIp } from '../host/raw-ip.js';
import { decodePpp } from '../ppp/ppp.js';
import { decodeAtmLlc } from '../wan/atm.js';
import { decodeMultilinkFrameRelay } from '../wan/multilink-frame-relay.js';
import { decodeNlpid } from '../wan/nlpid.js';

/** The first bytes of the cookies of two generations of service cards. */
const LINK_SERVICES = 0x54;
const LINK_SERVICES_LENGTH = 4;
const ADAPTIVE_SERVICES = 0x47;
const ADAPTIVE_SERVICES_LENGTH = 8;
/** In the cookie of adaptive services: the byte whose upper half is the protocol. */
const ADAPTIVE_SERVICES_PROTOCOL = 5;

const MULTILINK_LENGTH = 2;
const UNNUMBERED_INFORMATION = 0x03;

/** Multilink PPP. */
export function decodeJuniperMlppp(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  if (end - offset < ADAPTIVE_SERVICES_LENGTH) return TRUNCATED;
  switch (view.getUint8(offset)) {
    case ADAPTIVE_SERVICES:
      return decodeAdaptiveServices(packet, offset, limit);
    case LINK_SERVICES:
      return decodePpp(packet, offset + LINK_SERVICES_LENGTH, limit);
    default: {
      // A link of a bundle has no cookie.
      const hasCookie = isPppProtocol(view.getUint16(offset + MULTILINK_LENGTH));
      return decodePpp(packet, hasCookie ? offset + MULTILINK_LENGTH : offset, limit);
    }
  }
}

/** End-to-end multilink frame relay (FRF.15). */
export function decodeJuniperMlfr(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  if (end - offset < ADAPTIVE_SERVICES_LENGTH) return TRUNCATED;
  const first = view.getUint8(offset);
  if (first === ADAPTIVE_SERVICES) return decodeAdaptiveServices(packet, offset, limit);
  return decodeControlled(
    packet,
    offset + (first === LINK_SERVICES ? LINK_SERVICES_LENGTH : MULTILINK_LENGTH),
    limit,
  );
}

const MFR_LENGTH = 4;
/** The first byte if there is no cookie: that of a frame, with the bits for its beginning and its end set. */
const MFR_WHOLE_FRAME = 0xc0;

/** Multilink frame relay between a user and a network (FRF.16). */
export function decodeJuniperMfr(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  if (end - offset < ADAPTIVE_SERVICES_LENGTH) return TRUNCATED;
  const first = view.getUint8(offset);
  // A link of a bundle has no cookie, and carries whole frames.
  if (first >= MFR_WHOLE_FRAME) return decodeMultilinkFrameRelay(packet, offset, limit);
  if (first === ADAPTIVE_SERVICES) return decodeAdaptiveServices(packet, offset, limit);
  return decodeControlled(packet, offset + (first === LINK_SERVICES ? MFR_LENGTH + 2 : MFR_LENGTH), limit);
}

function decodeAdaptiveServices(packet: Packet, offset: number, limit: number): PacketClass {
  const payload = offset + ADAPTIVE_SERVICES_LENGTH;
  switch (packet.view.getUint8(offset + ADAPTIVE_SERVICES_PROTOCOL) >>> 4) {
    case 0: // IPv4
    case 1: // IPv6
      return decodeIp(packet, payload, limit);
    case 2: // MPLS
      return decodeMpls(packet, payload, limit);
    default:
      return NOT_IP;
  }
}

/** A control field, then an NLPID. */
function decodeControlled(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < 1) return TRUNCATED;
  const isUnnumbered = packet.view.getUint8(offset) === UNNUMBERED_INFORMATION;
  return isUnnumbered ? decodeNlpid(packet, offset + 1, limit) : NOT_IP;
}

const ATM1 = { format: 0 } as const;
const ATM1_LENGTH = 4;
/** Cells for operation and maintenance. */
const ATM1_FORMAT_CELL = 0x80;

export function decodeJuniperAtm1(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < ATM1_LENGTH) return TRUNCATED;
  if (packet.view.getUint8(offset + ATM1.format) === ATM1_FORMAT_CELL) return NOT_IP;
  return decodeAtm(packet, offset + ATM1_LENGTH, limit);
}

const ATM2 = { gapCount: 3, packetType: 7 } as const;
const ATM2_LENGTH = 8;
const ATM2_GAP_COUNT_MASK = 0x3f;
/** Any packet type other than 0 stands for cells. */
const ATM2_PACKET_TYPE_MASK = 0x70;
const LLC_SNAP = 0xaaaa03;
const LLC_NLPID = 0xfefe03;

export function decodeJuniperAtm2(
  packet: Packet,
  offset: number,
  limit: number,
  isIncoming: boolean,
): PacketClass {
  const { view, end } = packet;
  const payload = offset + ATM2_LENGTH;
  if (end - payload < 4) return TRUNCATED;
  if ((view.getUint8(offset + ATM2.packetType) & ATM2_PACKET_TYPE_MASK) !== 0) return NOT_IP;
  const llc = view.getUint32(payload) >>> 8;
  if (llc === LLC_SNAP || llc === LLC_NLPID) return decodeAtmLlc(packet, payload, limit);
  const gapCount = view.getUint8(offset + ATM2.gapCount) & ATM2_GAP_COUNT_MASK;
  if (!isIncoming && gapCount !== 0) return decodeEthernet(packet, payload, limit);
  if (isPppProtocol(view.getUint16(payload))) return decodePpp(packet, payload, limit);
  return decodeAtm(packet, payload, limit);
}

/** LLC, an NLPID or IP: the ends of a virtual circuit agree on which, so only the content shows it. */
function decodeAtm(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < 1) return TRUNCATED;
  const nibble = packet.view.getUint8(offset) >>> 4;
  return nibble === 4 || nibble === 6
    ? decodeRawIp(packet, offset, limit)
    : decodeAtmLlc(packet, offset, limit);
}

/** The two sources describe two layouts. In the shorter one the protocol is little-endian, and matches the packet. */
const GGSN = { protocol: 2 } as const;
const GGSN_LENGTH = 8;
const GGSN_SHORT = { protocol: 0 } as const;
const GGSN_SHORT_LENGTH = 4;
const GGSN_IPV4 = 2;
const GGSN_IPV6 = 6;

export function decodeJuniperGgsn(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (packet.end - offset < GGSN_LENGTH) return TRUNCATED;
  const protocol = view.getUint16(offset + GGSN_SHORT.protocol, true);
  const nibble = view.getUint8(offset + GGSN_SHORT_LENGTH) >>> 4;
  if ((protocol === GGSN_IPV4 && nibble === 4) || (protocol === GGSN_IPV6 && nibble === 6)) {
    return decodeRawIp(packet, offset + GGSN_SHORT_LENGTH, limit);
  }
  switch (view.getUint8(offset + GGSN.protocol)) {
    case GGSN_IPV4:
    case GGSN_IPV6:
      return decodeIp(packet, offset + GGSN_LENGTH, limit);
    default:
      return NOT_IP;
  }
}

const SERVICES_LENGTH = 8;
const SERVICES_LENGTH_OUT = 12;
const SERVICES_LENGTH_IN = 16;

/** General services, IPv4 only. One source has a cookie of 8 bytes, the other a length that depends on the direction. */
export function decodeJuniperServices(
  packet: Packet,
  offset: number,
  limit: number,
  isIncoming: boolean,
): PacketClass {
  const long = offset + (isIncoming ? SERVICES_LENGTH_IN : SERVICES_LENGTH_OUT);
  if (packet.end - long < 1) return TRUNCATED;
  const isLong = packet.view.getUint8(long) >>> 4 === 4;
  return decodeIp(packet, isLong ? long : offset + SERVICES_LENGTH, limit);
}

/** Whether PPP that carries IP or MPLS begins like this. */
function isPppProtocol(field: number): boolean {
  return field === 0xff03 || field === 0x0021 || field === 0x0057 || field === 0x0281 || field === 0x0283;
}
