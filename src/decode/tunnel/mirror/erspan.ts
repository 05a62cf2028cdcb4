// ERSPAN: frames that a switch mirrors to a remote analyser, in GRE. Type II (version 1) and type III (version 2):
// draft-foschiano-erspan-03.

import { decodeEthernet } from '../../link/ethernet/ethernet.js';
import { decodeRawIp } from '../../link/host/raw-ip.js';
import type { Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';

const FIELD = { version: 0, frameTypeAndOptions: 10 } as const;
const HEADER_LENGTH_II = 8;
const HEADER_LENGTH_III = 12;
const PLATFORM_SUBHEADER_LENGTH = 8;

/** In the last two bytes of type III: protocol data unit 1 bit, frame type 5, hardware 6, flags 4. */
const FRAME_TYPE_SHIFT = 10;
const FRAME_TYPE_MASK = 0x1f;
const FRAME_TYPE_ETHERNET = 0;
const FRAME_TYPE_IP = 2;
const HAS_PLATFORM_SUBHEADER = 0x0001;

export function decodeErspan(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  if (limit - offset < HEADER_LENGTH_II) return MALFORMED;
  if (end - offset < HEADER_LENGTH_II) return TRUNCATED;
  const version = view.getUint8(offset + FIELD.version) >>> 4;
  if (version === 1) return decodeEthernet(packet, offset + HEADER_LENGTH_II, limit);
  if (version !== 2) return NOT_IP;
  if (limit - offset < HEADER_LENGTH_III) return MALFORMED;
  if (end - offset < HEADER_LENGTH_III) return TRUNCATED;
  const frameTypeAndOptions = view.getUint16(offset + FIELD.frameTypeAndOptions);
  const hasSubheader = (frameTypeAndOptions & HAS_PLATFORM_SUBHEADER) !== 0;
  const frame = offset + HEADER_LENGTH_III + (hasSubheader ? PLATFORM_SUBHEADER_LENGTH : 0);
  switch ((frameTypeAndOptions >>> FRAME_TYPE_SHIFT) & FRAME_TYPE_MASK) {
    case FRAME_TYPE_ETHERNET:
      return decodeEthernet(packet, frame, limit);
    case FRAME_TYPE_IP:
      return decodeRawIp(packet, frame, limit);
    default:
      return NOT_IP;
  }
}
