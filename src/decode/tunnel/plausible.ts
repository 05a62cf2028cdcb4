// Guesses the protocol of bytes from their content, where no header names it. A wrong guess costs nothing: the decoder
// of the guessed protocol checks its headers as always.

import { ETHER_TYPE_IPV4, ETHER_TYPE_IPV6, ETHER_TYPE_PPPOE_SESSION } from '../link/ethernet/ether-types.js';
import { decodeEthernet } from '../link/ethernet/ethernet.js';
import { decodeRawIp } from '../link/host/raw-ip.js';
import { PPPOE_VERSION_AND_TYPE } from '../link/ppp/pppoe.js';
import { NO_LIMIT, type Packet } from '../packet.js';
import { MALFORMED, type PacketClass, TRUNCATED } from '../packet-class.js';

const ETHERNET_ADDRESSES = 12;
const TYPE_LENGTH = 2;
const VLAN_TAG_LENGTH = 4;
const MAX_VLAN_TAGS = 4;

const IPV4 = { totalLength: 2 } as const;
const IPV6 = { payloadLength: 4, headerLength: 40 } as const;
/** Up to the length of either. */
const MIN_IP_LENGTH = 6;
/** A frame check sequence may follow the packet, and padding if the frame would be shorter than 64 bytes. */
const CHECK_SEQUENCE_LENGTH = 4;
const MAX_PADDED_LENGTH = 50;

/**
 * IPv4, IPv6 or an Ethernet frame, by its content. The first nibble is not enough: a frame begins with an address, and
 * many addresses begin with a 4 or a 6 (RFC 4928, RFC 8469).
 */
export function decodeIpOrEthernet(packet: Packet, offset: number, limit: number): PacketClass {
  // An IP source address can look like the type of a frame; then the length of IP decides.
  const isEthernet = looksLikeEthernet(packet, offset) && !hasLengthOfIp(packet, offset, limit);
  return isEthernet ? decodeEthernet(packet, offset, limit) : decodeRawIp(packet, offset, limit);
}

/**
 * Whether an Ethernet frame that carries IP or PPPoE begins here: one of their types, and after it a first byte that
 * matches the type. Also true if the capture ends before that can be decided.
 */
export function looksLikeEthernet({ view, end }: Packet, offset: number): boolean {
  const firstType = offset + ETHERNET_ADDRESSES;
  for (let at = firstType; at <= firstType + MAX_VLAN_TAGS * VLAN_TAG_LENGTH; at += VLAN_TAG_LENGTH) {
    if (end - at < TYPE_LENGTH) return true;
    const type = view.getUint16(at);
    if (type === 0x8100 || type === 0x88a8) continue;
    const isCut = end - at === TYPE_LENGTH;
    const first = isCut ? 0 : view.getUint8(at + TYPE_LENGTH);
    switch (type) {
      case ETHER_TYPE_IPV4:
        return isCut || (first >= 0x45 && first <= 0x4f);
      case ETHER_TYPE_IPV6:
        return isCut || first >>> 4 === 6;
      case ETHER_TYPE_PPPOE_SESSION:
        return isCut || first === PPPOE_VERSION_AND_TYPE;
      default:
        return false;
    }
  }
  return false;
}

/**
 * IP in a datagram whose headers have nothing to check: it counts as IP only if its own length is that of the rest of
 * the datagram. A tunnelled packet in several fragments is left alone; SYN-ACKs are never that long.
 */
export function decodeWholeIp(packet: Packet, offset: number, limit: number): PacketClass {
  if (limit - offset < MIN_IP_LENGTH) return MALFORMED;
  if (packet.end - offset < MIN_IP_LENGTH) return TRUNCATED;
  const length = lengthOfIp(packet, offset);
  return limit === NO_LIMIT || length === limit - offset ? decodeRawIp(packet, offset, limit) : MALFORMED;
}

/** Whether an IP packet begins here whose own length matches the number of bytes that are here. */
function hasLengthOfIp(packet: Packet, offset: number, limit: number): boolean {
  const length = Math.min(packet.end, limit) - offset;
  if (length < MIN_IP_LENGTH) return false;
  const statedLength = lengthOfIp(packet, offset);
  if (statedLength === 0 || statedLength > length) return false;
  return length - statedLength <= CHECK_SEQUENCE_LENGTH || length <= MAX_PADDED_LENGTH;
}

/** The length that an IP packet states; 0 if it is not IP. The caller checks for MIN_IP_LENGTH. */
function lengthOfIp({ view }: Packet, offset: number): number {
  switch (view.getUint8(offset) >>> 4) {
    case 4:
      return view.getUint16(offset + IPV4.totalLength);
    case 6:
      return IPV6.headerLength + view.getUint16(offset + IPV6.payloadLength);
    default:
      return 0;
  }
}
