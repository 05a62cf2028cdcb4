import { describe, expect, test } from 'vitest';
import * as packetClasses from '../../src/decode/packet-class.js';
import { totalsOf } from '../../src/tally/totals.js';

describe('totalsOf', () => {
  test('when packets were counted by packet class, then each class has its own count, and they add up', () => {
    const counts = new Float64Array(packetClasses.PACKET_CLASSES.length);
    counts[packetClasses.SYN_ACK] = 1;
    counts[packetClasses.OTHER_TCP] = 2;
    counts[packetClasses.NOT_TCP] = 4;
    counts[packetClasses.LATER_FRAGMENT] = 8;
    counts[packetClasses.NOT_IP] = 16;
    counts[packetClasses.TRUNCATED] = 32;
    counts[packetClasses.MALFORMED] = 64;
    counts[packetClasses.UNKNOWN_LINK_TYPE] = 128;
    expect(totalsOf(counts, { outsideTime: 1, bytesRead: 1000, bytesSkipped: 3, gaps: 2 })).toEqual({
      packetsRead: 255,
      synAcks: 1,
      otherTcp: 2,
      notTcp: 4,
      laterFragments: 8,
      notIp: 16,
      truncated: 32,
      malformed: 64,
      unknownLinkType: 128,
      outsideTime: 1,
      bytesRead: 1000,
      bytesSkipped: 3,
      gaps: 2,
    });
  });
});
