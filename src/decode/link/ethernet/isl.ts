// Cisco's inter-switch link (ISL): a header of 26 bytes that looks like an 802.3 frame with SNAP to an address of its own,
// then the frame itself. "Inter-Switch Link and IEEE 802.1Q Frame Format", Cisco document 17056.

import { enterLayer, type Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeTokenRing } from '../rare/token-ring.js';
import { decodeEthernet } from './ethernet.js';

/** The destination address has five bytes; its last byte is the type of the frame, in the upper half, and a priority. */
const FIELD = { destination: 0, lastOfDestination: 4, type: 5, length: 12 } as const;
/** Up to the length. */
const OUTER_LENGTH = 14;
const HEADER_LENGTH = 26;
const TOKEN_RING_HEADER_LENGTH = 31;

const DESTINATIONS: readonly number[] = [0x01000c00, 0x03000c00];
const TYPE_ETHERNET = 0;
const TYPE_TOKEN_RING = 1;

/** Whether a frame, of which the Ethernet header was captured, is to the address of ISL. */
export function isIsl({ view }: Packet, offset: number): boolean {
  const isLastZero = view.getUint8(offset + FIELD.lastOfDestination) === 0;
  return isLastZero && DESTINATIONS.includes(view.getUint32(offset + FIELD.destination));
}

export function decodeIsl(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  if (!enterLayer(packet)) return MALFORMED;
  if (end - offset < HEADER_LENGTH) return TRUNCATED;
  // Some captures have no length, but 0.
  const length = view.getUint16(offset + FIELD.length);
  const frameLimit = length === 0 ? limit : Math.min(limit, offset + OUTER_LENGTH + length);
  switch (view.getUint8(offset + FIELD.type) >>> 4) {
    case TYPE_ETHERNET:
      return decodeEthernet(packet, offset + HEADER_LENGTH, frameLimit);
    case TYPE_TOKEN_RING:
      return decodeTokenRing(packet, offset + TOKEN_RING_HEADER_LENGTH, frameLimit);
    default:
      return NOT_IP;
  }
}
