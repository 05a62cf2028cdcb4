import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeLinkType, linkDecoder } from '../../../src/decode/link/link-types.js';
import type { Decoder } from '../../../src/decode/packet.js';
import { MALFORMED, PACKET_CLASSES, SYN_ACK, TRUNCATED } from '../../../src/decode/packet-class.js';
import { address } from '../../helpers/packets.js';
import { classOf, decode, expectTruncation, nameOf } from '../decoding.js';
import { bytesOf, flagsAt, LINK_FRAMES, type LinkFrame } from './link-frames.js';

function decoderOf(linkType: number): Decoder {
  const decoder = linkDecoder(linkType);
  if (decoder === undefined) throw new Error(`no decoder for link type ${linkType}`);
  return decoder;
}

function foundIn({ header, family = 4, isCompressed = false }: LinkFrame): object {
  if (isCompressed) {
    const [server, client] = ['2001:db8::1', '2001:db8::2'].map((text) =>
      Buffer.from(address(text)).toString('hex'),
    );
    return { packetClass: SYN_ACK, family: 6, server, client, port: 443 };
  }
  const [server, client] = family === 4 ? [12, 16] : [8, 24];
  const [at, port] = [header.length, 443];
  return { packetClass: SYN_ACK, family, server: at + server, client: at + client, port };
}

describe.each(LINK_FRAMES)('$name ($linkType), $variant', (frame) => {
  const decoder = decoderOf(frame.linkType);
  const bytes = bytesOf(frame);

  test('when it carries a SYN-ACK then addresses and port are found', () => {
    expect(decode(decoder, bytes)).toEqual(foundIn(frame));
    expect(describeLinkType(frame.linkType)).toBe(`${frame.name} (${frame.linkType})`);
  });

  test('when it is cut before the TCP flags then it is truncated, but not when it is cut later', () => {
    expectTruncation(decoder, bytes, flagsAt(frame));
  });

  // Nothing can be around Ethernet: its frames carry IP, which has a length of its own.
  if (frame.linkType !== 1) {
    test('when outer headers end it inside the TCP header then it is malformed', () => {
      const endOfTcp = flagsAt(frame) + 7;
      expect(classOf(decoder, bytes, { limit: endOfTcp })).toBe(SYN_ACK);
      for (let limit = 0; limit < endOfTcp; limit++) {
        expect(nameOf(classOf(decoder, bytes, { limit }))).not.toBe('SYN_ACK');
      }
      expect(classOf(decoder, bytes, { limit: endOfTcp - 1 })).toBe(MALFORMED);
    });
  }
});

describe('link layers', () => {
  test('when a link type has a decoder then a frame of it is tested', () => {
    const tested = new Set(LINK_FRAMES.map(({ linkType }) => linkType));
    const decoded = Array.from({ length: 1000 }, (_, linkType) => linkType).filter(linkDecoder);
    expect(decoded.filter((linkType) => !tested.has(linkType))).toEqual([]);
  });

  test('when any bytes of a frame are changed then there is a packet class, and bytes after the end do not change it', () => {
    const anyFrame = fc.constantFrom(...LINK_FRAMES);
    const anyChanges = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(anyFrame, anyChanges, fc.nat(), (frame, changes, cut) => {
        const decoder = decoderOf(frame.linkType);
        const bytes = bytesOf(frame);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        const captured = cut % (bytes.length + 1);
        const packetClass = classOf(decoder, bytes, { captured });
        expect(packetClass).toBeGreaterThanOrEqual(SYN_ACK);
        expect(packetClass).toBeLessThan(PACKET_CLASSES.length);
        expect(classOf(decoder, bytes.slice(0, captured))).toBe(packetClass);
      }),
      { numRuns: 5000 },
    );
  });

  test.each(LINK_FRAMES.filter(({ header }) => header.length > 0))(
    'when only the header of $name ($linkType), $variant, was captured then it is truncated',
    ({ linkType, header }) => {
      expect(classOf(decoderOf(linkType), Uint8Array.from(header))).toBe(TRUNCATED);
    },
  );
});
