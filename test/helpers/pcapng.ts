// Blocks of pcapng captures made from parts, as packets.ts makes frames: a field that is left out has the value that
// an honest writer gives it. It knows nothing of the code under test.

import { concat, ethernet, u16, u32 } from './packets.js';

export const BLOCK_TYPE = {
  section: 0x0a0d0d0a,
  interface: 1,
  packet: 2,
  simplePacket: 3,
  nameResolution: 4,
  statistics: 5,
  enhancedPacket: 6,
  custom: 0x0bad,
  decryptionSecrets: 10,
  unknown: 0x4242,
} as const;

const NOTHING = new Uint8Array(0);

interface Order {
  readonly littleEndian?: boolean;
}

function short(value: number, littleEndian: boolean): number[] {
  return littleEndian ? u16(value).reverse() : u16(value);
}

function long(value: number, littleEndian: boolean): number[] {
  return littleEndian ? u32(value).reverse() : u32(value);
}

function padded(bytes: Uint8Array | readonly number[]): Uint8Array {
  return concat(bytes, new Uint8Array(-bytes.length & 3));
}

export interface BlockParts extends Order {
  readonly type?: number;
  readonly body?: Uint8Array | readonly number[];
  /** Total length in the block before and after its body. */
  readonly length?: number;
  readonly trailer?: number;
}

/** A block of any type. Its body is padded to whole words. */
export function block(parts: BlockParts = {}): Uint8Array {
  const { littleEndian = true, type = BLOCK_TYPE.unknown, body = NOTHING } = parts;
  const content = padded(body);
  const { length = 12 + content.length, trailer = length } = parts;
  return concat(
    [...long(type, littleEndian), ...long(length, littleEndian)],
    content,
    long(trailer, littleEndian),
  );
}

export interface Option {
  readonly code: number;
  readonly value?: readonly number[];
  /** The length in the option. */
  readonly length?: number;
}

export const OPTION = { end: 0, comment: 1, name: 2, resolution: 9, filter: 11, offset: 14 } as const;

function options(list: readonly Option[], littleEndian = true): Uint8Array {
  return concat(
    ...list.map(({ code, value = [], length = value.length }) =>
      concat([...short(code, littleEndian), ...short(length, littleEndian)], padded(value)),
    ),
  );
}

/** if_tsoffset: seconds in eight bytes. */
export function offsetOption(seconds: bigint, littleEndian = true): Option {
  const value = new Uint8Array(8);
  new DataView(value.buffer).setBigInt64(0, seconds, littleEndian);
  return { code: OPTION.offset, value: [...value] };
}

type Lengths = Pick<BlockParts, 'length' | 'trailer'>;

export interface SectionParts extends Order, Lengths {
  readonly version?: readonly [major: number, minor: number];
  readonly options?: readonly Option[];
}

/** A section header block. */
export function section(parts: SectionParts = {}): Uint8Array {
  const { littleEndian = true, version = [1, 0], options: list = [], ...lengths } = parts;
  const [major, minor] = version;
  const unknownLength = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
  const body = concat(
    [...long(0x1a2b3c4d, littleEndian), ...short(major, littleEndian), ...short(minor, littleEndian)],
    unknownLength,
    options(list, littleEndian),
  );
  return block({ littleEndian, type: BLOCK_TYPE.section, body, ...lengths });
}

export interface InterfaceParts extends Order, Lengths {
  readonly linkType?: number;
  readonly snaplen?: number;
  readonly options?: readonly Option[];
}

/** An interface description block. */
export function describedInterface(parts: InterfaceParts = {}): Uint8Array {
  const { littleEndian = true, linkType = 1, snaplen = 0, options: list = [], ...lengths } = parts;
  const reserved = [0, 0];
  const body = concat(
    [...short(linkType, littleEndian), ...reserved, ...long(snaplen, littleEndian)],
    options(list, littleEndian),
  );
  return block({ littleEndian, type: BLOCK_TYPE.interface, body, ...lengths });
}

export interface PacketParts extends Order, Lengths {
  readonly interface?: number;
  /** In the units of the interface. */
  readonly time?: bigint;
  readonly capturedLength?: number;
  readonly originalLength?: number;
  readonly data?: Uint8Array;
  readonly options?: readonly Option[];
}

/** 2023-11-14 in microseconds. */
export const TIME = 1_700_000_000_000_000n;

function packetBody(front: readonly number[], parts: PacketParts): Uint8Array {
  const { littleEndian = true, time = TIME, data = ethernet(), options: list = [] } = parts;
  const { capturedLength = data.length, originalLength = data.length } = parts;
  return concat(
    front,
    long(Number(time >> 32n), littleEndian),
    long(Number(time & 0xffff_ffffn), littleEndian),
    [...long(capturedLength, littleEndian), ...long(originalLength, littleEndian)],
    padded(data),
    options(list, littleEndian),
  );
}

function lengthsOf({ length, trailer }: Lengths): Lengths {
  return { ...(length === undefined ? {} : { length }), ...(trailer === undefined ? {} : { trailer }) };
}

/** An enhanced packet block. */
export function packet(parts: PacketParts = {}): Uint8Array {
  const { littleEndian = true, interface: index = 0 } = parts;
  const body = packetBody(long(index, littleEndian), parts);
  return block({ littleEndian, type: BLOCK_TYPE.enhancedPacket, body, ...lengthsOf(parts) });
}

/** The obsolete packet block. */
export function oldPacket(parts: PacketParts & { readonly drops?: number } = {}): Uint8Array {
  const { littleEndian = true, interface: index = 0, drops = 0xffff } = parts;
  const body = packetBody([...short(index, littleEndian), ...short(drops, littleEndian)], parts);
  return block({ littleEndian, type: BLOCK_TYPE.packet, body, ...lengthsOf(parts) });
}

/** A simple packet block. */
export function simplePacket(
  parts: Order & Lengths & { readonly originalLength?: number; readonly data?: Uint8Array } = {},
): Uint8Array {
  const { littleEndian = true, data = ethernet(), originalLength = data.length } = parts;
  const body = concat(long(originalLength, littleEndian), data);
  return block({ littleEndian, type: BLOCK_TYPE.simplePacket, body, ...lengthsOf(parts) });
}

/** A capture of one section and one interface of Ethernet. */
export function pcapng(
  parts: Order & { readonly packets?: readonly PacketParts[]; readonly interface?: InterfaceParts } = {},
): Uint8Array {
  const { littleEndian = true, packets = [], interface: described = {} } = parts;
  return concat(
    section({ littleEndian }),
    describedInterface({ littleEndian, ...described }),
    ...packets.map((each) => packet({ littleEndian, ...each })),
  );
}
