import { describe, expect, test } from 'vitest';
import { decodeIeee80211, decodePaddedIeee80211 } from '../../../../src/decode/link/wifi/ieee80211.js';
import {
  MALFORMED,
  NOT_IP,
  NOT_TCP,
  OTHER_TCP,
  SYN_ACK,
  TRUNCATED,
} from '../../../../src/decode/packet-class.js';
import {
  concat,
  ETHER_TYPE,
  FLAG,
  IP_PROTOCOL,
  ipv4,
  llc,
  snap,
  tcp,
  u16,
} from '../../../helpers/packets.js';
import { classOf, decode } from '../../decoding.js';

const ADDRESS = [0x02, 0, 0, 0, 0, 0x01];

interface Parts {
  /** Version, type and subtype. */
  readonly frameControl?: number;
  readonly flags?: number;
  readonly fragment?: number;
  readonly hasAddress4?: boolean;
  readonly qosControl?: readonly number[];
  readonly body?: Uint8Array;
}

const DATA = 0x08;
const QOS_DATA = 0x88;
const A_MSDU = [0x80, 0x00];

function frame(parts: Parts = {}): Uint8Array {
  const { frameControl = DATA, flags = 0x02, fragment = 0, hasAddress4 = false } = parts;
  const { qosControl = [], body = llc({}) } = parts;
  const duration = [0, 0];
  const sequenceControl = [0x10 | fragment, 0];
  return concat(
    [frameControl, flags, ...duration, ...ADDRESS, ...ADDRESS, ...ADDRESS, ...sequenceControl],
    hasAddress4 ? ADDRESS : [],
    qosControl,
    body,
  );
}

/** A subframe of an A-MSDU, padded like all but the last. */
function subframe(payload: Uint8Array, length: number = payload.length): Uint8Array {
  const whole = concat(ADDRESS, ADDRESS, u16(length), payload);
  return concat(whole, new Uint8Array((4 - (whole.length % 4)) % 4));
}

function carrying(flags: number): Uint8Array {
  return llc({ payload: snap({ payload: ipv4({ payload: tcp({ flags }) }) }) });
}

describe('decodeIeee80211', () => {
  test.each([
    ['of another version', { frameControl: 0x09 }],
    ['management', { frameControl: 0x80 }],
    ['control', { frameControl: 0xb4 }],
    ['an extension', { frameControl: 0x0c }],
    ['without data', { frameControl: 0x48 }],
    ['without data, with quality of service', { frameControl: 0xc8, qosControl: [0, 0] }],
    ['encrypted', { flags: 0x42 }],
    ['a later fragment', { fragment: 1 }],
    ['with ARP', { body: llc({ payload: snap({ type: ETHER_TYPE.arp }) }) }],
    ['with IPX', { body: llc({ dsap: 0xe0, ssap: 0xe0 }) }],
  ])('when the frame is %s then it is not IP', (_kind, parts: Parts) => {
    expect(classOf(decodeIeee80211, frame(parts))).toBe(NOT_IP);
  });

  test('when a frame is shorter than a data frame, such as an acknowledgement, then it is not truncated', () => {
    const acknowledgement = Uint8Array.from([0xd4, 0x00, 0x00, 0x00, ...ADDRESS]);
    expect(classOf(decodeIeee80211, acknowledgement)).toBe(NOT_IP);
    expect(classOf(decodeIeee80211, acknowledgement, { captured: 1 })).toBe(TRUNCATED);
  });

  test('when it is the first of several fragments then its packet is found', () => {
    expect(classOf(decodeIeee80211, frame({ flags: 0x06 }))).toBe(SYN_ACK);
  });

  test('when padding is announced then it is skipped, but only if the header is not aligned', () => {
    const padding = [0, 0];
    const qos = { frameControl: QOS_DATA, qosControl: [0, 0] };
    expect(classOf(decodePaddedIeee80211, frame())).toBe(SYN_ACK);
    expect(classOf(decodePaddedIeee80211, frame({ ...qos, body: concat(padding, llc({})) }))).toBe(SYN_ACK);
    const ip = llc({ dsap: 0x06, ssap: 0x06, payload: ipv4() });
    expect(classOf(decodePaddedIeee80211, frame({ ...qos, body: concat(padding, ip) }))).toBe(SYN_ACK);
    // Unannounced padding is recognised only before SNAP.
    expect(classOf(decodeIeee80211, frame({ ...qos, body: concat(padding, ip) }))).toBe(NOT_IP);
  });

  test('when the mode of a mesh header does not exist then LLC follows directly', () => {
    const parts = { frameControl: QOS_DATA, flags: 0x03, hasAddress4: true, qosControl: [0, 0x01] };
    const meshControl = [0x03, 31, 1, 0, 0, 0];
    expect(classOf(decodeIeee80211, frame({ ...parts, body: concat(meshControl, llc({})) }))).toBe(NOT_IP);
    expect(classOf(decodeIeee80211, frame({ ...parts, body: llc({}) }))).toBe(SYN_ACK);
  });
});

