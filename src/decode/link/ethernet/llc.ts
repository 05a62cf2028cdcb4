// IEEE 802.2 logical link control (LLC), with or without SNAP. IP in it: RFC 1042, RFC 1122 2.3.3; with an NLPID:
// RFC 2684 5.1.

import { decodeIp } from '../../ip/ip.js';
import type { Packet } from '../../packet.js';
import { NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { UNDECODED } from '../../undecoded.js';
import { decodeNlpid } from '../wan/nlpid.js';
import { decodeSnap } from './snap.js';

const FIELD = { dsap: 0, ssap: 1, control: 2 } as const;
const HEADER_LENGTH = 3;

const SAP_IP = 0x06;
const SAP_SNAP = 0xaa;
const SAP_NLPID = 0xfe;
/** Not a service access point. */
const NOT_USED = -1;
const UNNUMBERED_INFORMATION = 0x03;

/** Between SNAP and a bridged frame, to align the frame's payload. */
const BRIDGED_PADDING = 2;

export function decodeLlc(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const dsap = view.getUint8(offset + FIELD.dsap);
  const isInformation =
    dsap === view.getUint8(offset + FIELD.ssap) &&
    view.getUint8(offset + FIELD.control) === UNNUMBERED_INFORMATION;
  const payload = offset + HEADER_LENGTH;
  switch (isInformation ? dsap : NOT_USED) {
    case SAP_IP:
      return decodeIp(packet, payload, limit);
    case SAP_SNAP:
      return decodeSnap(packet, payload, limit, BRIDGED_PADDING);
    case SAP_NLPID:
      return decodeNlpid(packet, payload, limit);
    default:
      packet.undecoded = UNDECODED.llcSap + dsap;
      return NOT_IP;
  }
}
