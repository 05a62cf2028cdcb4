import { expect, vi } from 'vitest';
import { parsePcapHeader } from '../../src/capture/pcap/header.js';
import { type Consumer, consumeInput, type Window } from '../../src/capture/window.js';
import { Tally } from '../../src/tally/tally.js';
import { CaptureWalker } from '../../src/walk/capture-walker.js';
import { HotPath } from '../../src/walk/hot-path.js';
import { PacketCounter } from '../../src/walk/packet-counter.js';
import { PcapWalker } from '../../src/walk/pcap-walker.js';
import { PcapngWalker } from '../../src/walk/pcapng-walker.js';
import type { Walker } from '../../src/walk/walker.js';
import { memoryInput, NEVER } from '../helpers/memory-input.js';
import { EVERYTHING } from '../helpers/scope.js';
import { makeWindow, placedIn } from '../helpers/window.js';
import { evidenceOf } from '../tally/evidence-packets.js';
import { timedRowsOf } from '../tally/rows-of.js';

export const FILE_HEADER = 24;

/** A tally, and the window in which it is passed captures. */
export interface Way {
  readonly tally: Tally;
  readonly hotPath: HotPath;
  readonly window: Window;
  /** The byte that surrounds the capture there. */
  readonly filler: number;
}

export interface Ways {
  readonly hot: Way;
  readonly decoders: Way;
}

/** They are reused, as making a tally takes longer than counting a capture. */
function makeWays(outerOnly: boolean): Ways {
  const makeWay = (filler: number): Way => {
    const tally = new Tally({ scope: EVERYTHING, outerOnly, evidence: true });
    const hotPath = new HotPath(tally);
    return { tally, hotPath, window: hotPath.window, filler };
  };
  return { hot: makeWay(0x12), decoders: { ...makeWay(0xd4), window: makeWindow() } };
}

export const WAYS = makeWays(false);
export const OUTER_ONLY = makeWays(true);

function isPcapng(capture: Uint8Array): boolean {
  return capture[0] === 0x0a;
}

interface Opened {
  readonly walker: Walker;
  /** Offsets of the capture, of its first record or block, and after the last one. */
  readonly start: number;
  readonly first: number;
  readonly end: number;
}

/** Puts a capture into the window of this way, and something after its end. */
function open({ tally, hotPath, window, filler }: Way, capture: Uint8Array, after?: Uint8Array): Opened {
  tally.takePart();
  const { view, start, end } = placedIn(window, capture, filler);
  if (after !== undefined) window.bytes.set(after, end);
  const counterOf = (linkType: number): PacketCounter => new PacketCounter(tally, linkType);
  if (isPcapng(capture)) return { walker: new PcapngWalker(hotPath, counterOf), start, first: start, end };
  const header = parsePcapHeader(view, start, end);
  return {
    walker: new PcapWalker(header, counterOf(header.linkType), hotPath),
    start,
    first: start + FILE_HEADER,
    end,
  };
}

/** The result of walking a capture, or a part of it. Offsets are from its first byte. */
interface Walked {
  readonly packetsByClass: number[];
  readonly rows: string[];
  readonly stop: number;
  readonly damage: string | undefined;
  readonly doubtfulEnd: number | undefined;
  readonly lastSeconds: number | undefined;
  /** The result after the doubtful item was accepted. */
  readonly accepted?: unknown;
  /** At the end. */
  readonly evidence: object;
}

interface Options {
  readonly stop?: number | undefined;
  readonly isLast?: boolean;
  readonly ways?: Ways;
  /** Bytes after the end of the capture, where the hot path must not look. */
  readonly after?: Uint8Array;
}

function walk(way: Way, capture: Uint8Array, options: Options): Walked {
  const { stop = capture.length, isLast = true, after } = options;
  const { tally, window } = way;
  const { walker, start, first, end } = open(way, capture, after);
  const at = walker.walk(window, first, end, isLast, start + stop);
  const { damage, doubtfulEnd } = walker;
  const secondsOf = (): number | undefined => (walker instanceof PcapWalker ? walker.last : undefined);
  const walked = {
    packetsByClass: [...tally.readPacketsByClass()],
    rows: timedRowsOf(tally),
    stop: at - start,
    damage,
    doubtfulEnd: doubtfulEnd === undefined ? undefined : doubtfulEnd - start,
    lastSeconds: secondsOf(),
  };
  if (doubtfulEnd === undefined) return { ...walked, evidence: finishedEvidence(tally) };
  walker.acceptDoubtful(window, at, end);
  const accepted = [[...tally.readPacketsByClass()], timedRowsOf(tally), walker.damage, secondsOf()];
  return { ...walked, accepted, evidence: finishedEvidence(tally) };
}

