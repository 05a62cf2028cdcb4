// SNAP: an organisation, then a type that the organisation assigned. IEEE 802 clause 9.5. EtherTypes in it: RFC 1042;
// bridged frames in it: RFC 2427 4.2 on frame relay, RFC 2684 5.2 on ATM.

import { enterLayer, type Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { UNDECODED } from '../../undecoded.js';
import { decodeEtherType } from './ether-types.js';
import { decodeEthernet } from './ethernet.js';

const FIELD = { organisation: 0, type: 3 } as const;
const HEADER_LENGTH = 5;

/** Where LLC names SNAP. */
const SAP_SNAP = 0xaa;

const OUI_ETHERNET = 0x00_00_00;
const OUI_CISCO_BRIDGED = 0x00_00_f8;
const OUI_IEEE_802_1 = 0x00_80_c2;

/** IEEE 802.1's types for bridged Ethernet frames, with and without their checksum at the end. */
const BRIDGED_ETHERNET_WITH_FCS = 0x0001;
const BRIDGED_ETHERNET = 0x0007;

/** `padding` is the number of bytes between the type and a bridged frame, which depends on the medium. */
export function decodeSnap(packet: Packet, offset: number, limit: number, padding: number): PacketClass {
  const { view } = packet;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const type = view.getUint16(offset + FIELD.type);
  const payload = offset + HEADER_LENGTH;
  switch (view.getUint32(offset + FIELD.organisation) >>> 8) {
    case OUI_ETHERNET:
    case OUI_CISCO_BRIDGED:
      return decodeEtherType(packet, type, payload, limit);
    case OUI_IEEE_802_1:
      if (type !== BRIDGED_ETHERNET && type !== BRIDGED_ETHERNET_WITH_FCS) return NOT_IP;
      return enterLayer(packet) ? decodeEthernet(packet, payload + padding, limit) : MALFORMED;
    default:
      packet.undecoded = UNDECODED.llcSap + SAP_SNAP;
      return NOT_IP;
  }
}
