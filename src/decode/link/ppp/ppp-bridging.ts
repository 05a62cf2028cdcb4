// Ethernet frames bridged over PPP. RFC 3518 4.2; the LAN's number before them: RFC 1638 4.2.

import type { Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeEthernet } from '../ethernet/ethernet.js';

const FIELD = { flags: 0, macType: 1 } as const;
const HEADER_LENGTH = 2;
const LAN_LENGTH = 4;

const FLAG = { lan: 0x40, control: 0x10 } as const;
const MAC_TYPE_ETHERNET = 1;

export function decodePppBridging(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (limit - offset < HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const flags = view.getUint8(offset + FIELD.flags);
  if (view.getUint8(offset + FIELD.macType) !== MAC_TYPE_ETHERNET || (flags & FLAG.control) !== 0)
    return NOT_IP;
  const frame = offset + HEADER_LENGTH + ((flags & FLAG.lan) === 0 ? 0 : LAN_LENGTH);
  return decodeEthernet(packet, frame, limit);
}
