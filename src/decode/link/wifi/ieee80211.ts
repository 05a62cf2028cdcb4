// Unencrypted IEEE 802.11 data frames. IEEE 802.11-2020 9.2.4 (fields), 9.3.2.1 (data frames), 9.3.2.2 (A-MSDU).
// LINKTYPE_IEEE802_11 at tcpdump.org. A checksum may follow the frame; the lengths in IP exclude it.

import type { Packet } from '../../packet.js';
import { NOT_IP, type PacketClass, SYN_ACK, TRUNCATED } from '../../packet-class.js';
import { ENCRYPTED, UNDECODED } from '../../undecoded.js';
import { decodeLlc } from '../ethernet/llc.js';

const FIELD = { frameControl: 0, flags: 1, sequenceControl: 22, address4: 24 } as const;
const FRAME_CONTROL_LENGTH = 2;
const MIN_HEADER_LENGTH = 24;
const ADDRESS_LENGTH = 6;
const QOS_CONTROL_LENGTH = 2;
const HT_CONTROL_LENGTH = 4;

/** In frame control: version 0 and type data; in its subtype, the bits for no data and for quality of service. */
const TYPE_MASK = 0x0f;
const TYPE_DATA = 0x08;
const SUBTYPE_NO_DATA = 0x40;
const SUBTYPE_QOS = 0x80;

const FLAG = { toDs: 0x01, fromDs: 0x02, protected: 0x40, order: 0x80 } as const;
const FRAGMENT_NUMBER_MASK = 0x0f;

/** In the first and the second byte of QoS control. */
const QOS = { aMsdu: 0x80, meshControl: 0x01 } as const;

/** Mesh control: flags, time to live, sequence number, and up to two addresses, as the mode in its flags says. */
const MIN_MESH_CONTROL_LENGTH = 6;
const MAX_MESH_MODE = 2;

/** Destination and source address, and the length of what follows. */
const SUBFRAME = { length: 12 } as const;
const SUBFRAME_HEADER_LENGTH = 14;

export function decodeIeee80211(packet: Packet, offset: number, limit: number): PacketClass {
  return decodeFrame(packet, offset, limit, 1);
}

/** As some network cards pass it on: with padding between header and body, to align the body. */
export function decodePaddedIeee80211(packet: Packet, offset: number, limit: number): PacketClass {
  return decodeFrame(packet, offset, limit, 4);
}

function decodeFrame(packet: Packet, offset: number, limit: number, alignment: number): PacketClass {
  const { view, end } = packet;
  // Frames of other types may be shorter than the header of a data frame.
  if (end - offset < FRAME_CONTROL_LENGTH) return TRUNCATED;
  const frameControl = view.getUint8(offset + FIELD.frameControl);
  const flags = view.getUint8(offset + FIELD.flags);
  if ((frameControl & TYPE_MASK) !== TYPE_DATA || (frameControl & SUBTYPE_NO_DATA) !== 0) return NOT_IP;
  if ((flags & FLAG.protected) !== 0) {
    packet.undecoded = UNDECODED.encrypted + ENCRYPTED.ieee80211;
    return NOT_IP;
  }
  if (end - offset < MIN_HEADER_LENGTH) return TRUNCATED;
  // A later fragment does not have the headers of the packet.
  if ((view.getUint8(offset + FIELD.sequenceControl) & FRAGMENT_NUMBER_MASK) !== 0) return NOT_IP;

  const hasAddress4 = (flags & FLAG.toDs) !== 0 && (flags & FLAG.fromDs) !== 0;
  let headerLength = hasAddress4 ? FIELD.address4 + ADDRESS_LENGTH : MIN_HEADER_LENGTH;
  if ((frameControl & SUBTYPE_QOS) === 0) {
    return decodeBody(packet, offset + align(headerLength, alignment), limit);
  }
  const qosControl = offset + headerLength;
  if (end - qosControl < QOS_CONTROL_LENGTH) return TRUNCATED;
  headerLength += QOS_CONTROL_LENGTH;
  // In these frames the order bit says that HT control is present.
  if ((flags & FLAG.order) !== 0) headerLength += HT_CONTROL_LENGTH;
  const body = offset + align(headerLength, alignment);
  if ((view.getUint8(qosControl) & QOS.aMsdu) !== 0) return decodeAMsdu(packet, body, limit);
  // Only frames from the mesh's distribution system have this bit; in others it is part of a number.
  const mayBeMesh = (flags & FLAG.fromDs) !== 0 && (view.getUint8(qosControl + 1) & QOS.meshControl) !== 0;
  return mayBeMesh ? decodeMesh(packet, body, limit) : decodeBody(packet, body, limit);
}

function align(length: number, alignment: number): number {
  return Math.ceil(length / alignment) * alignment;
}

const LLC_SNAP = 0xaa_aa_03;
const UNANNOUNCED_PADDING = 2;
const NEEDED_BODY_LENGTH = UNANNOUNCED_PADDING + 4;

/** LLC. Two zero bytes before SNAP are padding that the driver did not announce. */
function decodeBody(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (packet.end - offset < NEEDED_BODY_LENGTH) return TRUNCATED;
  const isPadded =
    view.getUint16(offset) === 0 && view.getUint32(offset + UNANNOUNCED_PADDING) >>> 8 === LLC_SNAP;
  return decodeLlc(packet, isPadded ? offset + UNANNOUNCED_PADDING : offset, limit);
}

/** LLC, after a mesh control field or not: the field's flags are a smaller number than any LLC service access point. */
function decodeMesh(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < 1) return TRUNCATED;
  const mode = packet.view.getUint8(offset);
  const length = mode > MAX_MESH_MODE ? 0 : MIN_MESH_CONTROL_LENGTH + mode * ADDRESS_LENGTH;
  return decodeLlc(packet, offset + length, limit);
}

/** Several packets in one frame. The result is that of the first SYN-ACK; if there is none, of the first packet. */
function decodeAMsdu(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, layers } = packet;
  const end = Math.min(packet.end, limit);
  let firstClass: PacketClass | undefined;
  for (let at = offset; end - at >= SUBFRAME_HEADER_LENGTH; ) {
    const body = at + SUBFRAME_HEADER_LENGTH;
    const next = body + view.getUint16(at + SUBFRAME.length);
    // They lie side by side, not inside one another, so each begins at the same depth.
    packet.layers = layers;
    const packetClass = decodeLlc(packet, body, Math.min(limit, next));
    if (packetClass === SYN_ACK) return SYN_ACK;
    firstClass ??= packetClass;
    at = offset + align(next - offset, 4);
  }
  return firstClass ?? TRUNCATED;
}
