// UDP, and which tunnel travels in it. RFC 768. A port is a hint, not a proof: the decoders behind it refuse
// whatever their header does not allow, and what they refuse is a datagram like any other.

import { decodeAyiya } from './ayiya.js';
import { decodeCapwap } from './capwap.js';
import { decodeGeneve } from './geneve.js';
import { decodeGreInUdp } from './gre.js';
import { decodeGtp } from './gtp.js';
import { decodeL2tp } from './l2tp.js';
import { decodeLisp } from './lisp.js';
import { decodeMpls } from './mpls.js';
import { type Decoder, NO_LIMIT, type Packet } from './packet.js';
import { decodeTeredo } from './teredo.js';
import { decodeTzsp } from './tzsp.js';
import { MALFORMED, NOT_IP, NOT_TCP, TRUNCATED, type Verdict } from './verdict.js';
import { decodeVxlan, decodeVxlanGpe } from './vxlan.js';

const FIELD = { sourcePort: 0, destinationPort: 2, length: 4 } as const;
const HEADER_LENGTH = 8;

export function decodeUdp(packet: Packet, offset: number, limit: number): Verdict {
  const { view } = packet;
  if (limit - offset < HEADER_LENGTH) return NOT_TCP;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  // It says more than there is in the first fragment of a datagram, and nothing (0) in a jumbogram, RFC 2675.
  const length = view.getUint16(offset + FIELD.length) || NO_LIMIT;
  if (length < HEADER_LENGTH) return NOT_TCP;
  const payload = offset + HEADER_LENGTH;
  const payloadLimit = Math.min(limit, offset + length);
  const tunnel =
    tunnelOf(view.getUint16(offset + FIELD.destinationPort)) ??
    tunnelOf(view.getUint16(offset + FIELD.sourcePort));
  if (tunnel === undefined) return NOT_TCP;
  const verdict = tunnel(packet, payload, payloadLimit);
  if (verdict === NOT_IP || verdict === MALFORMED) return NOT_TCP;
  // Where all of it was captured, it is too short to be that tunnel, and not cut short.
  return verdict === TRUNCATED && payloadLimit <= packet.end ? NOT_TCP : verdict;
}

/** Ports: IANA "Service Name and Transport Protocol Port Number Registry", but for two of old custom. */
function tunnelOf(port: number): Decoder | undefined {
  switch (port) {
    case 1701:
      return decodeL2tp;
    case 2152:
      return decodeGtp;
    case 3544:
      return decodeTeredo;
    case 4341:
      return decodeLisp;
    case 4754:
      return decodeGreInUdp;
    case 4789:
    case 8472: // of Linux, which had VXLAN before it had a number
      return decodeVxlan;
    case 4790:
      return decodeVxlanGpe;
    case 5072:
      return decodeAyiya;
    case 5247:
      return decodeCapwap;
    case 6081:
      return decodeGeneve;
    case 6635: // RFC 7510
      return decodeMpls;
    case 37008: // 0x9090, by custom
      return decodeTzsp;
    default:
      return undefined;
  }
}
