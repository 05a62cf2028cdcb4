// Linux cooked captures, written by `tcpdump -i any` instead of the link header. LINKTYPE_LINUX_SLL and
// LINKTYPE_LINUX_SLL2 at tcpdump.org.

import type { Packet } from '../../packet.js';
import { NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeEtherType } from '../ethernet/ether-types.js';
import { decodeEthernet, MIN_ETHER_TYPE } from '../ethernet/ethernet.js';
import { decodeLlc } from '../ethernet/llc.js';
import { decodeIeee802154 } from '../lowpan/ieee802154.js';
import { decodeHdlc } from '../ppp/hdlc.js';
import { decodeFrameRelay } from '../wan/frame-relay.js';
import { decodeRadiotap } from '../wifi/radiotap.js';

const FIELD_V1 = { device: 2, protocol: 14 } as const;
const HEADER_LENGTH_V1 = 16;
const FIELD_V2 = { protocol: 0, device: 8 } as const;
const HEADER_LENGTH_V2 = 20;

/** In the protocol field, numbers too small for an EtherType. */
const PROTOCOL = { ethernet: 0x0003, llc: 0x0004, ppp: 0x0007, ieee802154: 0x00f6 } as const;
/** Kinds of devices whose protocol field says nothing: ARPHRD_ of Linux. */
const DEVICE = { frameRelay: 770, radiotap: 803 } as const;

export function decodeLinuxCooked(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < HEADER_LENGTH_V1) return TRUNCATED;
  return decodeProtocol(
    packet,
    packet.view.getUint16(offset + FIELD_V1.protocol),
    packet.view.getUint16(offset + FIELD_V1.device),
    offset + HEADER_LENGTH_V1,
    limit,
  );
}

export function decodeLinuxCookedV2(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < HEADER_LENGTH_V2) return TRUNCATED;
  return decodeProtocol(
    packet,
    packet.view.getUint16(offset + FIELD_V2.protocol),
    packet.view.getUint16(offset + FIELD_V2.device),
    offset + HEADER_LENGTH_V2,
    limit,
  );
}

function decodeProtocol(
  packet: Packet,
  protocol: number,
  device: number,
  offset: number,
  limit: number,
): PacketClass {
  if (protocol >= MIN_ETHER_TYPE) return decodeEtherType(packet, protocol, offset, limit);
  if (device === DEVICE.frameRelay) return decodeFrameRelay(packet, offset, limit);
  if (device === DEVICE.radiotap) return decodeRadiotap(packet, offset, limit);
  switch (protocol) {
    case PROTOCOL.ethernet:
      return decodeEthernet(packet, offset, limit);
    case PROTOCOL.llc:
      return decodeLlc(packet, offset, limit);
    case PROTOCOL.ppp:
      return decodeHdlc(packet, offset, limit);
    case PROTOCOL.ieee802154:
      return decodeIeee802154(packet, offset, limit);
    default:
      return NOT_IP;
  }
}
