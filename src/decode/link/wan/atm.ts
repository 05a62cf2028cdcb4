// IP on ATM: RFC 2684 5 (LLC), RFC 1577 (classical IP). LINKTYPE_ATM_RFC1483, LINKTYPE_ATM_CLIP and LINKTYPE_SUNATM
// at tcpdump.org; LAN emulation: ATM Forum af-lane-0084.

import type { Packet } from '../../packet.js';
import { NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeEthernet } from '../ethernet/ethernet.js';
import { decodeLlc } from '../ethernet/llc.js';
import { decodeRawIp } from '../host/raw-ip.js';
import { decodeNlpid } from './nlpid.js';

const UNNUMBERED_INFORMATION = 0x03;
const SAP_SNAP = 0xaa;

/** LLC, or as Cisco writes it, a control field and an NLPID. */
export function decodeAtmLlc(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < 1) return TRUNCATED;
  return packet.view.getUint8(offset) === UNNUMBERED_INFORMATION
    ? decodeNlpid(packet, offset + 1, limit)
    : decodeLlc(packet, offset, limit);
}

/** Linux writes packets with or without their LLC. */
export function decodeAtmClip(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < 1) return TRUNCATED;
  return packet.view.getUint8(offset) === SAP_SNAP
    ? decodeLlc(packet, offset, limit)
    : decodeRawIp(packet, offset, limit);
}

const SUN = { type: 0 } as const;
const SUN_HEADER_LENGTH = 4;
const SUN_TYPE_MASK = 0x0f;
const SUN_TYPE_LANE = 1;
const SUN_TYPE_LLC = 2;

/** Before an Ethernet frame in LAN emulation: the sender, or the number that marks a control frame. */
const LANE = { sender: 0 } as const;
const LANE_HEADER_LENGTH = 2;
const LANE_CONTROL = 0xff00;

export function decodeSunAtm(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  if (end - offset < SUN_HEADER_LENGTH) return TRUNCATED;
  const payload = offset + SUN_HEADER_LENGTH;
  switch (view.getUint8(offset + SUN.type) & SUN_TYPE_MASK) {
    case SUN_TYPE_LLC:
      return decodeAtmLlc(packet, payload, limit);
    case SUN_TYPE_LANE:
      if (end - payload < LANE_HEADER_LENGTH) return TRUNCATED;
      return view.getUint16(payload + LANE.sender) === LANE_CONTROL
        ? NOT_IP
        : decodeEthernet(packet, payload + LANE_HEADER_LENGTH, limit);
    default:
      return NOT_IP;
  }
}
