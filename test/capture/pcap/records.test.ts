import { describe, expect, test } from 'vitest';
import { type PcapHeader, parsePcapHeader } from '../../../src/capture/pcap/header.js';
import { MAX_CAPTURED_LENGTH } from '../../../src/capture/pcap/limits.js';
import {
  capturedLengthAt,
  isFollowed,
  isRecord,
  isUsual,
  secondsAt,
  timeAt,
} from '../../../src/capture/pcap/records.js';
import { PCAP_MAGIC, type PcapParts, pcap, type RecordParts } from '../../helpers/packets.js';
import { placed } from '../../helpers/window.js';

const SECONDS = 1_700_000_000;
const DAY = 86_400;

interface Records {
  readonly view: DataView;
  readonly header: PcapHeader;
  /** Offset of the first record. */
  readonly at: number;
  readonly end: number;
}

function recordsOf(parts: PcapParts, length?: number): Records {
  const bytes = pcap(parts);
  const { view, start, end } = placed(bytes.subarray(0, length === undefined ? bytes.length : 24 + length));
  return { view, header: parsePcapHeader(view, start, end), at: start + 24, end };
}

const VARIANTS = Object.values(PCAP_MAGIC).flatMap((magic) =>
  [true, false].map((littleEndian) => ({ magic, littleEndian })),
);

describe('record header', () => {
  test.each([
    ['2.0', [2, 0], true],
    ['2.1', [2, 1], true],
    ['2.2', [2, 2], true],
    ['2.3', [2, 3], true],
    ['2.4', [2, 4], false],
    ['543.0', [543, 0], true],
  ] as const)(
    'when a capture of version %s has its lengths swapped, then the smaller one is the captured length',
    (...row) => {
      const [, version, isOld] = row;
      for (const littleEndian of [true, false]) {
        const swapped = [{ capturedLength: 1500, originalLength: 96 }];
        const { view, header, at } = recordsOf({ version, littleEndian, records: swapped });
        expect(capturedLengthAt(view, at, header)).toBe(isOld ? 96 : 1500);
        expect(isUsual(view, at, header)).toBe(isOld);
        const inOrder = [{ capturedLength: 96, originalLength: 1500 }];
        const other = recordsOf({ version, littleEndian, records: inOrder });
        expect(capturedLengthAt(other.view, other.at, other.header)).toBe(96);
        expect(isUsual(other.view, other.at, other.header)).toBe(true);
      }
    },
  );

  test('when the time is in microseconds, then it is exact up to the year 2106', () => {
    const { view, header, at } = recordsOf({ records: [{ seconds: 0xffff_ffff, fraction: 999_999 }] });
    expect(timeAt(view, at, header)).toBe(0xffff_ffff * 1e6 + 999_999);
    expect(secondsAt(view, at, header)).toBe(0xffff_ffff);
  });

  test('when the time is in nanoseconds, then it is cut to whole microseconds', () => {
    const magic = PCAP_MAGIC.nanoseconds;
    const { view, header, at } = recordsOf({ magic, records: [{ seconds: 1, fraction: 999_999_999 }] });
    expect(timeAt(view, at, header)).toBe(1_999_999);
  });

  test('when the capture has the modified format, then time and length have their usual offsets', () => {
    const records = [{ seconds: 5, fraction: 7, capturedLength: 60, originalLength: 90 }];
    const { view, header, at } = recordsOf({ magic: PCAP_MAGIC.modified, littleEndian: false, records });
    expect(timeAt(view, at, header)).toBe(5_000_007);
    expect(capturedLengthAt(view, at, header)).toBe(60);
  });
});

