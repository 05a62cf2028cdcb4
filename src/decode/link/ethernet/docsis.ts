// DOCSIS, the link layer of cable modems: Ethernet frames, unless they are encrypted or have their headers
// suppressed. CM-SP-MULPIv3.1 6.2 (MAC frames), 6.2.6 (extended headers). LINKTYPE_DOCSIS at tcpdump.org.

import type { Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { ENCRYPTED, UNDECODED } from '../../undecoded.js';
import { decodeEthernet } from './ethernet.js';

const FIELD = { frameControl: 0, parameter: 1, length: 2, extendedHeader: 4 } as const;
/** Without an extended header, and with the header check sequence, which ends the header. */
const MIN_HEADER_LENGTH = 6;

/** In frame control: type 2 bits, parameter 5 bits, extended header 1 bit. */
const TYPE_AND_PARAMETER_MASK = 0xfe;
const PACKET = 0x00;
const ISOLATION_PACKET = 0x80;
const HAS_EXTENDED_HEADER = 0x01;

export function decodeDocsis(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  if (end - offset < MIN_HEADER_LENGTH) return TRUNCATED;
  const frameControl = view.getUint8(offset + FIELD.frameControl);
  const type = frameControl & TYPE_AND_PARAMETER_MASK;
  if (type !== PACKET && type !== ISOLATION_PACKET) return NOT_IP;
  const hasExtendedHeader = (frameControl & HAS_EXTENDED_HEADER) !== 0;
  const extendedLength = hasExtendedHeader ? view.getUint8(offset + FIELD.parameter) : 0;
  // The length counts everything after the fixed header, including the extended header.
  const length = view.getUint16(offset + FIELD.length);
  if (length < extendedLength) return MALFORMED;
  const payload = offset + MIN_HEADER_LENGTH + extendedLength;
  if (end < payload) return TRUNCATED;
  if (!isPlain(view, offset + FIELD.extendedHeader, offset + FIELD.extendedHeader + extendedLength)) {
    packet.undecoded = UNDECODED.encrypted + ENCRYPTED.docsis;
    return NOT_IP;
  }
  return decodeEthernet(packet, payload, Math.min(limit, offset + MIN_HEADER_LENGTH + length));
}

const TYPE_SHIFT = 4;
const LENGTH_MASK = 0x0f;
const IS_ENCRYPTED = 0x80;

/** Whether, according to the elements of the extended header in [offset, end), the frame is in the clear and whole. */
function isPlain(view: DataView, offset: number, end: number): boolean {
  for (let at = offset; at < end; ) {
    const typeAndLength = view.getUint8(at);
    const length = typeAndLength & LENGTH_MASK;
    if (at + 1 + length > end) return false;
    switch (typeAndLength >>> TYPE_SHIFT) {
      case 3: // privacy upstream: key and version, then the bit
      case 4: // privacy downstream
      case 7: // privacy upstream, version 2
        if (length < 2 || (view.getUint8(at + 2) & IS_ENCRYPTED) !== 0) return false;
        break;
      case 5: // service flow downstream: the rule for suppressing headers, 0 for none
      case 6: // service flow upstream
        if (length < 1 || view.getUint8(at + 1) !== 0) return false;
        break;
    }
    at += 1 + length;
  }
  return true;
}
