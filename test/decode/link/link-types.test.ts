import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LINK_TYPE_NAMES } from '../../../src/decode/link/link-type-names.js';
import { describeLinkType, linkDecoder } from '../../../src/decode/link/link-types.js';
import { PACKET_CLASSES, SYN_ACK } from '../../../src/decode/packet-class.js';
import { classOf } from '../decoding.js';
import { bytesOf, LINK_FRAMES } from './link-frames.js';

function decoderOf(linkType: number): NonNullable<ReturnType<typeof linkDecoder>> {
  const decoder = linkDecoder(linkType);
  if (decoder === undefined) throw new Error(`no decoder for link type ${linkType}`);
  return decoder;
}

describe('link types', () => {
  test.each([
    [2, 'EXP_ETHERNET'],
    [187, 'BLUETOOTH_HCI_H4'],
    [189, 'USB_LINUX'],
    [227, 'CAN_SOCKETCAN'],
    [290, 'ETW'],
    [191, 'IEEE802_15_4_LINUX'],
    [302, 'EDK2_MM'],
  ])('when link type %i is known but has no decoder then it still has a name, %s', (linkType, name) => {
    expect(linkDecoder(linkType)).toBeUndefined();
    expect(describeLinkType(linkType)).toBe(`${name} (${linkType})`);
  });

  test('when a link type is listed without a decoder then it has none', () => {
    expect(Object.keys(LINK_TYPE_NAMES).length).toBeGreaterThan(100);
    expect(Object.keys(LINK_TYPE_NAMES).filter((linkType) => linkDecoder(Number(linkType)))).toEqual([]);
  });

  test('when tcpdump.org lists a link type then it has a name', () => {
    const given = Array.from({ length: 303 - 99 }, (_, at) => 99 + at);
    const unnamed = given.filter((linkType) => describeLinkType(linkType).startsWith('unnamed'));
    // Reserved for something that was never published.
    expect(unnamed).toEqual([208]);
  });

  test('when a link type is unknown then its description has its number', () => {
    for (const linkType of [20, 98, 9999, 0x03ff_ffff]) {
      expect(linkDecoder(linkType)).toBeUndefined();
      expect(describeLinkType(linkType)).toBe(`unnamed link type (${linkType})`);
    }
  });

  test('when bytes are random then every decoder ends with a packet class, and bytes after the end do not change it', () => {
    const anyBytes = fc.uint8Array({ maxLength: 120 });
    // Random bytes are rarely a frame, so most inputs begin like one.
    const anyFrame = fc.tuple(fc.constantFrom(...LINK_FRAMES.map(bytesOf)), anyBytes, fc.nat(60));
    fc.assert(
      fc.property(
        fc.constantFrom(...LINK_FRAMES),
        anyFrame,
        fc.boolean(),
        ({ linkType }, [frame, random, at], isPure) => {
          const bytes = isPure ? random : Uint8Array.from([...frame.subarray(0, at), ...random]);
          const packetClass = classOf(decoderOf(linkType), bytes);
          expect(packetClass).toBeGreaterThanOrEqual(SYN_ACK);
          expect(packetClass).toBeLessThan(PACKET_CLASSES.length);
          for (const captured of [bytes.length, bytes.length >>> 1]) {
            const alone = bytes.slice(0, captured);
            expect(classOf(decoderOf(linkType), bytes, { captured })).toBe(
              classOf(decoderOf(linkType), alone),
            );
          }
        },
      ),
      { numRuns: 5000 },
    );
  });
});
