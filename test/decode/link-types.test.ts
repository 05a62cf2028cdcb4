import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeLinkType, linkDecoder } from '../../src/decode/link-types.js';
import { SYN_ACK, VERDICT_COUNT } from '../../src/decode/verdict.js';
import { bsdLoopback, ethernet, ipv4, ipv6, LINK_TYPE, ppp, sll, sll2 } from '../helpers/packets.js';
import { verdictOf } from './decoding.js';

const FRAMES: readonly [linkType: number, name: string, frame: Uint8Array][] = [
  [LINK_TYPE.null, 'NULL', bsdLoopback({})],
  [LINK_TYPE.ethernet, 'EN10MB', ethernet()],
  [LINK_TYPE.ppp, 'PPP', ppp({})],
  [12, 'RAW', ipv4()],
  [14, 'RAW', ipv6()],
  [LINK_TYPE.raw, 'RAW', ipv4()],
  [LINK_TYPE.loop, 'LOOP', bsdLoopback({ littleEndian: false })],
  [LINK_TYPE.sll, 'LINUX_SLL', sll()],
  [228, 'IPV4', ipv4()],
  [229, 'IPV6', ipv6()],
  [LINK_TYPE.sll2, 'LINUX_SLL2', sll2()],
];

function decoderOf(linkType: number): NonNullable<ReturnType<typeof linkDecoder>> {
  const decoder = linkDecoder(linkType);
  if (decoder === undefined) throw new Error(`no decoder for link type ${linkType}`);
  return decoder;
}

describe('link types', () => {
  test.each(FRAMES)(
    'when the link type is %i, %s, then its decoder finds a SYN-ACK',
    (linkType, name, frame) => {
      expect(verdictOf(decoderOf(linkType), frame)).toBe(SYN_ACK);
      expect(describeLinkType(linkType)).toBe(`${name} (${linkType})`);
    },
  );

  test('when a link type is known but has no decoder then it still has a name', () => {
    expect(linkDecoder(127)).toBeUndefined();
    expect(describeLinkType(127)).toBe('IEEE802_11_RADIOTAP (127)');
  });

  test('when a link type is unknown then its number is told', () => {
    for (const linkType of [2, 147, 0x03ff_ffff]) {
      expect(linkDecoder(linkType)).toBeUndefined();
      expect(describeLinkType(linkType)).toBe(`unnamed link type (${linkType})`);
    }
  });

  test('when bytes are random then every decoder ends with a verdict, and not one by what is behind the end', () => {
    const anyBytes = fc.uint8Array({ maxLength: 120 });
    // What is random is rarely anything, so most begins as something does.
    const anyFrame = fc.tuple(fc.constantFrom(...FRAMES.map(([, , frame]) => frame)), anyBytes, fc.nat(60));
    fc.assert(
      fc.property(
        fc.constantFrom(...FRAMES),
        anyFrame,
        fc.boolean(),
        ([linkType], [frame, random, at], isPure) => {
          const bytes = isPure ? random : Uint8Array.from([...frame.subarray(0, at), ...random]);
          const verdict = verdictOf(decoderOf(linkType), bytes);
          expect(verdict).toBeGreaterThanOrEqual(SYN_ACK);
          expect(verdict).toBeLessThan(VERDICT_COUNT);
          for (const captured of [bytes.length, bytes.length >>> 1]) {
            const alone = bytes.slice(0, captured);
            expect(verdictOf(decoderOf(linkType), bytes, { captured })).toBe(
              verdictOf(decoderOf(linkType), alone),
            );
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
