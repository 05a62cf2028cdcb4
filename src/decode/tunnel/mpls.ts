// An MPLS label stack, then a payload that only its content identifies. Labels: RFC 3032, RFC 5586 (GAL). Payload:
// RFC 4928 (first nibble), RFC 4385 (control word), RFC 4448 (Ethernet).

import { decodeEthernet } from '../link/ethernet/ethernet.js';
import { type Decoder, enterLayer, type Packet } from '../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../packet-class.js';
import { decodeIpOrEthernet, decodeWholeIp, looksLikeEthernet } from './plausible.js';

const LABEL_LENGTH = 4;
/** In the four bytes: label 20 bits, traffic class 3, bottom of stack 1, time to live 8. */
const BOTTOM_OF_STACK = 0x100;
const LABEL_SHIFT = 12;

/** An associated channel follows, for operation and maintenance only. No other label identifies the payload. */
const LABEL_GENERIC_ASSOCIATED_CHANNEL = 13;

const CONTROL_WORD_LENGTH = 4;

/** `offset` is at the first label. Labels that only steer, such as entropy labels, are skipped like any other. */
export function decodeMpls(packet: Packet, offset: number, limit: number): PacketClass {
  return decodeLabels(packet, offset, limit, decodePayload);
}

/** MPLS in UDP, RFC 7510, where labels alone do not distinguish it from other datagrams. */
export function decodeMplsInUdp(packet: Packet, offset: number, limit: number): PacketClass {
  return decodeLabels(packet, offset, limit, decodeDatagram);
}

function decodeLabels(packet: Packet, offset: number, limit: number, decode: Decoder): PacketClass {
  for (let at = offset; ; ) {
    if (!enterLayer(packet) || limit - at < LABEL_LENGTH) return MALFORMED;
    if (packet.end - at < LABEL_LENGTH) return TRUNCATED;
    const entry = packet.view.getUint32(at);
    at += LABEL_LENGTH;
    if ((entry & BOTTOM_OF_STACK) === 0) continue;
    if (entry >>> LABEL_SHIFT === LABEL_GENERIC_ASSOCIATED_CHANNEL) return NOT_IP;
    return decode(packet, at, limit);
  }
}

/** A first nibble of 0 is that of a control word, or of an Ethernet address if there is no control word. */
function decodePayload(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < 1) return TRUNCATED;
  if (packet.view.getUint8(offset) >>> 4 !== 0) return decodeIpOrEthernet(packet, offset, limit);
  return decodePseudowire(packet, offset, limit);
}

function decodeDatagram(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < 1) return TRUNCATED;
  if (packet.view.getUint8(offset) >>> 4 === 0) return decodePseudowire(packet, offset, limit);
  const isEthernet = looksLikeEthernet(packet, offset);
  return isEthernet ? decodeEthernet(packet, offset, limit) : decodeWholeIp(packet, offset, limit);
}

/** An Ethernet frame, after a control word or not. */
function decodePseudowire(packet: Packet, offset: number, limit: number): PacketClass {
  const frame = offset + CONTROL_WORD_LENGTH;
  const hasControlWord = looksLikeEthernet(packet, frame) || !looksLikeEthernet(packet, offset);
  return decodeEthernet(packet, hasControlWord ? frame : offset, limit);
}
