import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ClientSketch, findSketchFault, SKETCH_ERROR } from '../../src/tally/client-sketch.js';
import { address } from '../helpers/packets.js';
import { SketchModel } from './sketch-model.js';

/** The largest number of clients that is exact. */
const MAX_EXACT = 62;

/** A sketch of IPv4 addresses. */
function sketchOf(addresses: Iterable<number>): ClientSketch {
  const sketch = new ClientSketch();
  sketch.add(wordsOf(addresses));
  return sketch;
}

/** Each address as its one word, valid until the next. */
function* wordsOf(addresses: Iterable<number>): Generator<Uint32Array> {
  const words = new Uint32Array(1);
  for (const client of addresses) {
    words[0] = client;
    yield words;
  }
}

function wordsOfText(text: string): Uint32Array {
  const view = new DataView(Uint8Array.from(address(text)).buffer);
  return Uint32Array.from({ length: view.byteLength / 4 }, (_, at) => view.getUint32(at * 4));
}

/** Different addresses without a pattern, as an odd factor makes a permutation (Knuth 6.4). */
function* scattered(from: number, count: number): Generator<number> {
  for (let number = from; number < from + count; number++) yield Math.imul(number, 0x9e3779b1) >>> 0;
}

function* consecutive(from: number, count: number): Generator<number> {
  for (let number = from; number < from + count; number++) yield number >>> 0;
}

describe('the hash of a client', () => {
  // The results of mmh3 5 for the bytes of the address, with the seed 0; many other tests have the first two.
  test.each([
    ['0.0.0.0', 0x2362f9de],
    ['255.255.255.255', 0x76293b50],
    ['192.0.2.1', 0x6466fd5a],
    ['198.51.100.254', 0x78cd31fb],
    ['::', 0x8134cdf8],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 0xe519346e],
    ['2001:db8::1', 0xbc42cf98],
    ['2001:db8:1234:5678:9abc:def0:1122:3344', 0x50ee6cfe],
  ])('when the address is %s, then it is MurmurHash3 of its bytes', (text, hash) => {
    const sketch = new ClientSketch();
    sketch.add([wordsOfText(text)]);
    expect(Buffer.from(sketch.toBytes()).readUInt32LE()).toBe(hash);
  });
});

describe('a sketch of few clients', () => {
  test('when they come in any order, again and again, then it is exact, and the same', () => {
    const anyClients = fc.uniqueArray(fc.integer({ min: 0, max: 0xffff_ffff }), { maxLength: MAX_EXACT });
    fc.assert(
      fc.property(anyClients, fc.array(fc.nat(MAX_EXACT)), (clients, again) => {
        const repeated = clients.length === 0 ? [] : again.map((at) => clients[at % clients.length]!);
        const sketch = sketchOf([...repeated, ...clients.toReversed(), ...repeated]);
        expect([sketch.size, sketch.error]).toEqual([clients.length, 0]);
        expect(sketch.toBytes()).toEqual(sketchOf(clients).toBytes());
        expect(sketch.toBytes()).toHaveLength(clients.length * 4);
      }),
    );
  });

  test('when there are any addresses, then its bytes are those of a sketch made by hand', () => {
    const anyWords = fc.oneof(
      fc.tuple(fc.nat(0xffff_ffff)),
      fc.array(fc.nat(0xffff_ffff), { minLength: 4, maxLength: 4 }),
    );
    const anyAddresses = fc.array(anyWords, { maxLength: 80, size: 'max' });
    fc.assert(
      fc.property(anyAddresses, anyAddresses, (first, then) => {
        const [sketch, model] = [new ClientSketch(), new SketchModel()];
        for (const part of [first, then]) {
          sketch.add(part.map((words) => Uint32Array.from(words)));
          for (const words of part) model.add(words);
          expect(sketch.toBytes()).toEqual(model.toBytes());
        }
      }),
    );
  });

  test('when there is one too many, then it is an estimate, of more than it could list', () => {
    for (let from = 0; from < 1_000_000; from += 5000) {
      const sketch = sketchOf(scattered(from, MAX_EXACT + 1));
      expect(sketch.size).toBeGreaterThan(MAX_EXACT);
      expect(sketch.error).toBe(SKETCH_ERROR);
      expect(sketch.toBytes()).toHaveLength(256);
    }
  });

  test('when clients use IPv6, then they differ by any of their words', () => {
    const sketch = new ClientSketch();
    for (let word = 0; word < 4; word++) {
      for (const value of [1, 2, 0x8000_0000, 0xffff_ffff]) {
        sketch.add([Uint32Array.from({ length: 4 }, (_, at) => (at === word ? value : 0))]);
      }
    }
    expect(sketch.size).toBe(16);
  });
});

