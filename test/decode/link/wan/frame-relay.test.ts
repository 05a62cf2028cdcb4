import { describe, expect, test } from 'vitest';
import { decodeFrameRelay } from '../../../../src/decode/link/wan/frame-relay.js';
import { decodeMultilinkFrameRelay } from '../../../../src/decode/link/wan/multilink-frame-relay.js';
import { MALFORMED, NOT_IP, SYN_ACK, TRUNCATED } from '../../../../src/decode/packet-class.js';
import { concat, ETHER_TYPE, ethernet, ipv4, ipv6, llc } from '../../../helpers/packets.js';
import { classOf, decode } from '../../decoding.js';

const ADDRESS = [0x18, 0x41];
const CONTROL = 0x03;
const NLPID = { q933: 0x08, snap: 0x80, clnp: 0x81, ipv6: 0x8e, frf12: 0xb1, ipv4: 0xcc } as const;
const BRIDGED_ETHERNET = [0x00, 0x80, 0xc2, 0x00, 0x07];

describe('decodeFrameRelay', () => {
  test('when the address has one byte, or more than four, then it is malformed', () => {
    expect(classOf(decodeFrameRelay, concat([0x19, CONTROL, NLPID.ipv4], ipv4()))).toBe(MALFORMED);
    const tooLong = [0x18, 0x40, 0x40, 0x40, 0x41];
    expect(classOf(decodeFrameRelay, concat(tooLong, [CONTROL, NLPID.ipv4], ipv4()))).toBe(MALFORMED);
    expect(classOf(decodeFrameRelay, concat(tooLong), { captured: 4 })).toBe(MALFORMED);
    expect(classOf(decodeFrameRelay, concat(tooLong), { captured: 3 })).toBe(TRUNCATED);
  });

  test.each(Object.entries(NLPID).filter(([name]) => !name.startsWith('ip')))(
    'when the NLPID is %s then it is not IP',
    (_name, identifier) => {
      expect(classOf(decodeFrameRelay, concat([...ADDRESS, CONTROL, identifier], ipv4()))).toBe(NOT_IP);
    },
  );

  test('when the NLPID names another IP version than the packet then the version decides', () => {
    expect(decode(decodeFrameRelay, concat([...ADDRESS, CONTROL, NLPID.ipv6], ipv4()))).toMatchObject({
      packetClass: SYN_ACK,
      family: 4,
    });
    expect(decode(decodeFrameRelay, concat([...ADDRESS, CONTROL, NLPID.ipv4], ipv6()))).toMatchObject({
      packetClass: SYN_ACK,
      family: 6,
    });
  });

  test.each([
    ['ARP', [0x08, 0x06]],
    ['CDP', [0x20, 0x00]],
    ['information, numbered', [0x00, 0x00]],
  ])('when %s takes the place of the control field then it is not IP', (_name, type) => {
    expect(classOf(decodeFrameRelay, concat([...ADDRESS, ...type], ipv4()))).toBe(NOT_IP);
  });

  test('when SNAP bridges something other than Ethernet then it is not IP', () => {
    for (const type of [0x00, 0x02, 0x03, 0x04, 0x09, 0x0e]) {
      const header = [...ADDRESS, CONTROL, 0, NLPID.snap, 0x00, 0x80, 0xc2, 0x00, type];
      expect(classOf(decodeFrameRelay, concat(header, ethernet()))).toBe(NOT_IP);
    }
  });

  test('when bridged frames are nested without end then it is malformed', () => {
    const bridge = (frame: Uint8Array): Uint8Array =>
      ethernet({ type: 1000, payload: llc({ payload: concat(BRIDGED_ETHERNET, [0, 0], frame) }) });
    let bomb = ethernet({ type: ETHER_TYPE.ipv4 });
    const header = [...ADDRESS, CONTROL, 0, NLPID.snap, ...BRIDGED_ETHERNET];
    for (let depth = 0; depth < 5; depth++) bomb = bridge(bomb);
    expect(classOf(decodeFrameRelay, concat(header, bomb))).toBe(SYN_ACK);
    for (let depth = 0; depth < 2000; depth++) bomb = bridge(bomb);
    expect(classOf(decodeFrameRelay, concat(header, bomb))).toBe(MALFORMED);
  });
});

describe('decodeMultilinkFrameRelay', () => {
  const FRAME = concat([...ADDRESS, CONTROL, NLPID.ipv4], ipv4());

  test.each([
    ['a whole frame', 0xc0, SYN_ACK],
    ['the first fragment', 0x80, SYN_ACK],
    ['a fragment in the middle', 0x00, NOT_IP],
    ['the last fragment', 0x40, NOT_IP],
    ['control', 0xe0, NOT_IP],
  ])('when it is %s then its frame is decoded accordingly', (_kind, flags, expected) => {
    expect(classOf(decodeMultilinkFrameRelay, concat([flags, 0x01], FRAME))).toBe(expected);
  });
});
