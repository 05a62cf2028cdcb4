// The checksum of zstd frames: XXH64 with seed 0, by the xxHash specification. It is slow, but only a fallback needs it.

import { viewOf } from '../data-view.js';

const PRIME_1 = 0x9e37_79b1_85eb_ca87n;
const PRIME_2 = 0xc2b2_ae3d_27d4_eb4fn;
const PRIME_3 = 0x1656_67b1_9e37_79f9n;
const PRIME_4 = 0x85eb_ca77_c2b2_ae63n;
const PRIME_5 = 0x27d4_eb2f_1656_67c5n;

const STRIPE_LENGTH = 32;

export interface Xxh64 {
  update(bytes: Uint8Array): void;
  digest(): bigint;
}

export function xxh64(): Xxh64 {
  const stripe = new Uint8Array(STRIPE_LENGTH);
  let filled = 0;
  let length = 0;
  let [a, b, c, d] = [wrap(PRIME_1 + PRIME_2), PRIME_2, 0n, wrap(-PRIME_1)];

  const addStripes = (bytes: Uint8Array, end: number): void => {
    const view = viewOf(bytes);
    for (let at = 0; at < end; at += STRIPE_LENGTH) {
      a = round(a, view.getBigUint64(at, true));
      b = round(b, view.getBigUint64(at + 8, true));
      c = round(c, view.getBigUint64(at + 16, true));
      d = round(d, view.getBigUint64(at + 24, true));
    }
  };
  return {
    update(bytes) {
      length += bytes.length;
      const missing = Math.min(filled === 0 ? 0 : STRIPE_LENGTH - filled, bytes.length);
      stripe.set(bytes.subarray(0, missing), filled);
      filled += missing;
      if (filled === STRIPE_LENGTH) {
        addStripes(stripe, STRIPE_LENGTH);
        filled = 0;
      }
      const rest = bytes.subarray(missing);
      const end = rest.length - (rest.length % STRIPE_LENGTH);
      addStripes(rest, end);
      if (end < rest.length) {
        stripe.set(rest.subarray(end));
        filled = rest.length - end;
      }
    },
    digest() {
      const hash = length < STRIPE_LENGTH ? PRIME_5 : converge(a, b, c, d);
      return avalanche(addRest(wrap(hash + BigInt(length)), stripe.subarray(0, filled)));
    },
  };
}

function converge(a: bigint, b: bigint, c: bigint, d: bigint): bigint {
  let hash = wrap(rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n));
  for (const lane of [a, b, c, d]) hash = wrap((hash ^ round(0n, lane)) * PRIME_1 + PRIME_4);
  return hash;
}

/** Adds the bytes that do not fill a stripe: eight at a time, then four, then one. */
function addRest(start: bigint, rest: Uint8Array): bigint {
  const view = viewOf(rest);
  let hash = start;
  let at = 0;
  for (; at + 8 <= rest.length; at += 8) {
    const lane = round(0n, view.getBigUint64(at, true));
    hash = wrap(rotate(hash ^ lane, 27n) * PRIME_1 + PRIME_4);
  }
  for (; at + 4 <= rest.length; at += 4) {
    const lane = BigInt(view.getUint32(at, true)) * PRIME_1;
    hash = wrap(rotate(wrap(hash ^ lane), 23n) * PRIME_2 + PRIME_3);
  }
  for (; at < rest.length; at += 1) {
    const lane = BigInt(view.getUint8(at)) * PRIME_5;
    hash = wrap(rotate(wrap(hash ^ lane), 11n) * PRIME_1);
  }
  return hash;
}

function avalanche(start: bigint): bigint {
  let hash = start;
  hash = wrap((hash ^ (hash >> 33n)) * PRIME_2);
  hash = wrap((hash ^ (hash >> 29n)) * PRIME_3);
  return hash ^ (hash >> 32n);
}

function round(accumulator: bigint, lane: bigint): bigint {
  return wrap(rotate(wrap(accumulator + lane * PRIME_2), 31n) * PRIME_1);
}

function rotate(value: bigint, bits: bigint): bigint {
  return wrap((value << bits) | (value >> (64n - bits)));
}

function wrap(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}
