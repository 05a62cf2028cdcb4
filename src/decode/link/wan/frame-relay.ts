// Frame relay: an address of two to four bytes, then the IETF's control field and NLPID (RFC 2427 3) or Cisco's
// EtherType. Address: ITU-T Q.922 3.3. LINKTYPE_FRELAY at tcpdump.org.

import type { Packet } from '../../packet.js';
import { MALFORMED, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeEtherType } from '../ethernet/ether-types.js';
import { decodeNlpid } from './nlpid.js';

const MIN_ADDRESS_LENGTH = 2;
const MAX_ADDRESS_LENGTH = 4;
/** Set in the last byte of the address only. */
const EXTENSION_BIT = 0x01;

const UNNUMBERED_INFORMATION = 0x03;
/** A byte before the NLPID that makes the header's length even. */
const PADDING = 0x00;

export function decodeFrameRelay(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  let at = offset;
  for (; ; at++) {
    if (at - offset === MAX_ADDRESS_LENGTH) return MALFORMED;
    if (end - at < 1) return TRUNCATED;
    if ((view.getUint8(at) & EXTENSION_BIT) !== 0) break;
  }
  at += 1;
  if (at - offset < MIN_ADDRESS_LENGTH) return MALFORMED;
  if (end - at < 2) return TRUNCATED;
  // EtherTypes begin at 0x0600, so their first byte is never 3.
  if (view.getUint8(at) !== UNNUMBERED_INFORMATION) {
    return decodeEtherType(packet, view.getUint16(at), at + 2, limit);
  }
  return decodeNlpid(packet, view.getUint8(at + 1) === PADDING ? at + 2 : at + 1, limit);
}
