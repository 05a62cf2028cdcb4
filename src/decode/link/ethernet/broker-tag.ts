// Tags that packet brokers and switches put before the type of frames that they pass on to analysers, with the port and the
// time of arrival. There is no public specification of Gigamon's; source: Wireshark's packet-gmhdr.c. Arista's: "Timestamping
// in EOS", Arista.

import type { Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeTypeOrLength } from './ethernet.js';

const TYPE_LENGTH = 2;

const GIGAMON = { length: 0 } as const;
const MIN_GIGAMON_LENGTH = 1;

/** Its first byte is its length, and `offset` just after its EtherType. */
export function decodeGigamonTag(packet: Packet, offset: number, limit: number): PacketClass {
  if (limit - offset < MIN_GIGAMON_LENGTH) return MALFORMED;
  if (packet.end - offset < MIN_GIGAMON_LENGTH) return TRUNCATED;
  const length = packet.view.getUint8(offset + GIGAMON.length);
  return length < MIN_GIGAMON_LENGTH ? MALFORMED : decodeTyped(packet, offset + length, limit);
}

const ARISTA = { subtype: 0, version: 2 } as const;
const ARISTA_LENGTH = 4;
const SUBTYPE_TIME = 1;

/** `offset` is just after its EtherType. */
export function decodeAristaTag(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (limit - offset < ARISTA_LENGTH) return MALFORMED;
  if (packet.end - offset < ARISTA_LENGTH) return TRUNCATED;
  if (view.getUint16(offset + ARISTA.subtype) !== SUBTYPE_TIME) return NOT_IP;
  switch (view.getUint16(offset + ARISTA.version)) {
    case 0x0010: // a time of 64 bits, TAI
    case 0x0110: // the same, UTC
      return decodeTyped(packet, offset + ARISTA_LENGTH + 8, limit);
    case 0x0020: // a time of 48 bits, TAI
    case 0x0120: // the same, UTC
      return decodeTyped(packet, offset + ARISTA_LENGTH + 6, limit);
    default:
      return NOT_IP;
  }
}

/** The type of the frame, and the rest of it. */
function decodeTyped(packet: Packet, offset: number, limit: number): PacketClass {
  if (limit - offset < TYPE_LENGTH) return MALFORMED;
  if (packet.end - offset < TYPE_LENGTH) return TRUNCATED;
  return decodeTypeOrLength(packet, packet.view.getUint16(offset), offset + TYPE_LENGTH, limit);
}