function finishedEvidence(tally: Tally): object {
  tally.evidence?.finishCapture();
  return evidenceOf(tally);
}

/** Walks it both ways, expects one result, and returns it. */
export function walkBothWays(capture: Uint8Array, options: Options = {}): Walked {
  const { hot, decoders } = options.ways ?? WAYS;
  const walked = walk(hot, capture, options);
  const { after: _, ...others } = options;
  expect(walked).toEqual(walk(decoders, capture, others));
  return walked;
}

/** The class of each packet of a sound capture, in their order. */
function walkEach(way: Way, capture: Uint8Array): number[] {
  const { tally, window } = way;
  const { walker, first, end } = open(way, capture);
  const seen: number[] = [];
  const before = new Float64Array(tally.readPacketsByClass().length);
  for (let at = first; at < end; ) {
    before.set(tally.readPacketsByClass());
    at = walker.walk(window, at, end, true, at + 1);
    const packetClass = tally.readPacketsByClass().findIndex((count, index) => count !== before[index]);
    // A block may contain something other than a packet.
    if (packetClass >= 0) seen.push(packetClass);
  }
  return seen;
}

/** Counts a sound capture both ways, whole and packet by packet, and returns the class of each packet. */
export function classesBothWays(capture: Uint8Array, ways: Ways = WAYS): number[] {
  const { packetsByClass, stop } = walkBothWays(capture, { ways });
  expect(stop).toBe(capture.length);
  const seen = walkEach(ways.hot, capture);
  expect(seen).toEqual(walkEach(ways.decoders, capture));
  expect(packetsByClass).toEqual(
    packetsByClass.map((_, packetClass) => seen.filter((other) => other === packetClass).length),
  );
  return seen;
}

/** Offsets of the records of a sound pcap, or of the blocks of a pcapng. */
export function placesOf(capture: Uint8Array): number[] {
  const view = new DataView(capture.buffer, capture.byteOffset, capture.length);
  const places: number[] = [];
  if (isPcapng(capture)) {
    const littleEndian = view.getUint32(8, true) === 0x1a2b3c4d;
    for (let at = 0; at < capture.length; at += view.getUint32(at + 4, littleEndian)) places.push(at);
  } else {
    const { littleEndian, recordHeaderLength } = parsePcapHeader(view, 0, capture.length);
    for (let at = FILE_HEADER; at < capture.length; ) {
      places.push(at);
      at += recordHeaderLength + view.getUint32(at + 8, littleEndian);
    }
  }
  return places;
}

/** The numbers of those packets of a sound capture that the hot path counts. */
export function countedHot(capture: Uint8Array): number[] {
  const { hotPath, window } = WAYS.hot;
  const { walker, start, first, end } = open(WAYS.hot, capture);
  const spies = [vi.spyOn(hotPath, 'walkRecords'), vi.spyOn(hotPath, 'walkBlocks')];
  walker.walk(window, first, end, true);
  const runs = spies.flatMap(({ mock }) =>
    mock.calls.map(([from], call) => [from - start, (mock.results[call]?.value as number) - start] as const),
  );
  for (const spy of spies) spy.mockRestore();
  // Section and interface come before the packets.
  const packets = placesOf(capture).slice(isPcapng(capture) ? 2 : 0);
  return [...packets.keys()].filter((number) => {
    const place = packets[number] as number;
    return runs.some(([from, reached]) => place >= from && place < reached);
  });
}

/** Everything that is found in a capture that comes in pieces of these sizes, in the window of this way. */
export async function readIn(
  { tally, window }: Way,
  capture: Uint8Array,
  sizes: readonly number[],
): Promise<unknown> {
  tally.takePart();
  const walker = new CaptureWalker(tally);
  const shown: Consumer = {
    window,
    get tailAt() {
      return walker.tailAt;
    },
    consume: (...bytes) => walker.consume(...bytes),
    finish: (...bytes) => walker.finish(...bytes),
  };
  let error: unknown;
  await consumeInput(memoryInput(capture, sizes), shown, NEVER, { bytesRead: 0 }).catch((thrown) => {
    error = thrown;
  });
  const { gaps, gapCount, bytesSkipped } = walker;
  const found = { gaps, gapCount, bytesSkipped, error: String(error) };
  return { rows: timedRowsOf(tally), packetsByClass: [...tally.readPacketsByClass()], ...found };
}
