// ARCNET: addresses of one byte, a protocol, and for some protocols a header for fragments. RFC 1201 2 (IPv4),
// RFC 1051 (IPv4 without fragments), RFC 2497 (IPv6). LINKTYPE_ARCNET_BSD and LINKTYPE_ARCNET_LINUX at
// tcpdump.org.

import { decodeIp } from '../../ip/ip.js';
import type { Packet } from '../../packet.js';
import { NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';

const FIELD_BSD = { protocol: 2 } as const;
/** Linux puts two more bytes before the protocol, and reassembles packets. */
const FIELD_LINUX = { protocol: 4 } as const;
const PROTOCOL_LENGTH = 1;

const PROTOCOL_IPV4_RFC_1051 = 240;
const PROTOCOL_IPV4_RFC_1201 = 212;
const PROTOCOL_IPV6 = 196;

/** Offsets from the protocol on. */
const FRAGMENT = { flag: 1, flagOfException: 5 } as const;
const FRAGMENT_HEADER_LENGTH = 4;
/** The hardware cannot send some lengths. Such packets are padded with this header before the real one. */
const FLAG_EXCEPTION = 0xff;
const EXCEPTION_LENGTH = 4;

export function decodeArcnetBsd(packet: Packet, offset: number, limit: number): PacketClass {
  return decodeProtocol(packet, offset + FIELD_BSD.protocol, limit);
}

export function decodeArcnetLinux(packet: Packet, offset: number, limit: number): PacketClass {
  return decodeProtocol(packet, offset + FIELD_LINUX.protocol, limit);
}

function decodeProtocol(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  if (end - offset < PROTOCOL_LENGTH) return TRUNCATED;
  const protocol = view.getUint8(offset);
  if (protocol === PROTOCOL_IPV4_RFC_1051) return decodeIp(packet, offset + PROTOCOL_LENGTH, limit);
  if (protocol !== PROTOCOL_IPV4_RFC_1201 && protocol !== PROTOCOL_IPV6) return NOT_IP;
  if (end - offset < FRAGMENT_HEADER_LENGTH + EXCEPTION_LENGTH) return TRUNCATED;
  const isException = view.getUint8(offset + FRAGMENT.flag) === FLAG_EXCEPTION;
  const flag = view.getUint8(offset + (isException ? FRAGMENT.flagOfException : FRAGMENT.flag));
  // 0 for a whole packet, odd for the first of several fragments, even for later ones.
  if (flag !== 0 && flag % 2 === 0) return NOT_IP;
  const payload = offset + FRAGMENT_HEADER_LENGTH + (isException ? EXCEPTION_LENGTH : 0);
  return decodeIp(packet, payload, limit);
}
