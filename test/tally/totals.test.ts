import { describe, expect, test } from 'vitest';
import * as verdicts from '../../src/decode/packet-class.js';
import { totalsOf } from '../../src/tally/totals.js';

describe('totalsOf', () => {
  test('when packets were counted by verdict then each class has its own, and they add up', () => {
    const counts = new Float64Array(verdicts.VERDICT_COUNT);
    counts[verdicts.SYN_ACK] = 1;
    counts[verdicts.OTHER_TCP] = 2;
    counts[verdicts.NOT_TCP] = 4;
    counts[verdicts.LATER_FRAGMENT] = 8;
    counts[verdicts.NOT_IP] = 16;
    counts[verdicts.TRUNCATED] = 32;
    counts[verdicts.MALFORMED] = 64;
    counts[verdicts.UNKNOWN_LINK_TYPE] = 128;
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
