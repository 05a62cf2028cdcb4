// IEEE 802.11 frames in tunnels between access points and controllers. Many access points send the two bytes of frame
// control in the wrong order. IEEE 802.11-2020 9.2.4.1.

import type { Packet } from '../../packet.js';
import { NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { ENCRYPTED, UNDECODED } from '../../undecoded.js';
import { decodeLlc } from '../ethernet/llc.js';
import { decodeIeee80211 } from './ieee80211.js';

/** The bits of frame control and of the flags that are needed. */
const FRAME_CONTROL = { typeMask: 0x0f, data: 0x08, noData: 0x40, qos: 0x80 } as const;
const FRAME_FLAG = { toAndFromDs: 0x03, protected: 0x40, order: 0x80 } as const;
const FRAME_HEADER_LENGTH = 24;
const ADDRESS_LENGTH = 6;
const QOS_LENGTH = 2;
const QOS_AND_HT_LENGTH = 6;

export function decodeTunnelledIeee80211(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (packet.end - offset < 2) return TRUNCATED;
  const first = view.getUint8(offset);
  const second = view.getUint8(offset + 1);
  const isSwapped =
    (first & FRAME_CONTROL.typeMask) !== FRAME_CONTROL.data &&
    (second & FRAME_CONTROL.typeMask) === FRAME_CONTROL.data;
  if (!isSwapped) return decodeIeee80211(packet, offset, limit);
  if ((second & FRAME_CONTROL.noData) !== 0) return NOT_IP;
  if ((first & FRAME_FLAG.protected) !== 0) {
    packet.undecoded = UNDECODED.encrypted + ENCRYPTED.ieee80211;
    return NOT_IP;
  }
  let headerLength = FRAME_HEADER_LENGTH;
  if ((first & FRAME_FLAG.toAndFromDs) === FRAME_FLAG.toAndFromDs) headerLength += ADDRESS_LENGTH;
  if ((second & FRAME_CONTROL.qos) !== 0) {
    headerLength += (first & FRAME_FLAG.order) === 0 ? QOS_LENGTH : QOS_AND_HT_LENGTH;
  }
  return decodeLlc(packet, offset + headerLength, limit);
}
