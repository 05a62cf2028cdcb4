// Walks the blocks of a pcapng capture in place and counts its SYN-ACKs. Sections may differ in byte order, and
// interfaces in link layer and clock.

import type { Tail } from '../capture/lookahead.js';
import { MAX_BLOCK_IN_WINDOW, MAX_CAPTURED_LENGTH } from '../capture/pcap/limits.js';
import {
  BLOCK,
  BLOCK_HEADER_LENGTH,
  BLOCK_TRAILER_LENGTH,
  findOptionsFault,
  findSectionFault,
  hasFittingOptions,
  type Interface,
  isSectionHeader,
  isUntypedSection,
  MAX_BLOCK_LENGTH,
  MIN_BLOCK_LENGTH,
  microsecondsOf,
  paddedLength,
  parseInterface,
  parseSectionHeader,
  SECTION_HEADER_LENGTH,
} from '../capture/pcapng/blocks.js';
import type { Window } from '../capture/window.js';
import type { HotPath } from './hot-path.js';
import type { PacketCounter } from './packet-counter.js';
import type { SectionLayout, Walker } from './walker.js';

/** Offsets from the beginning of a block. Enhanced and obsolete packet blocks differ in one field. */
const PACKET = { interface: 8, timeHigh: 12, timeLow: 16, capturedLength: 20, data: 28 } as const;
const SIMPLE = { originalLength: 8, data: 12 } as const;

/** The types of block that are believed after damage. */
const KNOWN_TYPES: ReadonlySet<number> = new Set(Object.values(BLOCK));

/** The clocks that the hot path can read: units in a microsecond by units in a second. */
const PLAIN_CLOCKS: ReadonlyMap<bigint, number> = new Map([
  [1_000_000n, 1],
  [1_000_000_000n, 1000],
]);

interface CountedInterface extends Interface {
  readonly counter: PacketCounter;
}

/** An interface takes a few hundred bytes of memory. No honest capture has more than a few dozen interfaces. */
const MAX_INTERFACES = 65_536;

/** More are not sent from one thread to another. */
const MAX_SHARED_INTERFACES = 1000;

/** The time of the last SYN-ACK as long as it is not known. */
const UNKNOWN_TIME = Number.NaN;

export class PcapngWalker implements Walker {
  damage: string | undefined;
  /** A block has its length at both ends, so there is no doubt. */
  readonly doubtfulEnd = undefined;
  tailAt: number | undefined;
  tail: Tail | undefined;
  tornLength: number | undefined;
  refused = 0;
  lastRefused = 0;
  readonly #hotPath: HotPath;
  readonly #counterOf: (linkType: number) => PacketCounter;
  /**
   * Whether a simple packet was given the time of a SYN-ACK that this walker does not know, because it is before the items
   * that it has walked.
   */
  hasUnknownTime = false;
  #layout: SectionLayout | undefined;
  #littleEndian = true;
  /** By number; undefined if the description is damaged. */
  #interfaces: (CountedInterface | undefined)[] = [];
  /** Whether the section has an unknown version, so that nothing before the next section can be read. */
  #isForeign = false;

  /** @param layout of a section whose beginning another walker has read */
  constructor(hotPath: HotPath, counterOf: (linkType: number) => PacketCounter, layout?: SectionLayout) {
    this.#hotPath = hotPath;
    this.#counterOf = counterOf;
    // Simple packets have no time and are given that of the SYN-ACK before them. The first one has none before it.
    hotPath.lastTime = layout === undefined ? 0 : UNKNOWN_TIME;
    if (layout === undefined) return;
    hotPath.forgetInterfaces();
    this.#littleEndian = layout.littleEndian;
    for (const described of layout.interfaces) this.#addInterface(described);
    this.#layout = layout;
  }

