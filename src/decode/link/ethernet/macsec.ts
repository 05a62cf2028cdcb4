// MACsec without encryption: a security tag, then the type of the frame, whose integrity a value at its end protects.
// IEEE 802.1AE-2018 9.3 to 9.9.

import type { Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { ENCRYPTED, UNDECODED } from '../../undecoded.js';
import { decodeTypeOrLength } from './ethernet.js';

const FIELD = { control: 0 } as const;
/** Control, length of a short frame, packet number. */
const MIN_TAG_LENGTH = 6;
const CHANNEL_LENGTH = 8;
const TYPE_LENGTH = 2;

/** In the control byte: version, whether the tag names its secure channel, and whether the frame is changed. */
const FLAG = { version: 0x80, channel: 0x20, encryption: 0x08, changed: 0x04 } as const;

/** `offset` is just after the tag's own EtherType. */
export function decodeMacsec(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  if (limit - offset < MIN_TAG_LENGTH + TYPE_LENGTH) return MALFORMED;
  if (end - offset < MIN_TAG_LENGTH + TYPE_LENGTH) return TRUNCATED;
  const control = view.getUint8(offset + FIELD.control);
  if ((control & (FLAG.version | FLAG.encryption | FLAG.changed)) !== 0) {
    packet.undecoded = UNDECODED.encrypted + ENCRYPTED.macsec;
    return NOT_IP;
  }
  const type = offset + MIN_TAG_LENGTH + ((control & FLAG.channel) === 0 ? 0 : CHANNEL_LENGTH);
  if (limit - type < TYPE_LENGTH) return MALFORMED;
  if (end - type < TYPE_LENGTH) return TRUNCATED;
  return decodeTypeOrLength(packet, view.getUint16(type), type + TYPE_LENGTH, limit);
}
