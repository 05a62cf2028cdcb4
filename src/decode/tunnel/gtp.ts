// GTP-U, version 1: the packets of mobile phones on their way through an operator's network. 3GPP TS 29.281 5.1 and
// 5.2.

import { enterLayer, type Packet } from '../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../packet-class.js';
import { decodeIpOrEthernet } from './plausible.js';

const FIELD = { flags: 0, messageType: 1, length: 2, nextExtension: 11 } as const;
const HEADER_LENGTH = 8;
/** Sequence number, N-PDU number and next extension: if one of them is present, all are. */
const OPTIONAL_LENGTH = 4;

/** Version 1, and GTP rather than GTP'. The spare bit 0x08 is not evaluated. */
const VERSION = 0x30;
const VERSION_MASK = 0xf0;
const OPTIONAL_MASK = 0x07;
const HAS_EXTENSION = 0x04;
/** A user's packet; all other types are signalling. */
const MESSAGE_G_PDU = 255;

/** The ends of a tunnel agree on the kind of packet in it, so only the content shows it. */
export function decodeGtp(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  if (limit - offset < HEADER_LENGTH) return MALFORMED;
  if (end - offset < HEADER_LENGTH) return TRUNCATED;
  const flags = view.getUint8(offset + FIELD.flags);
  if ((flags & VERSION_MASK) !== VERSION) return NOT_IP;
  if (view.getUint8(offset + FIELD.messageType) !== MESSAGE_G_PDU) return NOT_IP;
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
