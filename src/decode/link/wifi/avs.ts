// AbsoluteValue Systems' header (AVS), then an 802.11 frame. LINKTYPE_IEEE802_11_AVS at tcpdump.org, and the
// capturefrm.txt that it refers to.

import type { Packet } from '../../packet.js';
import { MALFORMED, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeIeee80211 } from './ieee80211.js';

const FIELD = { magicAndVersion: 0, length: 4 } as const;
const MIN_HEADER_LENGTH = 8;

/** The first twenty bits; the other twelve are the version. */
export const AVS_MAGIC = 0x80211;

export function decodeAvs(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (packet.end - offset < MIN_HEADER_LENGTH) return TRUNCATED;
  if (view.getUint32(offset + FIELD.magicAndVersion) >>> 12 !== AVS_MAGIC) return MALFORMED;
  const length = view.getUint32(offset + FIELD.length);
  if (length < MIN_HEADER_LENGTH) return MALFORMED;
  return decodeIeee80211(packet, offset + length, limit);
}
