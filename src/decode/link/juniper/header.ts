// The header that Juniper's routers put before the packets of their interfaces and service cards: a magic number,
// flags, and extensions. There is no public specification; sources: tcpdump's print-juniper.c, Wireshark's
// packet-juniper.c. LINKTYPE_JUNIPER_ at tcpdump.org.

import type { Decoder, Packet } from '../../packet.js';
import { MALFORMED, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeMpls } from '../../tunnel/mpls.js';
import { decodeEthernet } from '../ethernet/ethernet.js';
import { decodeRawIp } from '../host/raw-ip.js';
import { decodeCiscoHdlc } from '../ppp/hdlc.js';
import { decodePpp } from '../ppp/ppp.js';
import { decodeAtmLlc } from '../wan/atm.js';
import { decodeFrameRelay } from '../wan/frame-relay.js';

const FIELD = { magicAndFlags: 0, extensionsLength: 4 } as const;
const HEADER_LENGTH = 4;
const EXTENSIONS_LENGTH_LENGTH = 2;

/** `MGC` */
const MAGIC = 0x4d4743;
const FLAG = { incoming: 0x01, noLinkLayer: 0x02, extensions: 0x80 } as const;

/** If there is no link layer: the protocol in its place, little-endian. */
const PROTOCOL_LENGTH = 4;

/** Decodes the bytes after the header. For some cards their layout depends on the direction. */
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
      if (end - payload < PROTOCOL_LENGTH) return TRUNCATED;
      return decodeProtocol(packet, view.getUint32(payload, true), payload + PROTOCOL_LENGTH, limit);
    }
    return decode(packet, payload, limit, (magicAndFlags & FLAG.incoming) !== 0);
  };
}

function decodeProtocol(packet: Packet, protocol: number, offset: number, limit: number): PacketClass {
  switch (protocol) {
    case 4: // MPLS in IP
    case 5: // MPLS
    case 8: // MPLS in IPv6
    case 32: // MPLS in CLNP
      return decodeMpls(packet, offset, limit);
    case 200:
      return decodePpp(packet, offset, limit);
    case 202: // LLC
    case 203: // LLC with SNAP
      return decodeAtmLlc(packet, offset, limit);
    case 204:
      return decodeEthernet(packet, offset, limit);
    case 207:
      return decodeFrameRelay(packet, offset, limit);
    case 208:
      return decodeCiscoHdlc(packet, offset, limit);
    default:
      return decodeRawIp(packet, offset, limit);
  }
}
