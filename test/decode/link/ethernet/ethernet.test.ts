import { describe, expect, test } from 'vitest';
import { decodeEthernet } from '../../../../src/decode/link/ethernet/ethernet.js';
import { MALFORMED, NOT_IP, NOT_TCP, OTHER_TCP, SYN_ACK } from '../../../../src/decode/packet-class.js';
import {
  concat,
  ETHER_TYPE,
  ethernet,
  FLAG,
  IP_PROTOCOL,
  ipv4,
  ipv6,
  llc,
  snap,
  tcp,
} from '../../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../../decoding.js';

// biome-ignore format: a field a line
const FRAME = Uint8Array.from([
  0x02, 0x00, 0x00, 0x00, 0x00, 0x02, // destination
  0x02, 0x00, 0x00, 0x00, 0x00, 0x01, // source
  0x08, 0x00, // EtherType IPv4
  0x45, 0x00, 0x00, 0x28, // version 4, header length 5 words, type of service, total length 40
  0x00, 0x01, 0x40, 0x00, // identification, don't fragment
  0x40, 0x06, 0x00, 0x00, // time to live, protocol TCP, checksum
  0xc0, 0x00, 0x02, 0x01, // source 192.0.2.1
  0xc6, 0x33, 0x64, 0x02, // destination 198.51.100.2
  0x00, 0x50, 0xc3, 0x50, // source port 80, destination port 50000
  0x00, 0x00, 0x00, 0x01, // sequence number
  0x00, 0x00, 0x00, 0x02, // acknowledgment number
  0x50, 0x12, 0xff, 0xff, // data offset 5 words, flags ACK and SYN, window
  0x00, 0x00, 0x00, 0x00, // checksum, urgent pointer
]);

describe('decodeEthernet', () => {
  test('when it carries a SYN-ACK over IPv4 then addresses and port are found', () => {
    const found = { packetClass: SYN_ACK, family: 4, server: 14 + 12, client: 14 + 16, port: 80 };
    expect(decode(decodeEthernet, FRAME)).toEqual(found);
  });

  test('when it carries a SYN-ACK over IPv6 then addresses and port are found', () => {
    const frame = ethernet({ type: ETHER_TYPE.ipv6, payload: ipv6({ payload: tcp({ sourcePort: 22 }) }) });
    const found = { packetClass: SYN_ACK, family: 6, server: 14 + 8, client: 14 + 24, port: 22 };
    expect(decode(decodeEthernet, frame)).toEqual(found);
  });

  test('when it is cut anywhere then it counts from the TCP flags on', () => {
    expectTruncation(decodeEthernet, FRAME, 14 + 20 + 13);
    const frame = ethernet({ type: ETHER_TYPE.ipv6, payload: ipv6() });
    expectTruncation(decodeEthernet, frame, 14 + 40 + 13);
  });

  test('when the flags are not those of a SYN-ACK then it is other TCP', () => {
    for (const flags of [0, FLAG.syn, FLAG.ack, FLAG.rst | FLAG.ack, FLAG.fin | FLAG.ack]) {
      const frame = ethernet({ payload: ipv4({ payload: tcp({ flags }) }) });
      expect(classOf(decodeEthernet, frame)).toBe(OTHER_TCP);
    }
  });

  test.each([
    ['ARP', ETHER_TYPE.arp],
    ['PAUSE', 0x8808],
    ['LLDP', 0x88cc],
    ['the last', 0xffff],
    ['the first', 0x0600],
  ])('when the EtherType is %s then it is not IP', (_name, type) => {
    expect(classOf(decodeEthernet, ethernet({ type }))).toBe(NOT_IP);
  });

  test('when the type is between the lengths and the EtherTypes then it is not IP', () => {
    for (const type of [1501, 1535]) {
      expect(classOf(decodeEthernet, ethernet({ type, payload: llc({}) }))).toBe(NOT_IP);
    }
  });

  test('when the EtherType names another IP version than the packet then the version decides', () => {
    expect(decode(decodeEthernet, ethernet({ type: ETHER_TYPE.ipv6, payload: ipv4() }))).toMatchObject({
      packetClass: SYN_ACK,
      family: 4,
    });
    expect(decode(decodeEthernet, ethernet({ type: ETHER_TYPE.ipv4, payload: ipv6() }))).toMatchObject({
      packetClass: SYN_ACK,
      family: 6,
    });
    for (const type of [ETHER_TYPE.ipv4, ETHER_TYPE.ipv6]) {
      expect(classOf(decodeEthernet, ethernet({ type, payload: ipv4({ version: 5 }) }))).toBe(MALFORMED);
    }
  });

  test('when a short frame is padded with bytes that look like a SYN-ACK then it is not counted as one', () => {
    const acknowledgment = ipv4({ protocol: IP_PROTOCOL.udp, payload: new Uint8Array(8) });
    expect(classOf(decodeEthernet, ethernet({ payload: concat(acknowledgment, tcp()) }))).toBe(NOT_TCP);
    const other = ipv4({ payload: tcp({ flags: FLAG.ack }) });
    expect(classOf(decodeEthernet, ethernet({ payload: concat(other, ipv4()) }))).toBe(OTHER_TCP);
  });

  test('when a frame check sequence follows the packet then it does not matter', () => {
    expect(classOf(decodeEthernet, concat(FRAME, [1, 2, 3, 4]))).toBe(SYN_ACK);
  });
});

describe('decodeEthernet with an 802.3 length', () => {
  const payload = llc({ payload: snap({}) });

  test('when LLC and SNAP carry IPv4 then addresses and port are found', () => {
    const frame = ethernet({ type: payload.length, payload });
    const found = { packetClass: SYN_ACK, family: 4, server: 22 + 12, client: 22 + 16, port: 443 };
    expect(decode(decodeEthernet, frame)).toEqual(found);
    expectTruncation(decodeEthernet, frame, 22 + 20 + 13);
  });

  test('when the length is the greatest possible then it is still a length', () => {
    expect(classOf(decodeEthernet, ethernet({ type: 1500, payload }))).toBe(SYN_ACK);
  });

  test('when the length ends inside the TCP header then the rest is padding', () => {
    for (let length = 8; length < payload.length; length++) {
      expect(classOf(decodeEthernet, ethernet({ type: length, payload }))).toBe(MALFORMED);
    }
  });
});
