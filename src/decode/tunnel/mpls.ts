// An MPLS label stack, and what is under its last label, which nothing but the content tells. Labels: RFC 3032,
// RFC 5586 (GAL). What is under them: RFC 4928 (first nibble), RFC 4385 (control word), RFC 4448 (Ethernet).

import { decodeEthernet } from '../link/ethernet/ethernet.js';
import { enterLayer, type Packet } from '../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../packet-class.js';
import { decodeIpOrEthernet, looksLikeEthernet } from './plausible.js';

const LABEL_LENGTH = 4;
/** In the four bytes: label 20 bits, traffic class 3, bottom of stack 1, time to live 8. */
const BOTTOM_OF_STACK = 0x100;
const LABEL_SHIFT = 12;

/** Under it is an associated channel, for operation and maintenance only. All others say nothing of content. */
const LABEL_GENERIC_ASSOCIATED_CHANNEL = 13;

const CONTROL_WORD_LENGTH = 4;

/** Offset is at the first label. Those that only steer, such as entropy labels, are passed like any other. */
export function decodeMpls(packet: Packet, offset: number, limit: number): PacketClass {
  for (let at = offset; ; ) {
    if (!enterLayer(packet) || limit - at < LABEL_LENGTH) return MALFORMED;
    if (packet.end - at < LABEL_LENGTH) return TRUNCATED;
    const entry = packet.view.getUint32(at);
    at += LABEL_LENGTH;
    if ((entry & BOTTOM_OF_STACK) === 0) continue;
    if (entry >>> LABEL_SHIFT === LABEL_GENERIC_ASSOCIATED_CHANNEL) return NOT_IP;
    return decodeContent(packet, at, limit);
  }
}

/** What begins with a zero is a control word, or the address of a frame that has none before it. */
function decodeContent(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < 1) return TRUNCATED;
  if (packet.view.getUint8(offset) >>> 4 !== 0) return decodeIpOrEthernet(packet, offset, limit);
  const behind = offset + CONTROL_WORD_LENGTH;
  const hasControlWord = looksLikeEthernet(packet, behind) || !looksLikeEthernet(packet, offset);
  return decodeEthernet(packet, hasControlWord ? behind : offset, limit);
}
