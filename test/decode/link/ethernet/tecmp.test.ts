import { describe, expect, test } from 'vitest';
import { decodeTecmp } from '../../../../src/decode/link/ethernet/tecmp.js';
import { MALFORMED, NOT_IP, OTHER_TCP, SYN_ACK, TRUNCATED } from '../../../../src/decode/packet-class.js';
import { concat, ETHER_TYPE, ethernet, FLAG, ipv4, tcp, u16 } from '../../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../../decoding.js';

// biome-ignore format: a field a line
const HEADER = [
  0x00, 0x80, // capture module
  0x00, 0x01, // counter
  0x03, // version 3
  0x03, // message type: captured data
  0x00, 0x80, // data type: Ethernet
  0x00, 0x00, // reserved
  0x00, 0x0f, // flags of the module
];

function entry(frame: Uint8Array, length = frame.length): Uint8Array {
  const [channel, time, flags] = [[0, 0, 0, 1], new Uint8Array(8), [0, 0]];
  return concat(channel, time, u16(length), flags, frame);
}

const ACK = ethernet({ payload: ipv4({ payload: tcp({ flags: FLAG.ack }) }) });

describe('decodeTecmp', () => {
  test('when it carries a frame then addresses and port are found', () => {
    const bytes = concat(HEADER, entry(ethernet()));
    const at = 12 + 16 + 14;
    const found = { packetClass: SYN_ACK, family: 4, server: at + 12, client: at + 16, port: 443 };
    expect(decode(decodeTecmp, bytes)).toEqual(found);
    expectTruncation(decodeTecmp, bytes, at + 20 + 13);
  });

  test('when it carries several frames then the first SYN-ACK decides, or else the first frame', () => {
    expect(classOf(decodeTecmp, concat(HEADER, entry(ACK), entry(ethernet())))).toBe(SYN_ACK);
    const arp = ethernet({ type: ETHER_TYPE.arp });
    expect(classOf(decodeTecmp, concat(HEADER, entry(ACK), entry(arp)))).toBe(OTHER_TCP);
    const many = Array.from({ length: 100 }, () => entry(ACK));
    expect(classOf(decodeTecmp, concat(HEADER, ...many, entry(ethernet())))).toBe(SYN_ACK);
  });

  test('when the length of a frame ends inside the TCP header then it is malformed', () => {
    expect(classOf(decodeTecmp, concat(HEADER, entry(ethernet(), 53)))).toBe(MALFORMED);
  });

  test('when the message or the data is something else then it is not IP', () => {
    const withType = (at: number, value: number): number =>
      classOf(decodeTecmp, concat(HEADER.with(at, value), entry(ethernet())));
    for (const type of [0x00, 0x01, 0x02, 0x04, 0xff]) expect(withType(5, type)).toBe(NOT_IP);
    for (const type of [0x02, 0x04, 0x08, 0xa0]) expect(withType(7, type)).toBe(NOT_IP);
    expect(withType(5, 0x0a)).toBe(SYN_ACK);
  });

  test('when entries are empty then the end is still reached', () => {
    const bytes = concat(HEADER, ...Array.from({ length: 3000 }, () => entry(new Uint8Array(0))));
    expect([MALFORMED, NOT_IP, TRUNCATED]).toContain(classOf(decodeTecmp, bytes));
    expect(classOf(decodeTecmp, Uint8Array.from(HEADER))).toBe(TRUNCATED);
  });
});
