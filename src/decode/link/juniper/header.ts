// The header that Juniper's routers put before what their interfaces and service cards see: magic number, flags,
// and extensions whose length is given. There is no public specification: tcpdump's print-juniper.c and
// Wireshark's packet-juniper.c describe it. LINKTYPE_JUNIPER_ at tcpdump.org.

import type { Decoder, Packet } from '../../packet.js';
import { MALFORMED, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeRawIp } from '../host/raw-ip.js';

const FIELD = { magicAndFlags: 0, extensionsLength: 4 } as const;
const HEADER_LENGTH = 4;
const EXTENSIONS_LENGTH_LENGTH = 2;

/** `MGC` */
const MAGIC = 0x4d4743;
const FLAG = { incoming: 0x01, noLinkLayer: 0x02, extensions: 0x80 } as const;

/** In place of a link layer, where there is none: the protocol, in the byte order of the router. */
const PROTOCOL_LENGTH = 4;

/** What is behind the header depends, for some, on the direction. */
export type JuniperDecoder = (
  packet: Packet,
  offset: number,
  limit: number,
  isIncoming: boolean,
) => PacketClass;

export function afterJuniperHeader(decode: JuniperDecoder): Decoder {
  return (packet, offset, limit) => {
    const { view, end } = packet;
    if (end - offset < HEADER_LENGTH) return TRUNCATED;
    const magicAndFlags = view.getUint32(offset + FIELD.magicAndFlags);
    if (magicAndFlags >>> 8 !== MAGIC) return MALFORMED;
    let payload = offset + HEADER_LENGTH;
    if ((magicAndFlags & FLAG.extensions) !== 0) {
      if (end - payload < EXTENSIONS_LENGTH_LENGTH) return TRUNCATED;
      payload += EXTENSIONS_LENGTH_LENGTH + view.getUint16(offset + FIELD.extensionsLength);
    }
    if ((magicAndFlags & FLAG.noLinkLayer) !== 0) {
      return decodeRawIp(packet, payload + PROTOCOL_LENGTH, limit);
    }
    return decode(packet, payload, limit, (magicAndFlags & FLAG.incoming) !== 0);
  };
}
