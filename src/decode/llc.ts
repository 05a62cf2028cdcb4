// IEEE 802.2 logical link control, with or without a SNAP header. IP in it: RFC 1042, RFC 1122 2.3.3.

import { decodeEtherType } from './ether-types.js';
import { decodeIpv4 } from './ipv4.js';
import type { Packet } from './packet.js';
import { NOT_IP, TRUNCATED, type Verdict } from './verdict.js';

const FIELD = { dsap: 0, ssap: 1, control: 2, snapOui: 3, snapType: 6 } as const;
const LLC_LENGTH = 3;
const SNAP_LENGTH = 8;

const SAP_SNAP = 0xaa;
const SAP_IP = 0x06;
const UNNUMBERED_INFORMATION = 0x03;

/** Organisations whose SNAP type is an EtherType. */
const OUI_ETHERNET = 0x00_00_00;
const OUI_CISCO_BRIDGED = 0x00_00_f8;

export function decodeLlc(packet: Packet, offset: number, limit: number): Verdict {
  const { view, end } = packet;
  if (end - offset < LLC_LENGTH) return TRUNCATED;
  const dsap = view.getUint8(offset + FIELD.dsap);
  const ssap = view.getUint8(offset + FIELD.ssap);
  if (view.getUint8(offset + FIELD.control) !== UNNUMBERED_INFORMATION) return NOT_IP;
  if (dsap === SAP_IP && ssap === SAP_IP) return decodeIpv4(packet, offset + LLC_LENGTH, limit);
  if (dsap !== SAP_SNAP || ssap !== SAP_SNAP) return NOT_IP;
  if (end - offset < SNAP_LENGTH) return TRUNCATED;
  const oui = view.getUint32(offset + FIELD.control) & 0xff_ffff;
  if (oui !== OUI_ETHERNET && oui !== OUI_CISCO_BRIDGED) return NOT_IP;
  return decodeEtherType(packet, view.getUint16(offset + FIELD.snapType), offset + SNAP_LENGTH, limit);
}
