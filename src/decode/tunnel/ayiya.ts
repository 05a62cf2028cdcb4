// AYIYA, "anything in anything": signed IP in UDP. draft-massar-v6ops-ayiya-02.

import { decodeIp } from '../ip/ip.js';
import type { Packet } from '../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../packet-class.js';

const FIELD = { identity: 0, signature: 1, authenticationAndOperation: 2, nextHeader: 3 } as const;
const HEADER_LENGTH = 8;

/** In the lower four bits. Other operations are echo requests and the like. */
const OPERATION_FORWARD = 1;
const NEXT_HEADER_IPV4 = 4;
const NEXT_HEADER_IPV6 = 41;

export function decodeAyiya(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (limit - offset < HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  if ((view.getUint8(offset + FIELD.authenticationAndOperation) & 0x0f) !== OPERATION_FORWARD) return NOT_IP;
  // Both in their upper four bits: the identity's as a power of two, the signature's in words of four bytes.
  const identityLength = 1 << (view.getUint8(offset + FIELD.identity) >>> 4);
  const signatureLength = (view.getUint8(offset + FIELD.signature) >>> 4) * 4;
  const payload = offset + HEADER_LENGTH + identityLength + signatureLength;
  if (limit < payload) return MALFORMED;
  switch (view.getUint8(offset + FIELD.nextHeader)) {
    case NEXT_HEADER_IPV4:
    case NEXT_HEADER_IPV6:
      return decodeIp(packet, payload, limit);
    default:
      return NOT_IP;
  }
}
