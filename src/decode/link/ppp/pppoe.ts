// PPP over Ethernet (PPPoE), session stage. RFC 2516 4 and 6; credits before PPP: RFC 5578.

import type { Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodePpp } from './ppp.js';

const FIELD = { versionAndType: 0, code: 1, length: 4, payload: 6 } as const;
const HEADER_LENGTH = 6;

/** Version 1 and type 1, the only ones. */
export const PPPOE_VERSION_AND_TYPE = 0x11;
const CODE_SESSION_DATA = 0x00;

/** Not a PPP protocol: those have odd numbers. */
const TAG_CREDITS = 0x0106;
const CREDITS_LENGTH = 8;

export function decodePppoe(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  if (limit - offset < HEADER_LENGTH) return MALFORMED;
  if (end - offset < HEADER_LENGTH) return TRUNCATED;
  if (view.getUint8(offset + FIELD.versionAndType) !== PPPOE_VERSION_AND_TYPE) return MALFORMED;
  if (view.getUint8(offset + FIELD.code) !== CODE_SESSION_DATA) return NOT_IP;
  let payload = offset + FIELD.payload;
  const payloadLimit = Math.min(limit, payload + view.getUint16(offset + FIELD.length));
  if (end - payload >= 2 && view.getUint16(payload) === TAG_CREDITS) payload += CREDITS_LENGTH;
  return decodePpp(packet, payload, payloadLimit);
}
