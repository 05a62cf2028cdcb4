// TZSP, the TaZmen Sniffer Protocol: packets that a remote sniffer captured, with tags. By Network Chemistry; MikroTik
// routers send it too.

import { decodeEthernet } from '../../link/ethernet/ethernet.js';
import { decodeRawIp } from '../../link/host/raw-ip.js';
import { decodePpp } from '../../link/ppp/ppp.js';
import { decodeFddi } from '../../link/rare/fddi.js';
import { decodeTokenRing } from '../../link/rare/token-ring.js';
import { decodeAvs } from '../../link/wifi/avs.js';
import { decodeIeee80211 } from '../../link/wifi/ieee80211.js';
import { decodePrism } from '../../link/wifi/prism.js';
import type { Decoder, Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';

const FIELD = { version: 0, type: 1, encapsulated: 2 } as const;
const HEADER_LENGTH = 4;

const VERSION = 1;
/** A received packet, and a packet to be sent. The other types do not carry packets. */
const TYPES: readonly number[] = [0, 1];

/** These two tags are a single byte; all others have a length and a value. */
const TAG_PADDING = 0;
const TAG_END = 1;

export function decodeTzsp(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  if (limit - offset < HEADER_LENGTH) return MALFORMED;
  if (end - offset < HEADER_LENGTH) return TRUNCATED;
  if (view.getUint8(offset + FIELD.version) !== VERSION) return NOT_IP;
  if (!TYPES.includes(view.getUint8(offset + FIELD.type))) return NOT_IP;
  const decode = decoderOf(view.getUint16(offset + FIELD.encapsulated));
  if (decode === undefined) return NOT_IP;
  for (let at = offset + HEADER_LENGTH; ; ) {
    if (limit - at < 1) return MALFORMED;
    if (end - at < 1) return TRUNCATED;
    const tag = view.getUint8(at);
    at += 1;
    if (tag === TAG_END) return decode(packet, at, limit);
    if (tag === TAG_PADDING) continue;
    if (limit - at < 1) return MALFORMED;
    if (end - at < 1) return TRUNCATED;
    at += 1 + view.getUint8(at);
  }
}

/** The decoder of an encapsulated protocol. */
function decoderOf(encapsulated: number): Decoder | undefined {
  switch (encapsulated) {
    case 1:
      return decodeEthernet;
    case 2:
      return decodeTokenRing;
    case 4:
      return decodePpp;
    case 5:
      return decodeFddi;
    case 7:
      return decodeRawIp;
    case 18:
      return decodeIeee80211;
    case 119:
      return decodePrism;
    case 127:
      return decodeAvs;
    default:
      return undefined;
  }
}
