// Generic UDP encapsulation (GUE): a header that names an IP protocol, or IP without a header.
// draft-ietf-intarea-gue-09 3 and 4.

import type { Packet } from '../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../packet-class.js';
import { decodeEtherIp } from './ether-ip.js';
import { decodeGre } from './gre.js';
import { decodeMplsInUdp } from './mpls.js';
import { decodeWholeIp } from './plausible.js';

/** Variant 2 bits, control 1, length of the optional fields in words of four bytes 5. */
const FIELD = { variantToLength: 0, protocol: 1 } as const;
const HEADER_LENGTH = 4;
const VARIANT_SHIFT = 6;
const CONTROL = 0x20;
const LENGTH_MASK = 0x1f;

export function decodeGue(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (limit - offset < HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const variantToLength = view.getUint8(offset + FIELD.variantToLength);
  const variant = variantToLength >>> VARIANT_SHIFT;
  // Variant 1 begins with the version of IP: 4 and 6 are 01 and two more bits.
  if (variant === 1) return decodeWholeIp(packet, offset, limit);
  if (variant !== 0 || (variantToLength & CONTROL) !== 0) return NOT_IP;
  const payload = offset + HEADER_LENGTH + (variantToLength & LENGTH_MASK) * 4;
  switch (view.getUint8(offset + FIELD.protocol)) {
    case 4:
    case 41:
      return decodeWholeIp(packet, payload, limit);
    case 47:
      return decodeGre(packet, payload, limit);
    case 97:
      return decodeEtherIp(packet, payload, limit);
    case 137:
      return decodeMplsInUdp(packet, payload, limit);
    default:
      return NOT_IP;
  }
}
