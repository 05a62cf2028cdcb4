// The hot path against the decoders: of every frame they must say the same.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEthernet } from '../../src/decode/ethernet.js';
import { decodePlainEthernet } from '../../src/decode/plain-ethernet.js';
import { MALFORMED, OTHER_TCP, SYN_ACK, TRUNCATED, UNKNOWN_LINK_TYPE } from '../../src/decode/verdict.js';
import { ETHER_TYPE, ethernet, FLAG, ipv4, ipv6, SYN_ACK_FLAGS, tcp } from '../helpers/packets.js';
import { anyFrame } from './any-frame.js';
import { decode, type Found } from './decoding.js';

/** Decodes both ways, alone and with more behind the end, expects one result, and gives it. */
function decodeBothWays(frame: Uint8Array): Found {
  const plain = decode(decodePlainEthernet, frame);
  expect(plain).toEqual(decode(decodeEthernet, frame));
  return plain;
}

function plainVerdictOf(frame: Uint8Array): number {
  return decodeBothWays(frame).verdict;
}

describe('decodePlainEthernet', () => {
  test('when frames are any then it says what the decoders say', () => {
    const seen = new Array<number>(UNKNOWN_LINK_TYPE).fill(0);
    const seenFamilies = { 4: 0, 6: 0 };
    fc.assert(
      fc.property(anyFrame, (frame) => {
        const { verdict, family } = decodeBothWays(frame);
        seen[verdict] = (seen[verdict] ?? 0) + 1;
        if (family !== undefined) seenFamilies[family] += 1;
      }),
      { numRuns: 20_000 },
    );
    // The generator must be worth its name: every verdict often, SYN-ACKs of both versions most often.
    expect(Math.min(...seen)).toBeGreaterThan(100);
    expect(Math.min(seenFamilies[4], seenFamilies[6], seen[OTHER_TCP] ?? 0)).toBeGreaterThan(1000);
  });

  test('when only a part of a frame was captured then what is behind does not matter', () => {
    fc.assert(
      fc.property(anyFrame, fc.nat(100), (frame, captured) => {
        const options = { captured: Math.min(captured, frame.length) };
        const plain = decode(decodePlainEthernet, frame, options);
        expect(plain).toEqual(decode(decodeEthernet, frame, options));
        expect(plain).toEqual(decode(decodePlainEthernet, frame.slice(0, options.captured)));
      }),
      { numRuns: 3000 },
    );
  });

  const SHAPES = [
    ['IPv4', ETHER_TYPE.ipv4, ipv4, 14 + 20 + 13],
    ['IPv6', ETHER_TYPE.ipv6, ipv6, 14 + 40 + 13],
  ] as const;

  describe.each(SHAPES)('with %s', (_name, type, ip, flagsAt) => {
    test.each([SYN_ACK_FLAGS, FLAG.syn])(
      'when a frame with flags %i is cut at any length then only its flags matter',
      (flags) => {
        const frame = ethernet({
          type,
          payload: ip({ payload: tcp({ flags, payload: new Uint8Array(30) }) }),
        });
        for (let length = 0; length <= frame.length; length++) {
          const whole = flags === SYN_ACK_FLAGS ? SYN_ACK : OTHER_TCP;
          expect([length, plainVerdictOf(frame.slice(0, length))]).toEqual([
            length,
            length > flagsAt ? whole : TRUNCATED,
          ]);
        }
      },
    );

    test('when one byte of the headers has any value then both ways agree', () => {
      const frame = ethernet({ type, payload: ip({ payload: tcp() }) });
      for (let at = 12; at <= flagsAt; at++) {
        for (let value = 0; value < 256; value++) {
          const other = frame.slice();
          other[at] = value;
          decodeBothWays(other);
        }
      }
    });

    test('when the data offset is too small then it is malformed, with any flags', () => {
      for (const flags of [SYN_ACK_FLAGS, FLAG.syn, 0]) {
        for (let dataOffset = 0; dataOffset < 5; dataOffset++) {
          const frame = ethernet({ type, payload: ip({ payload: tcp({ flags, dataOffset }) }) });
          expect(plainVerdictOf(frame)).toBe(MALFORMED);
        }
      }
    });
  });

  test('when a frame has every length from 40 to 80 and every IP length then both ways agree', () => {
    for (const flags of [SYN_ACK_FLAGS, FLAG.ack]) {
      for (let said = 0; said <= 64; said++) {
        const long = tcp({ flags, payload: new Uint8Array(20) });
        const overIpv4 = ethernet({ payload: ipv4({ totalLength: said, payload: long }) });
        const overIpv6 = ethernet({
          type: ETHER_TYPE.ipv6,
          payload: ipv6({ payloadLength: said, payload: long }),
        });
        for (const frame of [overIpv4, overIpv6]) {
          for (let length = 40; length <= 80; length++) decodeBothWays(frame.slice(0, length));
        }
      }
    }
  });
});
