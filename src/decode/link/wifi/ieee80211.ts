// IEEE 802.11 data frames that are not encrypted. IEEE 802.11-2020 9.2.4 (fields), 9.3.2.1 (data frames), 9.3.2.2
// (A-MSDU). LINKTYPE_IEEE802_11 at tcpdump.org. A checksum may follow the frame; lengths in it keep it apart.

import type { Packet } from '../../packet.js';
import { NOT_IP, type PacketClass, SYN_ACK, TRUNCATED } from '../../packet-class.js';
import { decodeLlc } from '../ethernet/llc.js';

const FIELD = { frameControl: 0, flags: 1, sequenceControl: 22, address4: 24 } as const;
const FRAME_CONTROL_LENGTH = 2;
const MIN_HEADER_LENGTH = 24;
const ADDRESS_LENGTH = 6;
const QOS_CONTROL_LENGTH = 2;
const HT_CONTROL_LENGTH = 4;

/** In frame control: version 0 and type data; of its subtype, the bits for no data, and for quality of service. */
const TYPE_MASK = 0x0f;
const TYPE_DATA = 0x08;
const SUBTYPE_NO_DATA = 0x40;
const SUBTYPE_QOS = 0x80;

const FLAG = { toDs: 0x01, fromDs: 0x02, protected: 0x40, order: 0x80 } as const;
const FRAGMENT_NUMBER_MASK = 0x0f;

/** In QoS control, by byte. */
const QOS = { aMsdu: 0x80, meshControl: 0x01 } as const;

/** Mesh control: flags, time to live, sequence number, and by the mode in its flags up to two addresses. */
const MIN_MESH_CONTROL_LENGTH = 6;
const MAX_MESH_MODE = 2;

/** Destination and source address, and the length of what follows. */
const SUBFRAME = { length: 12 } as const;
const SUBFRAME_HEADER_LENGTH = 14;

export function decodeIeee80211(packet: Packet, offset: number, limit: number): PacketClass {
  return decodeFrame(packet, offset, limit, 1);
}

/** As some network cards hand it on: padded between header and body, so that the body is aligned. */
export function decodePaddedIeee80211(packet: Packet, offset: number, limit: number): PacketClass {
  return decodeFrame(packet, offset, limit, 4);
}

function decodeFrame(packet: Packet, offset: number, limit: number, alignment: number): PacketClass {
  const { view, end } = packet;
  // Frames that are no data may be shorter than the header of those that are.
  if (end - offset < FRAME_CONTROL_LENGTH) return TRUNCATED;
  const frameControl = view.getUint8(offset + FIELD.frameControl);
  const flags = view.getUint8(offset + FIELD.flags);
  if ((frameControl & TYPE_MASK) !== TYPE_DATA || (frameControl & SUBTYPE_NO_DATA) !== 0) return NOT_IP;
  if ((flags & FLAG.protected) !== 0) return NOT_IP;
  if (end - offset < MIN_HEADER_LENGTH) return TRUNCATED;
  // A later fragment has no header of what it carries.
  if ((view.getUint8(offset + FIELD.sequenceControl) & FRAGMENT_NUMBER_MASK) !== 0) return NOT_IP;

  const hasAddress4 = (flags & FLAG.toDs) !== 0 && (flags & FLAG.fromDs) !== 0;
  let headerLength = hasAddress4 ? FIELD.address4 + ADDRESS_LENGTH : MIN_HEADER_LENGTH;
  if ((frameControl & SUBTYPE_QOS) === 0) {
    return decodeBody(packet, offset + align(headerLength, alignment), limit);
  }
  const qosControl = offset + headerLength;
  if (end - qosControl < QOS_CONTROL_LENGTH) return TRUNCATED;
  headerLength += QOS_CONTROL_LENGTH;
  // In these frames the order bit is there for this field.
  if ((flags & FLAG.order) !== 0) headerLength += HT_CONTROL_LENGTH;
  const body = offset + align(headerLength, alignment);
  if ((view.getUint8(qosControl) & QOS.aMsdu) !== 0) return decodeAMsdu(packet, body, limit);
  // Only what comes from the mesh's distribution system has the bit; elsewhere it is part of a number.
  const mayBeMesh = (flags & FLAG.fromDs) !== 0 && (view.getUint8(qosControl + 1) & QOS.meshControl) !== 0;
  return mayBeMesh ? decodeMesh(packet, body, limit) : decodeBody(packet, body, limit);
}

function align(length: number, alignment: number): number {
  return Math.ceil(length / alignment) * alignment;
}

const LLC_SNAP = 0xaa_aa_03;
const UNTOLD_PADDING = 2;
const NEEDED_BODY_LENGTH = UNTOLD_PADDING + 4;

/** LLC; but if there are two zeros before SNAP then the driver padded the header, and did not say so. */
function decodeBody(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (packet.end - offset < NEEDED_BODY_LENGTH) return TRUNCATED;
  const isPadded = view.getUint16(offset) === 0 && view.getUint32(offset + UNTOLD_PADDING) >>> 8 === LLC_SNAP;
  return decodeLlc(packet, isPadded ? offset + UNTOLD_PADDING : offset, limit);
}

/** LLC, with a mesh control field before it or not: no access point of LLC is as small as the field's flags. */
function decodeMesh(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < 1) return TRUNCATED;
  const mode = packet.view.getUint8(offset);
  const length = mode > MAX_MESH_MODE ? 0 : MIN_MESH_CONTROL_LENGTH + mode * ADDRESS_LENGTH;
  return decodeLlc(packet, offset + length, limit);
}

/** Several packets in one frame. The first SYN-ACK of them is the answer; without any, the first of them. */
function decodeAMsdu(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, layers } = packet;
  const end = Math.min(packet.end, limit);
  let answer: PacketClass | undefined;
  for (let at = offset; end - at >= SUBFRAME_HEADER_LENGTH; ) {
    const body = at + SUBFRAME_HEADER_LENGTH;
    const next = body + view.getUint16(at + SUBFRAME.length);
    // They lie side by side: what one of them holds is no deeper for those before it.
    packet.layers = layers;
    const packetClass = decodeLlc(packet, body, Math.min(limit, next));
    if (packetClass === SYN_ACK) return SYN_ACK;
    answer ??= packetClass;
    at = offset + align(next - offset, 4);
  }
  return answer ?? TRUNCATED;
}
