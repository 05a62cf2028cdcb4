// Packets that Linux's netfilter logged: a header of four bytes, then attributes, one of which holds the packet from
// its network header on. LINKTYPE_NFLOG at tcpdump.org; linux/netfilter/nfnetlink_log.h.

import { decodeIp } from '../../ip/ip.js';
import type { Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeEtherType } from '../ethernet/ether-types.js';

const FIELD = { family: 0, version: 1 } as const;
const HEADER_LENGTH = 4;
const VERSION = 0;

const AF_INET = 2;
const AF_INET6 = 10;

const ATTRIBUTE = { length: 0, type: 2, value: 4 } as const;
const ATTRIBUTE_LENGTH = 4;
/** Without the upper two bits, which describe the value. */
const TYPE_MASK = 0x3fff;
const TYPE_PACKET_HEADER = 1;
const TYPE_PAYLOAD = 9;

export function decodeNflog(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  if (end - offset < HEADER_LENGTH) return TRUNCATED;
  if (view.getUint8(offset + FIELD.version) !== VERSION) return NOT_IP;
  let etherType = 0;
  for (let at = offset + HEADER_LENGTH; ; ) {
    if (end - at < ATTRIBUTE_LENGTH) return TRUNCATED;
    const isLittleEndian = isAttributeLittleEndian(view, at);
    const length = view.getUint16(at + ATTRIBUTE.length, isLittleEndian);
    const type = view.getUint16(at + ATTRIBUTE.type, isLittleEndian) & TYPE_MASK;
    if (length < ATTRIBUTE_LENGTH) return MALFORMED;
    const value = at + ATTRIBUTE.value;
    if (type === TYPE_PAYLOAD) {
      const family = view.getUint8(offset + FIELD.family);
      return decodePayload(packet, family, etherType, value, Math.min(limit, at + length));
    }
    if (type === TYPE_PACKET_HEADER) {
      if (end - value < 2) return TRUNCATED;
      etherType = view.getUint16(value);
    }
    at += Math.ceil(length / 4) * 4;
  }
}

/**
 * Length and type are in the byte order of the capturing machine, which is not always that of the file. Types are
 * small numbers: the byte that is not zero is the lower one.
 */
function isAttributeLittleEndian(view: DataView, offset: number): boolean {
  return (view.getUint8(offset + ATTRIBUTE.type + 1) & (TYPE_MASK >>> 8)) === 0;
}

/** Packets logged on bridges and devices have another family; their EtherType is in the packet header attribute. */
function decodePayload(
  packet: Packet,
  family: number,
  etherType: number,
  offset: number,
  limit: number,
): PacketClass {
  const isIp = family === AF_INET || family === AF_INET6;
  return isIp ? decodeIp(packet, offset, limit) : decodeEtherType(packet, etherType, offset, limit);
}
