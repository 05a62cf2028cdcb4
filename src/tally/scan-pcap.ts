// Walks the records of a classic pcap in place and counts its SYN-ACKs. This is the hot path: Ethernet with
// plain IPv4 or IPv6 and TCP is looked at right here; everything else, and every oddity, takes the decoders,
// which would say the same of those (a property test holds them equal).

import type { Parser, Window } from '../capture/feed.js';
import {
  capturedLengthAt,
  invalidLengthError,
  MAX_CAPTURED_LENGTH,
  type PcapHeader,
  timeAt,
  truncatedRecordError,
} from '../capture/pcap.js';
import { ETHER_TYPE_IPV4, ETHER_TYPE_IPV6 } from '../decode/ether-types.js';
import { IP_PROTOCOL_TCP } from '../decode/ip-protocols.js';
import { LINK_TYPE_ETHERNET } from '../decode/link-types.js';
import { MIN_TCP_HEADER_LENGTH, SYN_AND_ACK } from '../decode/tcp.js';
import { OTHER_TCP } from '../decode/verdict.js';
import { PacketCounter } from './count-packet.js';
import type { Tally } from './tally.js';

/** Offsets in an Ethernet frame that carries IPv4 without options, and TCP. */
const V4 = {
  versionAndLength: 14,
  totalLength: 16,
  fragment: 20,
  protocol: 23,
  source: 26,
  destination: 30,
  sourcePort: 34,
  dataOffset: 46,
  flags: 47,
} as const;
/** Offsets in an Ethernet frame that carries IPv6 without extension headers, and TCP. */
const V6 = {
  version: 14,
  payloadLength: 18,
  nextHeader: 20,
  source: 22,
  destination: 38,
  sourcePort: 54,
  dataOffset: 66,
  flags: 67,
} as const;
const ETHER_TYPE = 12;
const IPV4_VERSION_AND_MIN_LENGTH = 0x45;
const IPV4_HEADER_LENGTH = 20;
const FRAGMENT_OFFSET_MASK = 0x1fff;
/** The first data offset (in the upper half of its byte) that makes a whole header. */
const MIN_DATA_OFFSET = (MIN_TCP_HEADER_LENGTH / 4) << 4;

/** Parses the records behind the file header. `fused: false` sends every packet through the decoders. */
export class PcapScanner implements Parser {
  readonly #header: PcapHeader;
  readonly #tally: Tally;
  readonly #counter: PacketCounter;
  readonly #isFused: boolean;

  constructor(header: PcapHeader, tally: Tally, { fused = true }: { fused?: boolean } = {}) {
    this.#header = header;
    this.#tally = tally;
    this.#counter = new PacketCounter(tally, header.linkType);
    this.#isFused = fused && header.linkType === LINK_TYPE_ETHERNET;
  }

  parse(window: Window, start: number, end: number, base: number): number {
    const { bytes, view } = window;
    const header = this.#header;
    const { recordHeaderLength } = header;
    const tally = this.#tally;
    const counter = this.#counter;
    const isFused = this.#isFused;
    let otherTcp = 0;
    let offset = start;
    while (end - offset >= recordHeaderLength) {
      const capturedLength = capturedLengthAt(view, offset, header);
      if (capturedLength > MAX_CAPTURED_LENGTH) {
        tally.verdicts[OTHER_TCP]! += otherTcp;
        throw invalidLengthError(capturedLength, base + offset);
      }
      const packet = offset + recordHeaderLength;
      const next = packet + capturedLength;
      if (next > end) break;

      // One of: plain TCP that is no SYN-ACK; a plain SYN-ACK; anything else.
      let isPlain = false;
      let isSynAck = false;
      let isV4 = false;
      if (isFused && capturedLength > V4.flags) {
        const etherType = view.getUint16(packet + ETHER_TYPE);
        if (etherType === ETHER_TYPE_IPV4) {
          isV4 = true;
          isPlain =
            bytes[packet + V4.versionAndLength] === IPV4_VERSION_AND_MIN_LENGTH &&
            bytes[packet + V4.protocol] === IP_PROTOCOL_TCP &&
            (view.getUint16(packet + V4.fragment) & FRAGMENT_OFFSET_MASK) === 0 &&
            view.getUint16(packet + V4.totalLength) >= IPV4_HEADER_LENGTH + MIN_TCP_HEADER_LENGTH &&
            bytes[packet + V4.dataOffset]! >= MIN_DATA_OFFSET;
          isSynAck = (bytes[packet + V4.flags]! & SYN_AND_ACK) === SYN_AND_ACK;
        } else if (etherType === ETHER_TYPE_IPV6 && capturedLength > V6.flags) {
          isPlain =
            bytes[packet + V6.version]! >>> 4 === 6 &&
            bytes[packet + V6.nextHeader] === IP_PROTOCOL_TCP &&
            view.getUint16(packet + V6.payloadLength) >= MIN_TCP_HEADER_LENGTH &&
            bytes[packet + V6.dataOffset]! >= MIN_DATA_OFFSET;
          isSynAck = (bytes[packet + V6.flags]! & SYN_AND_ACK) === SYN_AND_ACK;
        }
      }

      if (isPlain && !isSynAck) {
        otherTcp += 1;
      } else {
        const time = timeAt(view, offset, header);
        if (!isPlain) {
          counter.count(view, packet, next, time);
        } else if (isV4) {
          const client = view.getUint32(packet + V4.destination);
          const server = view.getUint32(packet + V4.source);
          tally.add4(client, server, view.getUint16(packet + V4.sourcePort), time);
        } else {
          const port = view.getUint16(packet + V6.sourcePort);
          tally.add6(view, packet + V6.destination, packet + V6.source, port, time);
        }
      }
      offset = next;
    }
    tally.verdicts[OTHER_TCP]! += otherTcp;
    return offset;
  }

  finish({ view }: Window, start: number, end: number, base: number): void {
    const found = end - start;
    if (found === 0) return;
    const { recordHeaderLength } = this.#header;
    if (found < recordHeaderLength) throw truncatedRecordError(found, recordHeaderLength, base + start);
    const needed = recordHeaderLength + capturedLengthAt(view, start, this.#header);
    throw truncatedRecordError(found, needed, base + start);
  }
}
