// UDP, and the tunnels in it, which are recognised by their ports. RFC 768. A port is a hint, not proof: a datagram
// counts as ordinary UDP unless all headers inside the tunnel agree, down to TCP. Reserved bits prove nothing: receivers
// must ignore them, and some senders set them.

import { decodeEthernet } from '../link/ethernet/ethernet.js';
import { type Decoder, NO_LIMIT, type Packet } from '../packet.js';
import { MALFORMED, NOT_IP, NOT_TCP, type PacketClass, TRUNCATED } from '../packet-class.js';
import { decodeAyiya } from '../tunnel/ayiya.js';
import { decodeGeneve } from '../tunnel/geneve.js';
import { decodeGre } from '../tunnel/gre.js';
import { decodeGue } from '../tunnel/gue.js';
import { decodeL2tp } from '../tunnel/l2tp.js';
import { decodeLisp } from '../tunnel/lisp.js';
import { decodeJuniperMirror } from '../tunnel/mirror/jmirror.js';
import { decodeTzsp } from '../tunnel/mirror/tzsp.js';
import { decodeMobileIp } from '../tunnel/mobile-ip.js';
import { decodeMplsInUdp } from '../tunnel/mpls.js';
import { decodeTeredo } from '../tunnel/teredo.js';
import { decodeVxlan, decodeVxlanGpe } from '../tunnel/vxlan.js';
import { decodeCapwap } from '../tunnel/wireless/capwap.js';
import { decodeGtp } from '../tunnel/wireless/gtp.js';
import { decodeLwapp, decodeLwappAfterAddress } from '../tunnel/wireless/lwapp.js';
import { decodeMint } from '../tunnel/wireless/mint.js';
import { decodeZep } from '../tunnel/wireless/zep.js';
import { TOO_SHORT, UNDECODED } from '../undecoded.js';

/** Tunnels by port. Ports: IANA "Service Name and Transport Protocol Port Number Registry", unless a comment says otherwise. */
export const TUNNELS: ReadonlyMap<number, Decoder> = new Map([
  [434, decodeMobileIp],
  [1701, decodeL2tp],
  [2152, decodeGtp],
  [3386, decodeGtp], // version 0
  [3544, decodeTeredo],
  [4341, decodeLisp],
  [4754, decodeGre], // RFC 8086
  [4789, decodeVxlan],
  [8472, decodeVxlan], // Linux, which had VXLAN before IANA gave it a port
  [4790, decodeVxlanGpe],
  [5072, decodeAyiya],
  [5247, decodeCapwap],
  [6080, decodeGue],
  [6081, decodeGeneve],
  [6635, decodeMplsInUdp],
  [12220, decodeEthernet], // LWAPP before its header was invented
  [12222, decodeLwapp],
  [12223, decodeLwappAfterAddress],
  [17754, decodeZep],
  [24577, decodeMint],
  [30030, decodeJuniperMirror],
  [37008, decodeTzsp], // 0x9090, by convention
]);

const FIELD = { sourcePort: 0, destinationPort: 2, length: 4 } as const;
const HEADER_LENGTH = 8;

export function decodeUdp(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (limit - offset < HEADER_LENGTH) return NOT_TCP;
  if (packet.end - offset < HEADER_LENGTH) {
    packet.undecoded = UNDECODED.tooShort + TOO_SHORT.udp;
    return TRUNCATED;
  }
  // In the first fragment of a datagram the length is that of the whole; in a jumbogram it is 0, RFC 2675.
  const length = view.getUint16(offset + FIELD.length) || NO_LIMIT;
  if (length < HEADER_LENGTH) return NOT_TCP;
  const payload = offset + HEADER_LENGTH;
  const payloadLimit = Math.min(limit, offset + length);
  const tunnel =
    TUNNELS.get(view.getUint16(offset + FIELD.destinationPort)) ??
    TUNNELS.get(view.getUint16(offset + FIELD.sourcePort));
  if (tunnel === undefined) return NOT_TCP;
  const packetClass = tunnel(packet, payload, payloadLimit);
  // If all of the datagram was captured, then it is too short to be that tunnel, not cut by the capture.
  const isWhole = packetClass === TRUNCATED && payloadLimit <= packet.end;
  if (!isWhole && packetClass !== NOT_IP && packetClass !== MALFORMED) return packetClass;
  packet.undecoded = 0;
  return NOT_TCP;
}
