// IEEE 802.15.4 frames after a header of the sniffer's data about them. LINKTYPE_IEEE802_15_4_TAP at tcpdump.org.

import type { Packet } from '../../packet.js';
import { MALFORMED, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeIeee802154 } from './ieee802154.js';

/** All little-endian. */
const FIELD = { version: 0, length: 2 } as const;
const MIN_HEADER_LENGTH = 4;
const VERSION = 0;

export function decodeIeee802154Tap(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (packet.end - offset < MIN_HEADER_LENGTH) return TRUNCATED;
  const length = view.getUint16(offset + FIELD.length, true);
  if (view.getUint8(offset + FIELD.version) !== VERSION || length < MIN_HEADER_LENGTH) return MALFORMED;
  return decodeIeee802154(packet, offset + length, limit);
}
