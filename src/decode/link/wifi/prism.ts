// The Prism header, in the byte order of the capturing machine, then an 802.11 frame.
// LINKTYPE_IEEE802_11_PRISM at tcpdump.org.

import type { Packet } from '../../packet.js';
import { MALFORMED, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { AVS_MAGIC, decodeAvs } from './avs.js';
import { decodeIeee80211 } from './ieee80211.js';

const FIELD = { messageCode: 0, messageLength: 4 } as const;
/** Up to the name of the device, without the radio's values. */
const MIN_HEADER_LENGTH = 24;

const MESSAGE_CODES: readonly number[] = [0x41, 0x44];

export function decodePrism(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  if (end - offset < MIN_HEADER_LENGTH) return TRUNCATED;
  const messageCode = view.getUint32(offset + FIELD.messageCode);
  // Some drivers send an AVS header under this link type.
  if (messageCode >>> 12 === AVS_MAGIC) return decodeAvs(packet, offset, limit);
  const isLittleEndian = !MESSAGE_CODES.includes(messageCode);
  if (!MESSAGE_CODES.includes(view.getUint32(offset + FIELD.messageCode, isLittleEndian))) return MALFORMED;
  const length = view.getUint32(offset + FIELD.messageLength, isLittleEndian);
  if (length < MIN_HEADER_LENGTH) return MALFORMED;
  return decodeIeee80211(packet, offset + length, limit);
}
