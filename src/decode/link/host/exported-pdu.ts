// Packets that Wireshark and its tools exported from inside others, such as those of IPsec and WireGuard after decryption:
// tags that name Wireshark's dissector, then the packet. LINKTYPE_WIRESHARK_UPPER_PDU at tcpdump.org; Wireshark's
// epan/exported_pdu.h.

import { decodeIp } from '../../ip/ip.js';
import { decodeIpProtocol } from '../../ip/ip-protocols.js';
import { type Decoder, enterLayer, type Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeMpls } from '../../tunnel/mpls.js';
import { decodeEtherType } from '../ethernet/ether-types.js';
import { decodeEthernet } from '../ethernet/ethernet.js';
import { decodeLlc } from '../ethernet/llc.js';
import { decodeIeee802154 } from '../lowpan/ieee802154.js';
import { decodeHdlc } from '../ppp/hdlc.js';
import { decodeIeee80211 } from '../wifi/ieee80211.js';
import { decodeRadiotap } from '../wifi/radiotap.js';
import { decodeRawIp } from './raw-ip.js';

/** The header of a tag; its value follows. */
const FIELD = { type: 0, length: 2 } as const;
const TAG_LENGTH = 4;
const TAG = {
  end: 0,
  dissector: 12,
  table: 14,
  ipv4Source: 20,
  ipv4Destination: 21,
  ipv6Source: 22,
  ipv6Destination: 23,
  tableNumber: 32,
} as const;

const NO_TAG = -1;
const NO_ADDRESS = -1;

/** Dissectors by name. */
const DECODERS: readonly (readonly [name: string, decode: Decoder])[] = [
  ['ip', decodeIp],
  ['ipv6', decodeIp],
  ['raw_ip', decodeRawIp],
  ['eth_withoutfcs', decodeEthernet],
  ['eth_withfcs', decodeEthernet],
  ['eth_maybefcs', decodeEthernet],
  ['llc', decodeLlc],
  ['mpls', decodeMpls],
  ['ppp_hdlc', decodeHdlc],
  ['wlan', decodeIeee80211],
  ['wlan_withoutfcs', decodeIeee80211],
  ['wlan_withfcs', decodeIeee80211],
  ['radiotap', decodeRadiotap],
  ['wpan', decodeIeee802154],
  ['wpan_nofcs', decodeIeee802154],
];
/** Dissectors that need the addresses of IP, with their IP protocol. */
const TRANSPORTS: readonly (readonly [name: string, protocol: number])[] = [
  ['tcp', 6],
  ['udp', 17],
];
const TABLE_ETHER_TYPE = 'ethertype';
const TABLE_IP_PROTOCOL = 'ip.proto';

export function decodeExportedPdu(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  let name = NO_TAG;
  let table = NO_TAG;
  let number = 0;
  packet.server = NO_ADDRESS;
  packet.client = NO_ADDRESS;
  packet.addresses = view;
  for (let at = offset; ; ) {
    if (end - at < TAG_LENGTH) return TRUNCATED;
    const type = view.getUint16(at + FIELD.type);
    const value = at + TAG_LENGTH;
    const next = value + view.getUint16(at + FIELD.length);
    if (end < next) return TRUNCATED;
    switch (type) {
      case TAG.end:
        if (name !== NO_TAG) return decodeByDissector(packet, name, next, limit);
        return table === NO_TAG ? NOT_IP : decodeByTable(packet, table, number, next, limit);
      case TAG.dissector:
        name = at;
        break;
      case TAG.table:
        table = at;
        break;
      case TAG.tableNumber:
        if (next - value < 4) return MALFORMED;
        number = view.getUint32(value);
        break;
      case TAG.ipv4Source:
      case TAG.ipv6Source:
        if (!setFamily(packet, type === TAG.ipv4Source ? 4 : 6, next - value)) return MALFORMED;
        packet.server = value;
        break;
      case TAG.ipv4Destination:
      case TAG.ipv6Destination:
        if (!setFamily(packet, type === TAG.ipv4Destination ? 4 : 6, next - value)) return MALFORMED;
        packet.client = value;
        break;
    }
    at = next;
  }
}

/** Sets the family of an address of `length` bytes. Returns false if it is too short, or not that of the other one. */
function setFamily(packet: Packet, family: 4 | 6, length: number): boolean {
  const hasOther = packet.server !== NO_ADDRESS || packet.client !== NO_ADDRESS;
  if (hasOther && packet.family !== family) return false;
  packet.family = family;
  return length >= (family === 4 ? 4 : 16);
}

/** `tag` is where the tag with the name of the dissector begins. */
function decodeByDissector(packet: Packet, tag: number, offset: number, limit: number): PacketClass {
  for (const [name, decode] of DECODERS) {
    if (hasText(packet.view, tag, name))
      return enterLayer(packet) ? decode(packet, offset, limit) : MALFORMED;
  }
  for (const [name, protocol] of TRANSPORTS) {
    if (hasText(packet.view, tag, name)) return decodeTransport(packet, protocol, offset, limit);
  }
  return NOT_IP;
}

/** `tag` is where the tag with the name of the dissector table begins, and `number` the entry of that table. */
function decodeByTable(
  packet: Packet,
  tag: number,
  number: number,
  offset: number,
  limit: number,
): PacketClass {
  if (hasText(packet.view, tag, TABLE_ETHER_TYPE)) return decodeEtherType(packet, number, offset, limit);
  return hasText(packet.view, tag, TABLE_IP_PROTOCOL)
    ? decodeTransport(packet, number, offset, limit)
    : NOT_IP;
}

/** Without the addresses of IP, nothing can be said about a connection. */
function decodeTransport(packet: Packet, protocol: number, offset: number, limit: number): PacketClass {
  if (packet.server === NO_ADDRESS || packet.client === NO_ADDRESS) return NOT_IP;
  return decodeIpProtocol(packet, protocol, offset, limit);
}

/** Whether the value of a tag is a text, padded with zeros or not. */
function hasText(view: DataView, tag: number, text: string): boolean {
  const length = view.getUint16(tag + FIELD.length);
  if (length < text.length) return false;
  for (let at = 0; at < length; at++) {
    const expected = at < text.length ? text.charCodeAt(at) : 0;
    if (view.getUint8(tag + TAG_LENGTH + at) !== expected) return false;
  }
  return true;
}
