// TECMP, with which capture modules in cars send what they captured: a header, then entries with a header each, some of
// them Ethernet frames. There is no public specification; source: Wireshark's packet-tecmp.c.

import type { Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, SYN_ACK, TRUNCATED } from '../../packet-class.js';
import { decodeEthernet } from './ethernet.js';

const FIELD = { messageType: 5, dataType: 6 } as const;
const HEADER_LENGTH = 12;
const ENTRY = { length: 12 } as const;
const ENTRY_HEADER_LENGTH = 16;

/** Captured data, and data to be sent again. */
const MESSAGE_TYPES: readonly number[] = [0x03, 0x0a];
const DATA_ETHERNET = 0x0080;

/** The result is that of the first SYN-ACK; if there is none, of the first frame. */
export function decodeTecmp(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, layers } = packet;
  if (limit - offset < HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  if (!MESSAGE_TYPES.includes(view.getUint8(offset + FIELD.messageType))) return NOT_IP;
  if (view.getUint16(offset + FIELD.dataType) !== DATA_ETHERNET) return NOT_IP;
  const end = Math.min(packet.end, limit);
  let firstClass: PacketClass | undefined;
  for (let at = offset + HEADER_LENGTH; end - at >= ENTRY_HEADER_LENGTH; ) {
    const frame = at + ENTRY_HEADER_LENGTH;
    at = frame + view.getUint16(at + ENTRY.length);
    // They lie side by side, not inside one another, so each begins at the same depth.
    packet.layers = layers;
    const packetClass = decodeEthernet(packet, frame, Math.min(limit, at));
    if (packetClass === SYN_ACK) return SYN_ACK;
    firstClass ??= packetClass;
  }
  return firstClass ?? TRUNCATED;
}
