// Endace's extensible record format (ERF): a record header, extension headers, then the captured frame.
// LINKTYPE_ERF at tcpdump.org; "Endace Extensible Record Format" EDM11-01.

import { decodeIp } from '../../ip/ip.js';
import type { Packet } from '../../packet.js';
import { NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeEthernet } from '../ethernet/ethernet.js';
import { decodeHdlc } from '../ppp/hdlc.js';
import { decodeAtmLlc } from '../wan/atm.js';
import { decodeInfiniband } from './infiniband.js';

const FIELD = { type: 8, wireLength: 14 } as const;
const HEADER_LENGTH = 16;
/** In the record's type and in the first byte of every extension header: another extension header follows. */
const HAS_EXTENSION = 0x80;
const EXTENSION_LENGTH = 8;

/** Before an Ethernet frame: the offset in the frame at which the capture begins, and padding. */
const ETHERNET_PADDING = 2;
/** Before a frame of one of many channels: the channel. */
const CHANNEL_LENGTH = 4;
/** Before a packet that ATM carried in AAL5: the header of a cell. */
const CELL_HEADER_LENGTH = 4;

export function decodeErf(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  if (end - offset < HEADER_LENGTH) return TRUNCATED;
  let payload = offset + HEADER_LENGTH;
  let type = view.getUint8(offset + FIELD.type);
  for (let extended = type; (extended & HAS_EXTENSION) !== 0; payload += EXTENSION_LENGTH) {
    if (end - payload < EXTENSION_LENGTH) return TRUNCATED;
    extended = view.getUint8(payload);
  }
  type &= ~HAS_EXTENSION;
  const wireLength = view.getUint16(offset + FIELD.wireLength);
  switch (type) {
    case 1: // HDLC
    case 10: // HDLC, coloured
    case 15: // HDLC, of the coprocessor
    case 19: // HDLC, coloured by hash
      return decodeHdlc(packet, payload, Math.min(limit, payload + wireLength));
    case 5: // HDLC of a channel
    case 17: // HDLC of a channel, coloured
      payload += CHANNEL_LENGTH;
      return decodeHdlc(packet, payload, Math.min(limit, payload + wireLength));
    case 4: // AAL5
      payload += CELL_HEADER_LENGTH;
      return decodeAtmLlc(packet, payload, Math.min(limit, payload + wireLength));
    case 9: // AAL5 of a channel
      payload += CHANNEL_LENGTH + CELL_HEADER_LENGTH;
      return decodeAtmLlc(packet, payload, Math.min(limit, payload + wireLength));
    case 21:
      return decodeInfiniband(packet, payload, Math.min(limit, payload + wireLength));
    case 2: // Ethernet
    case 11: // Ethernet, coloured
    case 16: // Ethernet, of the coprocessor
    case 20: // Ethernet, coloured by hash
      payload += ETHERNET_PADDING;
      return decodeEthernet(packet, payload, Math.min(limit, payload + wireLength));
    case 22: // IPv4
    case 23: // IPv6
      return decodeIp(packet, payload, Math.min(limit, payload + wireLength));
    default:
      return NOT_IP;
  }
}
