// Classifies plain packets, which nearly all are: IPv4 without options or IPv6 without extension headers, with TCP or UDP
// in it. Every other packet, and every oddity, is left to the decoders. A property test shows that the decoders would
// classify plain packets in the same way. Offsets: RFC 791 3.1, RFC 8200 3, RFC 9293 3.1, RFC 768.

import { NOT_TCP, OTHER_TCP } from '../decode/packet-class-numbers';
import { HAS_EVIDENCE, TUNNEL_PORTS } from '../tally/layout';
import { noteTcp4, noteTcp6 } from './evidence';
import { add4, add6, addNoted4, addNoted6, countClass } from './tally';

const TCP: u8 = 6;
const UDP: u8 = 17;
/** The smallest data offset, in the upper half of its byte, of a whole header. */
const MIN_DATA_OFFSET: u16 = 0x50;

// In the byte order of packets.
const ETHER_TYPE_IPV4: u16 = 0x0008;
const ETHER_TYPE_IPV6: u16 = 0xdd86;
/** The fragment offset, which must be 0, the time to live, which does not matter, and the protocol. */
const FRAGMENT_AND_PROTOCOL: u32 = 0xff00ff1f;
/** After the byte of the data offset. */
const SYN_AND_ACK: u16 = 0x1200;

/**
 * Counts the packet captured in [.., end), whose EtherType and network header are at these places. Returns false, and
 * counts nothing, if it is not plain.
 */
export function countPacket(etherType: usize, network: usize, end: usize, time: f64): bool {
  if (network + 34 > end) return false;
  const type = load<u16>(etherType);
  if (type === ETHER_TYPE_IPV4) return countIpv4(network, end, time);
  return type === ETHER_TYPE_IPV6 && countIpv6(network, end, time);
}

function countIpv4(ip: usize, end: usize, time: f64): bool {
  if (load<u8>(ip) !== 0x45) return false;
  const totalLength = bswap(load<u16>(ip, 2));
  const protocol = load<u32>(ip, 6) & FRAGMENT_AND_PROTOCOL;
  if (protocol === (<u32>TCP) << 24) {
    const flags = load<u16>(ip, 32);
    if (totalLength < 40 || (flags & 0xff) < MIN_DATA_OFFSET) return false;
    const hasEvidence = load<u32>(HAS_EVIDENCE) !== 0;
    if ((flags & SYN_AND_ACK) === SYN_AND_ACK) {
      if (hasEvidence) addNoted4(ip + 16, ip + 12, ip + 20, end, time);
      else add4(ip + 16, ip + 12, port(ip + 20), time);
    } else {
      if (hasEvidence) noteTcp4(ip + 12, ip + 16, ip + 20, hasPayload(totalLength - 20, flags), time);
      countClass(OTHER_TCP);
    }
    return true;
  }
  return protocol === (<u32>UDP) << 24 && totalLength >= 28 && countUdp(ip + 20);
}

function countIpv6(ip: usize, end: usize, time: f64): bool {
  if (ip + 54 > end || load<u8>(ip) >> 4 !== 6) return false;
  const protocol = load<u8>(ip, 6);
  const payloadLength = bswap(load<u16>(ip, 4));
  if (protocol === TCP) {
    const flags = load<u16>(ip, 52);
    if (payloadLength < 20 || (flags & 0xff) < MIN_DATA_OFFSET) return false;
    const hasEvidence = load<u32>(HAS_EVIDENCE) !== 0;
    if ((flags & SYN_AND_ACK) === SYN_AND_ACK) {
      if (hasEvidence) addNoted6(ip + 24, ip + 8, ip + 40, end, time);
      else add6(ip + 24, ip + 8, port(ip + 40), time);
    } else {
      if (hasEvidence) noteTcp6(ip + 8, ip + 24, ip + 40, hasPayload(payloadLength, flags), time);
      countClass(OTHER_TCP);
    }
    return true;
  }
  return protocol === UDP && payloadLength >= 8 && countUdp(ip + 40);
}

/** Whether a segment of this length has bytes after its header; `flags` begin with the byte of the data offset. */
function hasPayload(length: u32, flags: u16): bool {
  return length > <u32>(flags & 0xf0) >> 2;
}

/** Counts the datagram and returns true, unless it may carry a tunnel. */
function countUdp(udp: usize): bool {
  if (isTunnelPort(port(udp)) || isTunnelPort(port(udp + 2))) return false;
  countClass(NOT_TCP);
  return true;
}

function isTunnelPort(port: u32): bool {
  return ((load<u8>(TUNNEL_PORTS + (port >> 3)) >> (port & 7)) & 1) !== 0;
}

function port(at: usize): u32 {
  return bswap(load<u16>(at));
}
