// IP over Fibre Channel as analysers capture it, with the whole frame header. FC-FS-3 9 and 10; IP: RFC 4338 4.
// LINKTYPE_FC_2 and LINKTYPE_FC_2_WITH_FRAME_DELIMS at tcpdump.org.

import type { Packet } from '../../packet.js';
import { NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeLlc } from '../ethernet/llc.js';

const FIELD = { type: 8, dataFieldControl: 13, sequenceCount: 14 } as const;
const HEADER_LENGTH = 24;
/** Device data: LLC, with SNAP. */
const TYPE_IP = 5;
const HAS_NETWORK_HEADER = 0x20;
const NETWORK_HEADER_LENGTH = 16;

export function decodeFibreChannel(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  if (view.getUint8(offset + FIELD.type) !== TYPE_IP) return NOT_IP;
  // Only the first frame of a sequence has the headers of the packet.
  if (view.getUint16(offset + FIELD.sequenceCount) !== 0) return NOT_IP;
  const hasNetworkHeader = (view.getUint8(offset + FIELD.dataFieldControl) & HAS_NETWORK_HEADER) !== 0;
  return decodeLlc(packet, offset + HEADER_LENGTH + (hasNetworkHeader ? NETWORK_HEADER_LENGTH : 0), limit);
}
