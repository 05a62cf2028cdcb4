// CAPWAP data: frames between a wireless access point and its controller. RFC 5415 4.3 and 4.4, RFC 5416 2.2.

import { decodeEthernet } from '../../link/ethernet/ethernet.js';
import { decodeTunnelledIeee80211 } from '../../link/wifi/tunnelled-ieee80211.js';
import type { Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';

const FIELD = { header: 0, fragment: 4 } as const;
const MIN_HEADER_LENGTH = 8;

/** The first four bytes: preamble 8 bits, header length 5, radio 5, binding 5, flags 9. */
const PREAMBLE_SHIFT = 24;
const LENGTH_SHIFT = 19;
const BINDING_SHIFT = 9;
const FIVE_BITS = 0x1f;
const FLAG = { native: 0x100, fragment: 0x080, keepAlive: 0x008 } as const;
/** The next four: fragment identifier 16 bits, fragment offset 13, reserved 3. */
const FRAGMENT_OFFSET_MASK = 0xfff8;

/** Version 0, unencrypted; 1 in the lower half is DTLS. */
const PREAMBLE_CLEAR = 0;
const BINDING_IEEE_802_11 = 1;

/** Reserved bits are ignored, as RFC 5415 4.3 requires of receivers. */
export function decodeCapwap(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (limit - offset < MIN_HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < MIN_HEADER_LENGTH) return TRUNCATED;
  const header = view.getUint32(offset + FIELD.header);
  if (header >>> PREAMBLE_SHIFT !== PREAMBLE_CLEAR) return NOT_IP;
  if ((header & FLAG.keepAlive) !== 0) return NOT_IP;
  const fragment = view.getUint32(offset + FIELD.fragment);
  if ((header & FLAG.fragment) !== 0 && (fragment & FRAGMENT_OFFSET_MASK) !== 0) return NOT_IP;
  const headerLength = ((header >>> LENGTH_SHIFT) & FIVE_BITS) * 4;
  const frame = offset + headerLength;
  if (headerLength < MIN_HEADER_LENGTH || limit < frame) return MALFORMED;
  if ((header & FLAG.native) === 0) return decodeEthernet(packet, frame, limit);
  if (((header >>> BINDING_SHIFT) & FIVE_BITS) !== BINDING_IEEE_802_11) return NOT_IP;
  return decodeTunnelledIeee80211(packet, frame, limit);
}
