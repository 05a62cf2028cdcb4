import { describe, expect, test } from 'vitest';
import { decodeTcp } from '../../../src/decode/ip/tcp.js';
import { MALFORMED, OTHER_TCP, SYN_ACK, TRUNCATED } from '../../../src/decode/packet-class.js';
import { FLAG, SYN_ACK_FLAGS, tcp } from '../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../decoding.js';

const FLAGS_AT = 13;

// biome-ignore format: a field a line
const HEADER = Uint8Array.from([
  0x01, 0xbb, // source port 443
  0xc3, 0x50, // destination port 50000
  0x00, 0x00, 0x00, 0x01, // sequence number
  0x00, 0x00, 0x00, 0x02, // acknowledgment number
  0x50, // data offset 5 words, reserved
  0x12, // flags ACK and SYN
  0xff, 0xff, // window
  0x00, 0x00, // checksum
  0x00, 0x00, // urgent pointer
]);

describe('decodeTcp', () => {
  test('when SYN and ACK are set then it is a SYN-ACK from the source port', () => {
    expect(decode(decodeTcp, HEADER)).toMatchObject({ packetClass: SYN_ACK, port: 443 });
  });

  test.each([0, 1, 255, 256, 65_535])('when the source port is %i then the port is %i', (sourcePort) => {
    expect(decode(decodeTcp, tcp({ sourcePort }))).toMatchObject({ packetClass: SYN_ACK, port: sourcePort });
  });

  test('when it is cut anywhere then it counts from the flags on', () => {
    expectTruncation(decodeTcp, HEADER, FLAGS_AT);
    expectTruncation(decodeTcp, tcp({ options: [2, 4, 5, 180, 1, 1, 1, 0] }), FLAGS_AT);
  });

  test('when any flags are set then only SYN and ACK decide', () => {
    for (let flags = 0; flags <= 0xff; flags++) {
      const isSynAck = (flags & FLAG.syn) !== 0 && (flags & FLAG.ack) !== 0;
      expect([flags, classOf(decodeTcp, tcp({ flags }))]).toEqual([flags, isSynAck ? SYN_ACK : OTHER_TCP]);
    }
  });

  test.each(Object.entries(FLAG).filter(([name]) => name !== 'syn' && name !== 'ack'))(
    'when %s is set in addition to SYN and ACK then it is a SYN-ACK',
    (_name, flag) => {
      expect(classOf(decodeTcp, tcp({ flags: SYN_ACK_FLAGS | flag }))).toBe(SYN_ACK);
    },
  );

  test('when AE or a reserved bit is set then it does not matter', () => {
    for (let reserved = 0; reserved <= 0xf; reserved++) {
      expect(classOf(decodeTcp, tcp({ reserved }))).toBe(SYN_ACK);
      expect(classOf(decodeTcp, tcp({ reserved, flags: FLAG.syn }))).toBe(OTHER_TCP);
    }
  });

  test('when the data offset is below 5 then it is malformed', () => {
    for (let dataOffset = 0; dataOffset <= 0xf; dataOffset++) {
      const expected = dataOffset < 5 ? MALFORMED : SYN_ACK;
      expect([dataOffset, classOf(decodeTcp, tcp({ dataOffset }))]).toEqual([dataOffset, expected]);
    }
  });

  test('when outer headers leave less than a header then it is malformed, however much was captured', () => {
    for (let limit = 0; limit < 20; limit++) {
      expect(classOf(decodeTcp, HEADER, { limit })).toBe(MALFORMED);
      expect(classOf(decodeTcp, HEADER, { limit, captured: 0 })).toBe(MALFORMED);
    }
    expect(classOf(decodeTcp, HEADER, { limit: 20 })).toBe(SYN_ACK);
    expect(classOf(decodeTcp, HEADER, { limit: 20, captured: 13 })).toBe(TRUNCATED);
  });
});
