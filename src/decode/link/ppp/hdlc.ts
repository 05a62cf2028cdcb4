// HDLC on a serial line: Cisco's, with an EtherType after address and control, and PPP's. Cisco: RFC 1547 4.3.1;
// PPP: RFC 1662 3.1. LINKTYPE_C_HDLC and LINKTYPE_PPP_HDLC at tcpdump.org.

import type { Packet } from '../../packet.js';
import { type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeEtherType } from '../ethernet/ether-types.js';
import { decodePpp } from './ppp.js';

const FIELD = { address: 0, type: 2 } as const;
const HEADER_LENGTH = 4;

const CISCO_UNICAST = 0x0f;
const CISCO_MULTICAST = 0x8f;

/** For link types that are Cisco's HDLC, whatever the address. */
export function decodeCiscoHdlc(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const type = packet.view.getUint16(offset + FIELD.type);
  return decodeEtherType(packet, type, offset + HEADER_LENGTH, limit);
}

/** The address shows whether it is Cisco's or PPP's: PPP begins with a different address, or with a protocol number. */
export function decodeHdlc(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const address = packet.view.getUint8(offset + FIELD.address);
  if (address === CISCO_UNICAST || address === CISCO_MULTICAST) {
    return decodeCiscoHdlc(packet, offset, limit);
  }
  return decodePpp(packet, offset, limit);
}
