// GTP: the packets of mobile phones on their way through an operator's network. Version 1: 3GPP TS 29.281 5.1 and 5.2.
// Version 0: 3GPP TS 09.60 6 and 11.1.

import { enterLayer, type Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeIpOrEthernet } from '../plausible.js';

const FIELD = { flags: 0, messageType: 1, length: 2, nextExtension: 11 } as const;
const HEADER_LENGTH = 8;
/** Sequence number, N-PDU number and next extension: if one of them is present, all are. */
const OPTIONAL_LENGTH = 4;

/** In the flags: the version, and GTP rather than GTP'. Spare bits are not evaluated. */
const VERSION_MASK = 0xf0;
const VERSION_0 = 0x10;
const VERSION_1 = 0x30;
const OPTIONAL_MASK = 0x07;
const HAS_EXTENSION = 0x04;
/** A user's packet, in both versions; all other types are signalling. */
const MESSAGE_G_PDU = 255;
/** The sequence number, the flow and the tunnel are part of it, whether they are used or not. */
const HEADER_LENGTH_0 = 20;

/** The ends of a tunnel agree on the kind of packet in it, so only the content shows it. */
export function decodeGtp(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (limit - offset < HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  if (view.getUint8(offset + FIELD.messageType) !== MESSAGE_G_PDU) return NOT_IP;
  switch (view.getUint8(offset + FIELD.flags) & VERSION_MASK) {
    case VERSION_0: {
      const payload = offset + HEADER_LENGTH_0;
      return decodeIpOrEthernet(
        packet,
        payload,
        Math.min(limit, payload + view.getUint16(offset + FIELD.length)),
      );
    }
    case VERSION_1:
      return decodeVersion1(packet, offset, limit);
    default:
      return NOT_IP;
  }
}

function decodeVersion1(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  const flags = view.getUint8(offset + FIELD.flags);
  let payload = offset + HEADER_LENGTH;
  const payloadLimit = Math.min(limit, payload + view.getUint16(offset + FIELD.length));
  if ((flags & OPTIONAL_MASK) === 0) return decodeIpOrEthernet(packet, payload, payloadLimit);

  payload += OPTIONAL_LENGTH;
  if (payloadLimit < payload) return MALFORMED;
  if (end < payload) return TRUNCATED;
  let extension = (flags & HAS_EXTENSION) === 0 ? 0 : view.getUint8(offset + FIELD.nextExtension);
  while (extension !== 0) {
    if (!enterLayer(packet) || payloadLimit - payload < 1) return MALFORMED;
    if (end - payload < 1) return TRUNCATED;
    // In words of four bytes. The last byte is the type of the next extension.
    const extensionLength = view.getUint8(payload) * 4;
    if (extensionLength === 0) return MALFORMED;
    payload += extensionLength;
    if (payloadLimit < payload) return MALFORMED;
    if (end < payload) return TRUNCATED;
    extension = view.getUint8(payload - 1);
  }
  return decodeIpOrEthernet(packet, payload, payloadLimit);
}
