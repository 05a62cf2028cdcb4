// ZEP, the Zigbee encapsulation protocol: IEEE 802.15.4 frames in UDP, as sniffers and border routers send them. There is
// no public specification; source: Wireshark's packet-zep.c.

import { decodeIeee802154 } from '../../link/lowpan/ieee802154.js';
import type { Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';

const FIELD = { preamble: 0, version: 2, type: 3 } as const;
const MIN_HEADER_LENGTH = 4;

/** `EX` */
const PREAMBLE = 0x4558;
const HEADER_LENGTH_V1 = 16;
const HEADER_LENGTH_V2 = 32;
/** In version 2; the other type is an acknowledgement. */
const TYPE_DATA = 1;

export function decodeZep(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  if (limit - offset < MIN_HEADER_LENGTH) return MALFORMED;
  if (end - offset < MIN_HEADER_LENGTH) return TRUNCATED;
  if (view.getUint16(offset + FIELD.preamble) !== PREAMBLE) return NOT_IP;
  const version = view.getUint8(offset + FIELD.version);
  if (version !== 1 && version !== 2) return NOT_IP;
  if (version === 2 && view.getUint8(offset + FIELD.type) !== TYPE_DATA) return NOT_IP;
  const frame = offset + (version === 1 ? HEADER_LENGTH_V1 : HEADER_LENGTH_V2);
  return limit < frame ? MALFORMED : decodeIeee802154(packet, frame, limit);
}
