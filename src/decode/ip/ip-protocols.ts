// The decoders of the protocols that IP carries, by protocol number. If only the outermost IP packet is wanted
// (`--outer`), this is where tunnels are left alone. Numbers: IANA "Protocol Numbers".

import { decodeEthernet } from '../link/ethernet/ethernet.js';
import { decodeAx25 } from '../link/rare/ax25.js';
import { enterLayer, type Packet } from '../packet.js';
import { MALFORMED, NOT_IP, NOT_TCP, type PacketClass, TRUNCATED } from '../packet-class.js';
import { decodeEtherIp } from '../tunnel/ether-ip.js';
import { decodeGre } from '../tunnel/gre.js';
import { decodeL2tpv3 } from '../tunnel/l2tp.js';
import { decodeMpls } from '../tunnel/mpls.js';
import { UNDECODED } from '../undecoded.js';
import { decodeAuthentication } from './ah.js';
import { decodeIp } from './ip.js';
import { decodeTcp } from './tcp.js';
import { decodeUdp } from './udp.js';

const IP_PROTOCOL_TCP = 6;
const IP_PROTOCOL_ESP = 50;
const IP_PROTOCOL_AUTHENTICATION = 51;

export function decodeIpProtocol(
  packet: Packet,
  protocol: number,
  offset: number,
  limit: number,
): PacketClass {
  if (!enterLayer(packet)) return MALFORMED;
  if (protocol === IP_PROTOCOL_TCP) return decodeTcp(packet, offset, limit);
  if (protocol === IP_PROTOCOL_AUTHENTICATION) return decodeAuthentication(packet, offset, limit);
  if (packet.outerOnly) {
    if (protocol === IP_PROTOCOL_ESP) packet.undecoded = UNDECODED.ipProtocol + protocol;
    return NOT_TCP;
  }
  const packetClass = decodeTunnel(packet, protocol, offset, limit);
  // The tunnel may carry something other than IP, but the packet around it is IP.
  if (packetClass === NOT_IP) return NOT_TCP;
  // If all of the packet was captured, then it was sent too short, not cut by the capture.
  return packetClass === TRUNCATED && limit <= packet.end ? MALFORMED : packetClass;
}

/** ICMP errors quote the headers of an earlier packet. That packet is not decoded: it is not a packet here. */
function decodeTunnel(packet: Packet, protocol: number, offset: number, limit: number): PacketClass {
  switch (protocol) {
    case 4: // IP in IP, RFC 2003
    case 41: // IPv6 in IPv4, RFC 4213
      return decodeIp(packet, offset, limit);
    case 17:
      return decodeUdp(packet, offset, limit);
    case 47:
      return decodeGre(packet, offset, limit);
    case 93: // AX.25, RFC 1226
      return decodeAx25(packet, offset, limit);
    case 97:
      return decodeEtherIp(packet, offset, limit);
    case 115:
      return decodeL2tpv3(packet, offset, limit);
    case 137: // MPLS in IP, RFC 4023
      return decodeMpls(packet, offset, limit);
    case 143: // Ethernet, RFC 8986
      return decodeEthernet(packet, offset, limit);
    default:
      packet.undecoded = UNDECODED.ipProtocol + protocol;
      return NOT_TCP;
  }
}
