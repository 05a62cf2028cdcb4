// TRILL: six bytes and options, then an Ethernet frame. RFC 6325 3 and 4.1.

import type { Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeEthernet } from './ethernet.js';

/** Version 2 bits, reserved 2, multi-destination 1, length of options 5, hop count 6. */
const FIELD = { versionToHopCount: 0 } as const;
const HEADER_LENGTH = 6;
const VERSION_SHIFT = 14;
const OPTIONS_SHIFT = 6;
const OPTIONS_MASK = 0x1f;

export function decodeTrill(packet: Packet, offset: number, limit: number): PacketClass {
  if (limit - offset < HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const versionToHopCount = packet.view.getUint16(offset + FIELD.versionToHopCount);
  if (versionToHopCount >>> VERSION_SHIFT !== 0) return NOT_IP;
  const optionsLength = ((versionToHopCount >>> OPTIONS_SHIFT) & OPTIONS_MASK) * 4;
  return decodeEthernet(packet, offset + HEADER_LENGTH + optionsLength, limit);
}
