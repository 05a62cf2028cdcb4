// Juniper's packet mirror: eight bytes that identify the interception, then IP. There is no public specification; source:
// Wireshark's packet-jmirror.c.

import type { Packet } from '../../packet.js';
import type { PacketClass } from '../../packet-class.js';
import { decodeWholeIp } from '../plausible.js';

/** An identifier of the interception and one of the session. */
const HEADER_LENGTH = 8;

export function decodeJuniperMirror(packet: Packet, offset: number, limit: number): PacketClass {
  return decodeWholeIp(packet, offset + HEADER_LENGTH, limit);
}