describe('a sketch of many clients', () => {
  const SIZES = [
    { clients: 65, sketches: 400 },
    { clients: 100, sketches: 400 },
    { clients: 300, sketches: 400 },
    { clients: 1_000, sketches: 400 },
    { clients: 10_000, sketches: 200 },
    { clients: 100_000, sketches: 40 },
    { clients: 1_000_000, sketches: 10 },
  ];

  test('when its error is read, then it is 6.5 %', () => {
    expect(SKETCH_ERROR).toBe(0.065);
  });

  describe.each([
    ['scattered', scattered],
    ['consecutive', consecutive],
  ])('whose addresses are %s', (_how, addresses) => {
    test.each(SIZES)(
      'when $clients clients are estimated $sketches times, then errors are not larger than promised, and not systematic',
      ({ clients, sketches }) => {
        const errors = Array.from({ length: sketches }, (_, number) => {
          const { size } = sketchOf(addresses(number * clients + 12_345, clients));
          return size / clients - 1;
        });
        const mean = errors.reduce((sum, error) => sum + error, 0) / sketches;
        const rms = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / sketches);
        // Four standard deviations of the mean, and of the root of mean squares, of this number of samples.
        expect(Math.abs(mean)).toBeLessThan((4 * SKETCH_ERROR) / Math.sqrt(sketches));
        expect(rms).toBeLessThan(SKETCH_ERROR * (1 + 4 / Math.sqrt(2 * sketches)));
        // With few clients for each register the error is smaller.
        const least = clients < 10_000 ? 0.4 : 1 - 4 / Math.sqrt(2 * sketches);
        expect(rms).toBeGreaterThan(SKETCH_ERROR * Math.max(least, 0.3));
      },
    );
  });

  test('when registers are at their maximum, then the estimate does not exceed the number of hashes', () => {
    expect(ClientSketch.from(new Uint8Array(256).fill(25)).size).toBe(2 ** 32);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 256, maxLength: 256, max: 25 }), (registers) => {
        registers[0] = 1;
        const { size } = ClientSketch.from(registers);
        expect(Number.isSafeInteger(size)).toBe(true);
        expect(size).toBeGreaterThan(MAX_EXACT);
        expect(size).toBeLessThanOrEqual(2 ** 32);
      }),
    );
  });
});

describe('sketches that are merged', () => {
  // Some overlap, and some are few and some are many.
  const anyClients = fc
    .array(
      fc.record({
        from: fc.integer({ min: 1, max: 200 }),
        count: fc.constantFrom(0, 1, 5, 30, 61, 62, 63, 400),
      }),
      { maxLength: 3 },
    )
    .map((runs) => new Set(runs.flatMap(({ from, count }) => [...scattered(from, count)])));

  function merged(...sketches: readonly ClientSketch[]): ClientSketch {
    const result = new ClientSketch();
    for (const sketch of sketches) result.merge(sketch);
    return result;
  }

  test('when there are any sketches, then the result is the sketch of all their clients, in any order and any number of times', () => {
    fc.assert(
      fc.property(anyClients, anyClients, anyClients, (a, b, c) => {
        const [first, second, third] = [a, b, c].map(sketchOf) as [ClientSketch, ClientSketch, ClientSketch];
        const expected = sketchOf([...a, ...b, ...c]).toBytes();
        for (const result of [
          merged(first, second, third),
          merged(third, second, first),
          merged(merged(first, second), third),
          merged(first, merged(second, third)),
          merged(first, second, third, second, first, new ClientSketch()),
        ]) {
          expect(result.toBytes()).toEqual(expected);
        }
        expect(first.toBytes()).toEqual(sketchOf(a).toBytes());
      }),
    );
  });

  test('when one is merged with the same one, then it does not change', () => {
    for (const count of [0, 5, MAX_EXACT, MAX_EXACT + 1, 1000]) {
      const sketch = sketchOf(scattered(1, count));
      const before = sketch.toBytes();
      sketch.merge(sketch);
      expect(sketch.toBytes()).toEqual(before);
    }
  });
});

describe('the bytes of a sketch', () => {
  test('when a sketch is made from them, then it behaves like the one that they come from', () => {
    for (const count of [0, 1, MAX_EXACT - 1, MAX_EXACT, MAX_EXACT + 1, 10_000]) {
      const sketch = sketchOf(scattered(1, count));
      const bytes = sketch.toBytes();
      expect(findSketchFault(bytes)).toBeUndefined();
      // At an odd address.
      const copy = ClientSketch.from(Uint8Array.from([0, ...bytes]).subarray(1));
      expect([copy.size, copy.error]).toEqual([sketch.size, sketch.error]);
      expect(copy.toBytes()).toEqual(bytes);
      for (const one of [sketch, copy]) one.add(wordsOf(scattered(count, 3)));
      expect(copy.toBytes()).toEqual(sketch.toBytes());
    }
  });

  test('when they are changed later, then the sketch does not change', () => {
    const bytes = sketchOf(scattered(1, 1000)).toBytes();
    const sketch = ClientSketch.from(bytes);
    const before = sketch.toBytes();
    bytes.fill(1);
    sketch.toBytes().fill(2);
    expect(sketch.toBytes()).toEqual(before);
  });

  const hashes = (...values: number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer);
  test.each([
    [
      'too long for a list',
      new Uint8Array(252),
      'found 252 bytes, expected 256, or a multiple of 4 up to 248',
    ],
    ['no whole hashes', new Uint8Array(7), 'found 7 bytes, expected 256, or a multiple of 4 up to 248'],
    ['longer than any', new Uint8Array(260), 'found 260 bytes, expected 256, or a multiple of 4 up to 248'],
    ['not sorted', hashes(1, 3, 2), 'found hash 2 after 3, expected all in ascending order'],
    ['twice the same hash', hashes(5, 5), 'found hash 5 after 5, expected all in ascending order'],
    [
      'sorted as signed numbers',
      hashes(0x8000_0000, 1),
      'found hash 1 after 2147483648, expected all in ascending order',
    ],
    [
      'a register that is too high',
      new Uint8Array(256).fill(26, 9),
      'found 26 in register 9, expected at most 25',
    ],
    ['no client at all', new Uint8Array(256), 'found 256 registers of 0, expected at least one other value'],
  ])('when they are %s, then they are refused', (_what, bytes, fault) => {
    expect(findSketchFault(bytes)).toBe(fault);
    expect(() => ClientSketch.from(bytes)).toThrow(new RangeError(fault));
  });
});