describe('isUsual', () => {
  const CASES: readonly [RecordParts, boolean][] = [
    [{}, true],
    [{ capturedLength: 0, originalLength: 1 }, true],
    [{ capturedLength: 0, originalLength: 0 }, false],
    [{ capturedLength: 54, originalLength: 53 }, false],
    [{ capturedLength: MAX_CAPTURED_LENGTH, originalLength: MAX_CAPTURED_LENGTH }, true],
    [{ capturedLength: MAX_CAPTURED_LENGTH + 1, originalLength: 0xffff_ffff }, false],
    [{ capturedLength: 0xffff_ffff, originalLength: 0xffff_ffff }, false],
    [{ originalLength: 0xffff_ffff }, true],
  ];

  test.each(CASES)('when a record has %j, then it is usual: %s', (record, isOne) => {
    for (const variant of VARIANTS) {
      const { view, header, at } = recordsOf({ ...variant, records: [record] });
      expect(isUsual(view, at, header)).toBe(isOne);
    }
  });

  test('when the fraction is a whole second, then the record is not usual', () => {
    for (const variant of VARIANTS) {
      const second = variant.magic === PCAP_MAGIC.nanoseconds ? 1_000_000_000 : 1_000_000;
      for (const [fraction, isOne] of [
        [0, true],
        [second - 1, true],
        [second, false],
        [0xffff_ffff, false],
      ] as const) {
        const { view, header, at } = recordsOf({ ...variant, records: [{ fraction }] });
        expect(isUsual(view, at, header)).toBe(isOne);
      }
    }
  });
});

describe('isFollowed', () => {
  function followed(
    records: readonly RecordParts[],
    isLast: boolean,
    length?: number,
    near?: number,
  ): boolean | undefined {
    const answers = VARIANTS.map((variant) => {
      const more = variant.magic === PCAP_MAGIC.modified ? 8 : 0;
      const cut = length === undefined ? undefined : length + more;
      const { view, header, at, end } = recordsOf({ ...variant, records }, cut);
      return isFollowed(view, at, end, header, isLast, near);
    });
    expect(new Set(answers).size).toBe(1);
    return answers[0];
  }

  test('when the input ends with the record, then it is a record, and before the end that cannot be decided', () => {
    expect(followed([{}], true)).toBe(true);
    expect(followed([{}], false)).toBeUndefined();
  });

  test('when the input ends in the next header, then it is a record, as in any torn capture', () => {
    for (let more = 1; more < 16; more++) {
      expect(followed([{}, {}], true, 70 + more)).toBe(true);
      expect(followed([{}, {}], false, 70 + more)).toBeUndefined();
    }
  });

  test('when the input ends in the record, then it is not a record', () => {
    for (let length = 16; length < 70; length++) {
      expect(followed([{}], true, length)).toBe(false);
      expect(followed([{}], false, length)).toBeUndefined();
    }
  });

  test.each<[string, RecordParts, boolean]>([
    ['near in time', { seconds: SECONDS + 300 * DAY }, true],
    ['near in time, and earlier', { seconds: SECONDS - 300 * DAY }, true],
    ['years later', { seconds: SECONDS + 500 * DAY }, false],
    ['years earlier', { seconds: SECONDS - 500 * DAY }, false],
    ['too long', { capturedLength: MAX_CAPTURED_LENGTH + 1 }, false],
    ['nothing but zeros', { seconds: 0, capturedLength: 0, originalLength: 0 }, false],
  ])('when the next one is %s, then that decides', (_what, next, isOne) => {
    expect(followed([{}, next], true)).toBe(isOne);
    expect(followed([{}, next], false)).toBe(isOne);
  });

  test('when the time of the record before is known, then the record must be near it', () => {
    for (const isLast of [true, false]) {
      expect(followed([{}, {}], isLast, undefined, SECONDS - 300 * DAY)).toBe(true);
      expect(followed([{}, {}], isLast, undefined, SECONDS - 500 * DAY)).toBe(false);
      expect(followed([{}, {}], isLast, undefined, 0)).toBe(false);
    }
  });

  test('when it is the head of another capture, then it is not a record', () => {
    for (const magic of Object.values(PCAP_MAGIC)) {
      for (const isLast of [true, false]) {
        expect(
          followed([{ seconds: magic, fraction: 0, originalLength: 0 }, { seconds: magic }], isLast),
        ).toBe(false);
      }
    }
  });

  test('when the record itself is too long or consists of zeros, then it is not a record', () => {
    const tooLong = { capturedLength: MAX_CAPTURED_LENGTH + 1 };
    const zeros = { seconds: 0, capturedLength: 0, originalLength: 0, data: new Uint8Array(0) };
    for (const isLast of [true, false]) {
      expect(followed([tooLong], isLast)).toBe(false);
      expect(followed([zeros, zeros], isLast)).toBe(false);
    }
  });
});