describe('A-MSDU', () => {
  const SYN = carrying(FLAG.syn);
  const SYN_AND_ACK = carrying(FLAG.syn | FLAG.ack);
  const UDP = llc({ payload: snap({ payload: ipv4({ protocol: IP_PROTOCOL.udp }) }) });

  function aMsdu(...subframes: Uint8Array[]): Uint8Array {
    return frame({ frameControl: QOS_DATA, qosControl: A_MSDU, body: concat(...subframes) });
  }

  test('when any subframe has a SYN-ACK then it is found, with its own addresses', () => {
    const bytes = aMsdu(subframe(SYN), subframe(UDP), subframe(SYN_AND_ACK));
    const at = bytes.length - 40 - 2;
    expect(decode(decodeIeee80211, bytes)).toEqual({
      packetClass: SYN_ACK,
      family: 4,
      server: at + 12,
      client: at + 16,
      port: 443,
    });
  });

  test('when no subframe has one then the packet class is that of the first', () => {
    expect(classOf(decodeIeee80211, aMsdu(subframe(SYN), subframe(UDP)))).toBe(OTHER_TCP);
    expect(classOf(decodeIeee80211, aMsdu(subframe(UDP), subframe(SYN)))).toBe(NOT_TCP);
  });

  test('when it is cut then bytes after the end are not read', () => {
    const bytes = aMsdu(subframe(SYN), subframe(SYN_AND_ACK));
    const flagsAt = bytes.length - 2 - 7;
    const first = bytes.length - subframe(SYN_AND_ACK).length;
    for (let captured = 0; captured <= bytes.length; captured++) {
      const packetClass = classOf(decodeIeee80211, bytes, { captured });
      if (captured > flagsAt) expect(packetClass).toBe(SYN_ACK);
      else if (captured >= first) expect(packetClass).toBe(OTHER_TCP);
      else expect([TRUNCATED, OTHER_TCP]).toContain(packetClass);
    }
  });

  test('when outer headers end it then no subframe is found after that', () => {
    const bytes = aMsdu(subframe(SYN), subframe(SYN_AND_ACK));
    const limit = bytes.length - subframe(SYN_AND_ACK).length;
    expect(classOf(decodeIeee80211, bytes, { limit })).toBe(OTHER_TCP);
  });

  test('when the length of a subframe ends inside the TCP header then it is malformed', () => {
    const { length } = SYN_AND_ACK;
    expect(classOf(decodeIeee80211, aMsdu(subframe(SYN_AND_ACK, length - 1)))).toBe(MALFORMED);
  });

  test('when subframes are empty then the end is still reached', () => {
    const empty = subframe(new Uint8Array(0));
    expect(classOf(decodeIeee80211, aMsdu(...Array<Uint8Array>(100).fill(empty)))).toBe(NOT_IP);
    expect(classOf(decodeIeee80211, aMsdu())).toBe(TRUNCATED);
  });

  test('when there are more subframes than a packet may have headers then the last is still found', () => {
    const many = Array<Uint8Array>(100).fill(subframe(SYN));
    expect(classOf(decodeIeee80211, aMsdu(...many, subframe(SYN_AND_ACK)))).toBe(SYN_ACK);
  });
});
