// IEEE 802.15.4 data frames that are not secured, which carry 6LoWPAN. IEEE 802.15.4-2020 7.2 (fields), 7.4 (information
// elements). LINKTYPE_IEEE802_15_4_WITHFCS, _NOFCS, _NONASK_PHY and _TAP at tcpdump.org.

import type { Packet } from '../../packet.js';
import { NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { ENCRYPTED, UNDECODED } from '../../undecoded.js';
import { DESTINATION, KNOWN, SOURCE, writeExtendedId, writeShortId } from './interface-id.js';
import { decodeLowpan } from './lowpan.js';

/** All little-endian. */
const FIELD = { frameControl: 0 } as const;
const FRAME_CONTROL_LENGTH = 2;
const SEQUENCE_LENGTH = 1;
const PAN_LENGTH = 2;

/** In frame control. The modes of both addresses and the version have two bits each. */
const TYPE_MASK = 0x0007;
const TYPE_DATA = 0x0001;
const FLAG = { security: 0x0008, panCompression: 0x0040, noSequence: 0x0100, elements: 0x0200 } as const;
const SHIFT = { destination: 10, version: 12, source: 14 } as const;
const TWO_BITS = 0x3;

/** Since 2015; no later version exists. */
const VERSION_2 = 2;

/** Address modes, and the lengths of addresses by mode; mode 1 is reserved. */
const MODE = { none: 0, short: 2, extended: 3 } as const;
const ADDRESS_LENGTHS: readonly number[] = [0, 0, 2, 8];

export function decodeIeee802154(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  if (end - offset < FRAME_CONTROL_LENGTH) return TRUNCATED;
  const control = view.getUint16(offset + FIELD.frameControl, true);
  const version = (control >>> SHIFT.version) & TWO_BITS;
  if ((control & TYPE_MASK) !== TYPE_DATA) return NOT_IP;
  if ((control & FLAG.security) !== 0) {
    packet.undecoded = UNDECODED.encrypted + ENCRYPTED.ieee802154;
    return NOT_IP;
  }
  if (version > VERSION_2) return NOT_IP;
  const destinationMode = (control >>> SHIFT.destination) & TWO_BITS;
  const sourceMode = (control >>> SHIFT.source) & TWO_BITS;

  let at = offset + FRAME_CONTROL_LENGTH;
  if (version < VERSION_2 || (control & FLAG.noSequence) === 0) at += SEQUENCE_LENGTH;
  if (hasDestinationPan(control, version, destinationMode, sourceMode)) at += PAN_LENGTH;
  const destination = at;
  at += ADDRESS_LENGTHS[destinationMode] ?? 0;
  if (hasSourcePan(control, version, destinationMode, sourceMode)) at += PAN_LENGTH;
  const source = at;
  at += ADDRESS_LENGTHS[sourceMode] ?? 0;
  if (end < at) return TRUNCATED;

  let known = 0;
  if (writeId(packet, SOURCE, source, sourceMode)) known |= KNOWN.source;
  if (writeId(packet, DESTINATION, destination, destinationMode)) known |= KNOWN.destination;
  return version === VERSION_2 && (control & FLAG.elements) !== 0
    ? decodeAfterElements(packet, at, limit, known)
    : decodeLowpan(packet, at, limit, known);
}

/** IEEE 802.15.4-2020 7.2.2.6, table 7-2; before version 2 there is one whenever there is an address. */
function hasDestinationPan(control: number, version: number, destination: number, source: number): boolean {
  if (version < VERSION_2) return destination !== MODE.none;
  const isCompressed = (control & FLAG.panCompression) !== 0;
  if (destination === MODE.none) return source === MODE.none && isCompressed;
  const isShortPair = source !== MODE.none && !(destination === MODE.extended && source === MODE.extended);
  return isShortPair || !isCompressed;
}

function hasSourcePan(control: number, version: number, destination: number, source: number): boolean {
  if (source === MODE.none || (control & FLAG.panCompression) !== 0) return false;
  const isExtendedPair = destination === MODE.extended && source === MODE.extended;
  return version < VERSION_2 || !isExtendedPair;
}

function writeId(packet: Packet, to: number, offset: number, mode: number): boolean {
  if (mode === MODE.short) writeShortId(packet, to, offset, true);
  else if (mode === MODE.extended) writeExtendedId(packet, to, offset, true);
  else return false;
  return true;
}

const ELEMENT_LENGTH = 2;
/** Header elements: length 7 bits, identifier 8. Two of them end the list: one if payload elements follow, one if not. */
const HEADER_ELEMENT = {
  lengthMask: 0x7f,
  idShift: 7,
  idMask: 0xff,
  endBeforePayload: 0x7e,
  end: 0x7f,
} as const;
/** Payload elements: length 11 bits, group 4. */
const PAYLOAD_ELEMENT = { lengthMask: 0x7ff, groupShift: 11, groupMask: 0xf, end: 0xf } as const;

/** Skips the lists of information elements. */
function decodeAfterElements(packet: Packet, offset: number, limit: number, known: number): PacketClass {
  const { view, end } = packet;
  let isPayload = false;
  for (let at = offset; ; ) {
    if (end - at < ELEMENT_LENGTH) return TRUNCATED;
    const element = view.getUint16(at, true);
    at += ELEMENT_LENGTH;
    if (isPayload) {
      if (((element >>> PAYLOAD_ELEMENT.groupShift) & PAYLOAD_ELEMENT.groupMask) === PAYLOAD_ELEMENT.end) {
        return decodeLowpan(packet, at, limit, known);
      }
      at += element & PAYLOAD_ELEMENT.lengthMask;
      continue;
    }
    const id = (element >>> HEADER_ELEMENT.idShift) & HEADER_ELEMENT.idMask;
    if (id === HEADER_ELEMENT.end) return decodeLowpan(packet, at, limit, known);
    if (id === HEADER_ELEMENT.endBeforePayload) isPayload = true;
    else at += element & HEADER_ELEMENT.lengthMask;
  }
}
