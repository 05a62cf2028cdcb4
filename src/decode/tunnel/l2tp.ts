// L2TP: version 2 carries PPP, RFC 2661 3.1; version 3 carries whatever its control connection negotiated, RFC 3931
// 4.1, in practice Ethernet, RFC 4719.

import { decodeEthernet } from '../link/ethernet/ethernet.js';
import { decodePpp } from '../link/ppp/ppp.js';
import type { Packet } from '../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../packet-class.js';
import { looksLikeEthernet } from './plausible.js';

const FIELD = { flags: 0, length: 2 } as const;
/** Flags, tunnel and session. */
const MIN_HEADER_LENGTH = 6;
/** The fields that the flags announce. `offset` is two bytes with the number of bytes that follow them. */
const OPTION_LENGTH = { length: 2, sequence: 4, offset: 2 } as const;

const FLAG = { control: 0x8000, length: 0x4000, sequence: 0x0800, offset: 0x0200 } as const;
/** All other bits of the flags are reserved, or a priority. */
const VERSION_MASK = 0x000f;
const VERSION_2 = 2;
/** Two reserved bytes follow the flags, then the session. */
const VERSION_3 = 3;
const FIELD_3 = { session: 4 } as const;

export function decodeL2tp(packet: Packet, offset: number, limit: number): PacketClass {
  if (limit - offset < MIN_HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < MIN_HEADER_LENGTH) return TRUNCATED;
  const flags = packet.view.getUint16(offset + FIELD.flags);
  if ((flags & FLAG.control) !== 0) return NOT_IP;
  switch (flags & VERSION_MASK) {
    case VERSION_2:
      return decodeL2tpv2(packet, flags, offset, limit);
    case VERSION_3:
      return decodeL2tpv3(packet, offset + FIELD_3.session, limit);
    default:
      return NOT_IP;
  }
}

function decodeL2tpv2(packet: Packet, flags: number, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  let payloadLimit = limit;
  let payload = offset + MIN_HEADER_LENGTH;
  if ((flags & FLAG.length) !== 0) {
    payloadLimit = Math.min(limit, offset + view.getUint16(offset + FIELD.length));
    payload += OPTION_LENGTH.length;
  }
  if ((flags & FLAG.sequence) !== 0) payload += OPTION_LENGTH.sequence;
  if ((flags & FLAG.offset) !== 0) {
    if (payloadLimit - payload < OPTION_LENGTH.offset) return MALFORMED;
    if (end - payload < OPTION_LENGTH.offset) return TRUNCATED;
    payload += OPTION_LENGTH.offset + view.getUint16(payload);
  }
  return decodePpp(packet, payload, payloadLimit);
}

const SESSION_LENGTH = 4;
/** The control connection. */
const SESSION_CONTROL = 0;
/** A cookie of 0, 4 or 8 bytes, and a sublayer header of 0 or 4: the packet does not say how long they are. */
const MAX_COOKIE_AND_SUBLAYER = 12;

/** `offset` is at the session, where L2TPv3 in IP begins. */
export function decodeL2tpv3(packet: Packet, offset: number, limit: number): PacketClass {
  if (limit - offset < SESSION_LENGTH) return MALFORMED;
  if (packet.end - offset < SESSION_LENGTH) return TRUNCATED;
  if (packet.view.getUint32(offset) === SESSION_CONTROL) return NOT_IP;
  const first = offset + SESSION_LENGTH;
  for (let frame = first; frame <= first + MAX_COOKIE_AND_SUBLAYER; frame += 4) {
    if (looksLikeEthernet(packet, frame)) return decodeEthernet(packet, frame, limit);
  }
  return NOT_IP;
}