describe('isRecord', () => {
  interface Question {
    readonly isLast?: boolean;
    readonly near?: number | undefined;
    readonly length?: number;
  }

  function believed(records: readonly RecordParts[], question: Question = {}): boolean | undefined {
    const { isLast = true, length, ...rest } = question;
    const near = 'near' in rest ? rest.near : SECONDS;
    const answers = VARIANTS.map((variant) => {
      const { view, header, at, end } = recordsOf({ ...variant, records }, length);
      return isRecord(view, at, end, header, isLast, near);
    });
    expect(new Set(answers).size).toBe(1);
    return answers[0];
  }

  test('when three follow one another, then the first is a record, whatever follows', () => {
    const wrong = { seconds: 1, capturedLength: 0xffff_ffff };
    for (const isLast of [true, false]) {
      expect(believed([{}, {}, {}, wrong], { isLast })).toBe(true);
      expect(believed([{}, {}, {}, wrong], { isLast, near: undefined })).toBe(true);
      expect(believed([{}, {}, wrong, {}], { isLast })).toBe(false);
      expect(believed([{}, wrong, {}, {}], { isLast })).toBe(false);
      expect(believed([wrong, {}, {}, {}], { isLast })).toBe(false);
    }
  });

  test('when the input continues, then fewer than three are not enough to decide', () => {
    for (const records of [[{}], [{}, {}]]) expect(believed(records, { isLast: false })).toBeUndefined();
  });

  test('when the input ends after one, then it is a record if the time before is known; after two always', () => {
    expect(believed([{}])).toBe(true);
    expect(believed([{}], { near: undefined })).toBe(false);
    expect(believed([{}, {}])).toBe(true);
    expect(believed([{}, {}], { near: undefined })).toBe(true);
  });

  test('when the clock was never set, then one at the end is not enough, as small numbers are common', () => {
    expect(believed([{ seconds: 3 }], { near: 2 })).toBe(false);
    expect(believed([{ seconds: 3 }, { seconds: 4 }], { near: 2 })).toBe(true);
    const three = [{ seconds: 3 }, { seconds: 4 }, { seconds: 5 }];
    expect(believed(three, { near: 2 })).toBe(true);
    expect(believed(three, { near: undefined })).toBe(false);
  });

  test('when the input ends in the last one, then there must be two before it', () => {
    const header = { magic: PCAP_MAGIC.microseconds };
    for (let cut = 1; cut < 70; cut++) {
      const ask = (records: readonly RecordParts[]): boolean | undefined => {
        const {
          view,
          header: parsed,
          at,
          end,
        } = recordsOf({ ...header, records }, records.length * 70 - cut);
        return isRecord(view, at, end, parsed, true, SECONDS);
      };
      expect(ask([{}])).toBe(false);
      // Its header counts too, if it is whole.
      expect([cut, ask([{}, {}])]).toEqual([cut, cut <= 54]);
      expect(ask([{}, {}, {}])).toBe(true);
    }
  });

  test.each<[string, RecordParts]>([
    ['empty', { capturedLength: 0 }],
    ['longer than any packet', { originalLength: (1 << 20) + 1 }],
    ['captured longer than it was', { originalLength: 53 }],
    ['of another year', { seconds: SECONDS + 500 * DAY }],
    ['of a year before', { seconds: SECONDS - 500 * DAY }],
    ['more than a second in its fraction', { fraction: 1_000_000_000 }],
  ])('when one of three is %s, then the first is not a record', (_what, wrong) => {
    for (const records of [
      [wrong, {}, {}],
      [{}, wrong, {}],
      [{}, {}, wrong],
    ]) {
      expect(believed(records)).toBe(false);
    }
  });

  test('when no time is known, then the others must be near the first', () => {
    expect(believed([{ seconds: 1 }, { seconds: 2 }, { seconds: 3 }], { near: undefined })).toBe(false);
    const year1990 = 20 * 365 * DAY;
    const old = [year1990, year1990 + DAY, year1990].map((seconds) => ({ seconds }));
    expect(believed(old, { near: undefined })).toBe(true);
    expect(believed(old)).toBe(false);
  });
});
