// LWAPP, the predecessor of CAPWAP: IEEE 802.11 frames between an access point and its controller. RFC 5412 3.3 and 4.2.1.

import { decodeTunnelledIeee80211 } from '../../link/wifi/tunnelled-ieee80211.js';
import type { Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';

const FIELD = { flags: 0 } as const;
/** Flags, fragment, length, signal strength, signal to noise ratio. */
const HEADER_LENGTH = 6;
const VERSION_SHIFT = 6;
const FLAG = { control: 0x04, fragment: 0x02, notLast: 0x01 } as const;
/** Before the header of messages to one port: the address of the access point. */
const ADDRESS_LENGTH = 6;

export function decodeLwapp(packet: Packet, offset: number, limit: number): PacketClass {
  if (limit - offset < HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const flags = packet.view.getUint8(offset + FIELD.flags);
  if (flags >>> VERSION_SHIFT !== 0 || (flags & FLAG.control) !== 0) return NOT_IP;
  if ((flags & FLAG.fragment) !== 0 && (flags & FLAG.notLast) === 0) return NOT_IP;
  return decodeTunnelledIeee80211(packet, offset + HEADER_LENGTH, limit);
}

export function decodeLwappAfterAddress(packet: Packet, offset: number, limit: number): PacketClass {
  return decodeLwapp(packet, offset + ADDRESS_LENGTH, limit);
}