  get layout(): SectionLayout | undefined {
    if (this.#isForeign || this.#interfaces.length === 0 || this.#interfaces.length > MAX_SHARED_INTERFACES)
      return undefined;
    this.#layout ??= {
      littleEndian: this.#littleEndian,
      interfaces: this.#interfaces.map((each) => {
        if (each === undefined) return undefined;
        const { linkType, snaplen, unitsPerSecond, offsetSeconds } = each;
        return { linkType, snaplen, unitsPerSecond, offsetSeconds };
      }),
    };
    return this.#layout;
  }

  /** Microseconds of the last SYN-ACK, for the simple packets after it. */
  get last(): number | undefined {
    const { lastTime } = this.#hotPath;
    return Number.isNaN(lastTime) ? undefined : lastTime;
  }

  set last(time: number | undefined) {
    if (time !== undefined) this.#hotPath.lastTime = time;
  }

  walk(window: Window, start: number, end: number, isLast: boolean, stop: number = end): number {
    const { view } = window;
    this.damage = undefined;
    this.tornLength = undefined;
    this.tailAt = undefined;
    let offset = start;
    while (end - offset >= MIN_BLOCK_LENGTH && offset < stop) {
      const reached = this.#walkHotPath(window, offset, end, stop);
      if (reached > offset) {
        offset = reached;
        continue;
      }
      const isSection = isSectionHeader(view, offset, end);
      if (isSection) {
        if (end - offset < SECTION_HEADER_LENGTH) break;
        this.damage = this.#openSection(view, offset, end);
        if (this.damage !== undefined) break;
      }
      const length = view.getUint32(offset + 4, this.#littleEndian);
      this.damage = describeLength(length);
      if (this.damage !== undefined) {
        this.#noteLost(view, offset);
        break;
      }
      const size = paddedLength(length);
      const trailer = this.#trailerOf(view, offset, size, end, isLast);
      if (trailer === undefined) break;
      if (trailer !== length) {
        this.damage = 'found a block whose two lengths differ, expected equal lengths';
        this.#noteLost(view, offset);
        break;
      }
      const problem = isSection ? this.#checkSection(view, offset, size) : this.#useBlock(view, offset, size);
      if (problem !== undefined) {
        this.damage = problem;
        break;
      }
      offset += size;
    }
    return offset;
  }

  /**
   * Returns the length at the end of a block; undefined if it has not been read. It is waited for, because only the two
   * lengths together prove a block. If a block may be longer than the window, it is looked at beyond the window as soon
   * as the packet in the block must have been read.
   */
  #trailerOf(
    view: DataView,
    offset: number,
    length: number,
    end: number,
    isLast: boolean,
  ): number | undefined {
    const at = offset + length - BLOCK_TRAILER_LENGTH;
    if (offset + length <= end) return view.getUint32(at, this.#littleEndian);
    if (isLast || length <= MAX_BLOCK_IN_WINDOW || end - offset < MAX_BLOCK_IN_WINDOW) return undefined;
    const { tail } = this;
    this.tail = undefined;
    if (tail === undefined) {
      this.tailAt = at;
      return undefined;
    }
    if (tail.bytes.length < BLOCK_TRAILER_LENGTH) {
      this.tornLength = end - offset + tail.available;
      return undefined;
    }
    return new DataView(tail.bytes.buffer, tail.bytes.byteOffset).getUint32(0, this.#littleEndian);
  }

  /** Lets the hot path count blocks, and returns the offset of the first that it leaves. */
  #walkHotPath(window: Window, start: number, end: number, stop: number): number {
    if (window !== this.#hotPath.window) return start;
    return this.#hotPath.walkBlocks(start, end, stop, !this.#littleEndian);
  }

  acceptDoubtful(): void {}

  needed({ view }: Window, start: number, end: number): number {
    if (end - start < BLOCK_HEADER_LENGTH) return MIN_BLOCK_LENGTH;
    // A section has its own byte order, which is not known before its header is whole.
    const isSection = view.getUint32(start) === BLOCK.sectionHeader;
    if (isSection && end - start < SECTION_HEADER_LENGTH) return SECTION_HEADER_LENGTH;
    return paddedLength(view.getUint32(start + 4, this.#littleEndian));
  }

  isItem({ view }: Window, offset: number, end: number, isLast: boolean): boolean | undefined {
    if (end - offset < MIN_BLOCK_LENGTH) return isLast ? false : undefined;
    if (isSectionHeader(view, offset, end)) return true;
    if (this.#isForeign) return false;
    if (!KNOWN_TYPES.has(view.getUint32(offset, this.#littleEndian))) return false;
    const length = view.getUint32(offset + 4, this.#littleEndian);
    if (describeLength(length) !== undefined || length === MIN_BLOCK_LENGTH) return false;
    if (length > MAX_BLOCK_IN_WINDOW) return false;
    const size = paddedLength(length);
    if (offset + size > end) return isLast ? false : undefined;
    return view.getUint32(offset + size - BLOCK_TRAILER_LENGTH, this.#littleEndian) === length;
  }

  findSuspect(window: Window, start: number, stop: number, end: number, refuses: boolean): number {
    this.refused = 0;
    if (window !== this.#hotPath.window) return start;
    const section = {
      isSwapped: !this.#littleEndian,
      isForeign: this.#isForeign,
      interfaces: this.#interfaces.length,
      takesInterfaces: this.#interfaces.length < MAX_INTERFACES,
    };
    const found = this.#hotPath.findBlock(start, stop, end, section, refuses);
    this.refused = this.#hotPath.refused;
    this.lastRefused = this.#hotPath.lastRefused;
    return found;
  }

  #openSection(view: DataView, offset: number, end: number): string | undefined {
    const fault = findSectionFault(view, offset);
    this.#isForeign = fault !== undefined;
    this.#forgetInterfaces();
    if (fault !== undefined) return fault;
    this.#littleEndian = parseSectionHeader(view, offset, end).littleEndian;
    return undefined;
  }

  /** Returns what is wrong with the options of a section header, if something is. They do not matter otherwise. */
  #checkSection(view: DataView, offset: number, length: number): string | undefined {
    if (length > MAX_BLOCK_IN_WINDOW) return undefined;
    const fault = findOptionsFault(view, offset, length, this.#littleEndian);
    return fault === undefined ? undefined : `section header: ${fault}`;
  }

  /** The next interfaces must keep their numbers although the description at this offset cannot be used. */
  #noteLost(view: DataView, offset: number): void {
    const type = view.getUint32(offset, this.#littleEndian);
    if (type === BLOCK.interfaceDescription && this.#interfaces.length < MAX_INTERFACES)
      this.#addInterface(undefined);
  }

  /** Uses a block; returns what is wrong with it, if something is. */
  #useBlock(view: DataView, offset: number, length: number): string | undefined {
    const type = view.getUint32(offset, this.#littleEndian);
    switch (type) {
      case BLOCK.interfaceDescription:
        return this.#useInterface(view, offset, length);
      case BLOCK.enhancedPacket:
        return this.#usePacket(
          view,
          offset,
          length,
          view.getUint32(offset + PACKET.interface, this.#littleEndian),
        );
      case BLOCK.packet:
        return this.#usePacket(
          view,
          offset,
          length,
          view.getUint16(offset + PACKET.interface, this.#littleEndian),
        );
      case BLOCK.simplePacket:
        return this.#useSimplePacket(view, offset, length);
      default:
        if (KNOWN_TYPES.has(type) || !isUntypedSection(view, offset, length)) return undefined;
        // Its interfaces would be taken for others of the section before.
        this.#forgetInterfaces();
        return 'found a section header with another block type';
    }
  }

  #useInterface(view: DataView, offset: number, length: number): string | undefined {
    if (this.#interfaces.length >= MAX_INTERFACES)
      return `found more than ${MAX_INTERFACES} interfaces in a section`;
    const isCut = length > MAX_BLOCK_IN_WINDOW;
    const visible = Math.min(length, MAX_BLOCK_IN_WINDOW);
    const described = parseInterface(view, offset, visible, this.#littleEndian, isCut);
    if (described === undefined) {
      this.#addInterface(undefined);
      return `found an interface description of ${length} bytes, expected at least 20`;
    }
    const { fault, hasLostClock } = described;
    const problem = fault === undefined ? undefined : `interface description: ${fault}`;
    this.#addInterface(hasLostClock === true ? undefined : described);
    return problem;
  }

  #forgetInterfaces(): void {
    this.#layout = undefined;
    this.#interfaces = [];
    this.#hotPath.forgetInterfaces();
  }

  /** Adds the interface with the next number; it is undefined if its description is damaged. */
  #addInterface(described: Interface | undefined): void {
    this.#layout = undefined;
    if (described === undefined) {
      this.#interfaces.push(undefined);
      return;
    }
    const counter = this.#counterOf(described.linkType);
    const unitsPerMicrosecond = PLAIN_CLOCKS.get(described.unitsPerSecond);
    if (counter.plain !== undefined && unitsPerMicrosecond !== undefined && described.offsetSeconds === 0) {
      this.#hotPath.setInterface(this.#interfaces.length, counter.plain, unitsPerMicrosecond);
    }
    this.#interfaces.push({ ...described, counter });
  }

  #usePacket(view: DataView, offset: number, length: number, index: number): string | undefined {
    if (length < PACKET.data + BLOCK_TRAILER_LENGTH) return describeShort(length);
    const capturedLength = view.getUint32(offset + PACKET.capturedLength, this.#littleEndian);
    const problem = describeCaptured(capturedLength, length - PACKET.data - BLOCK_TRAILER_LENGTH);
    if (problem !== undefined) return problem;
    const options = offset + PACKET.data + Math.ceil(capturedLength / 4) * 4;
    const optionsEnd = offset + Math.min(length - BLOCK_TRAILER_LENGTH, MAX_BLOCK_IN_WINDOW);
    if (!hasFittingOptions(view, options, optionsEnd, this.#littleEndian, length > MAX_BLOCK_IN_WINDOW))
      return `found a packet block of ${length} bytes, which its packet and options do not fill`;
    const from = this.#interfaces[index];
    if (from === undefined) return this.#describeMissing(index);
    const packet = offset + PACKET.data;
    if (!from.counter.countUntimed(view, packet, packet + capturedLength)) {
      const high = view.getUint32(offset + PACKET.timeHigh, this.#littleEndian);
      const low = view.getUint32(offset + PACKET.timeLow, this.#littleEndian);
      from.counter.countTimed(microsecondsOf(high, low, from));
    }
    return undefined;
  }

  #describeMissing(index: number): string {
    const reason =
      index < this.#interfaces.length ? 'whose description is damaged' : 'which has no description';
    return `found a packet from interface ${index}, ${reason}`;
  }

  #useSimplePacket(view: DataView, offset: number, length: number): string | undefined {
    if (length < SIMPLE.data + BLOCK_TRAILER_LENGTH) return describeShort(length);
    const [from] = this.#interfaces;
    if (from === undefined && this.#interfaces.length > 0) return this.#describeMissing(0);
    if (from === undefined) return 'found a simple packet before any interface description';
    const room = length - SIMPLE.data - BLOCK_TRAILER_LENGTH;
    const originalLength = view.getUint32(offset + SIMPLE.originalLength, this.#littleEndian);
    // The block does not give its captured length: that is the original length, limited by snaplen and by the block.
    const capturedLength = Math.min(originalLength, from.snaplen || room, room);
    const packet = offset + SIMPLE.data;
    if (!from.counter.countUntimed(view, packet, packet + capturedLength)) {
      this.hasUnknownTime ||= this.last === undefined;
      from.counter.countTimed(this.#hotPath.lastTime);
    }
    return undefined;
  }
}

function describeLength(length: number): string | undefined {
  if (length < MIN_BLOCK_LENGTH)
    return `found a block length of ${length} bytes, expected at least ${MIN_BLOCK_LENGTH}`;
  if (length > MAX_BLOCK_LENGTH)
    return `found a block length of ${length} bytes, expected at most ${MAX_BLOCK_LENGTH}`;
  return undefined;
}

function describeShort(length: number): string {
  return `found a packet block of ${length} bytes, too short for its header`;
}

function describeCaptured(capturedLength: number, room: number): string | undefined {
  const limit = Math.min(room, MAX_CAPTURED_LENGTH);
  if (capturedLength <= limit) return undefined;
  return `found a captured length of ${capturedLength} bytes, expected at most ${limit}`;
}
