// How a saved inventory writes what JSON has no form for: times, ranges, and characters that a terminal would obey.

import { type AddressRange, formatAddress } from '../names/address.js';

/** Characters that a terminal would obey, or hide; see src/views/escape.ts. */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]/gu;
const NOT_PLAIN_ASCII = /[^ -~]/;

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
/** The first and the last time that can be told exactly, in the years 1684 and 2255. */
const MIN_TIME = Number.MIN_SAFE_INTEGER;
const MAX_TIME = Number.MAX_SAFE_INTEGER;

/**
 * Characters a chunk has at least, the last one aside. The pieces live until their chunk is whole: with 64 KiB so
 * many outlive each round of V8's garbage collector that it takes tens of megabytes more for new objects.
 */
const CHUNK_LENGTH = 16 * 1024;

/** JSON on one line, with the characters that a terminal would obey or hide as `\uXXXX`: parsing restores them. */
export function stringifyJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (!NOT_PLAIN_ASCII.test(json)) return json;
  return json.replace(HIDDEN, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

/**
 * Microseconds since the epoch as `2007-06-21T14:45:28.123456Z`. A forged packet may claim any time: those that
 * cannot be told exactly are written as the first or the last that can.
 */
export function formatTime(microseconds: number): string {
  const time = Math.min(Math.max(microseconds, MIN_TIME), MAX_TIME);
  // The remainder is taken first because it is exact.
  const rest = ((time % 1000) + 1000) % 1000;
  const toTheMillisecond = new Date((time - rest) / 1000).toISOString().slice(0, -'Z'.length);
  return `${toTheMillisecond}${String(rest).padStart(3, '0')}Z`;
}

/** Reads what formatTime writes; undefined if it is something else. */
export function parseTime(text: string): number | undefined {
  if (!TIME.test(text)) return undefined;
  const milliseconds = Date.parse(`${text.slice(0, -'456Z'.length)}Z`);
  // Date takes the 30th of February for the 2nd of March.
  if (new Date(milliseconds).getUTCDate() !== Number(text.slice(8, 10))) return undefined;
  const time = milliseconds * 1000 + Number(text.slice(-'456Z'.length, -'Z'.length));
  return Number.isSafeInteger(time) ? time : undefined;
}

/** One address, a CIDR block where it is one, or `first-last`. */
export function formatRange({ family, first, last }: AddressRange): string {
  const start = formatAddress({ family, value: first });
  if (first === last) return start;
  const hostBits = (last - first).toString(2).length;
  const isBlock =
    last - first + 1n === 1n << BigInt(hostBits) && (first >> BigInt(hostBits)) << BigInt(hostBits) === first;
  const addressBits = family === 4 ? 32 : 128;
  return isBlock
    ? `${start}/${addressBits - hostBits}`
    : `${start}-${formatAddress({ family, value: last })}`;
}

/** Joins small pieces into chunks worth a write each. */
export function* joinChunks(pieces: Iterable<string>): Generator<string, void, undefined> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length >= CHUNK_LENGTH) {
      yield chunk;
      chunk = '';
    }
  }
  if (chunk !== '') yield chunk;
}
