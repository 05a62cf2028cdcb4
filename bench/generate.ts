// Makes captures in classic pcap, little-endian, with microseconds. Every byte follows from the kind and the number of
// packets.

import {
  checksumOf,
  FLAGS,
  makeTemplate,
  RECORD_HEADER_LENGTH,
  type Shape,
  type Template,
} from './frames.js';
import { makeRandom, type Random } from './random.js';
import { type Connection, officeTraffic, spoofedTraffic, type Traffic } from './traffic.js';

/** Part of the file names, so that a changed generator writes new files. */
export const GENERATOR_VERSION = 1;

interface Kind {
  /** The number of packets in a thousand that have each shape. */
  readonly shapes: readonly (Shape & { readonly share: number })[];
  readonly traffic: (random: Random) => Traffic;
}

const SYN_ACK: Shape = { ip: 4, from: 'server', flags: FLAGS.synAck, length: 74 };

export type KindName = 'synacks' | 'mixed' | 'spoofed';

const KINDS: Readonly<Record<KindName, Kind>> = {
  synacks: { shapes: [{ ...SYN_ACK, share: 1000 }], traffic: officeTraffic },
  spoofed: { shapes: [{ ...SYN_ACK, share: 1000 }], traffic: spoofedTraffic },
  // The sizes of the simple IMIX (acknowledgments, 576 bytes of IP, whole frames) and some between them.
  mixed: {
    shapes: [
      { ...SYN_ACK, share: 10 },
      { ip: 4, from: 'client', flags: FLAGS.syn, length: 74, share: 12 },
      { ip: 4, from: 'client', flags: FLAGS.ack, length: 66, share: 300 },
      { ip: 4, from: 'server', flags: FLAGS.ack, length: 66, share: 60 },
      { ip: 4, from: 'server', flags: FLAGS.finAck, length: 66, share: 18 },
      { ip: 4, from: 'client', flags: FLAGS.pushAck, length: 200, share: 70 },
      { ip: 4, from: 'server', flags: FLAGS.pushAck, length: 590, share: 70 },
      { ip: 4, from: 'server', flags: FLAGS.ack, length: 1514, share: 280 },
      { ip: 4, from: 'client', flags: FLAGS.ack, length: 1514, share: 40 },
      { ip: 4, from: 'client', length: 85, share: 15 }, // UDP: a DNS query, and its response
      { ip: 4, from: 'server', length: 150, share: 15 },
      { ip: 4, from: 'server', length: 1292, share: 30 }, // UDP: QUIC
      { ip: 6, from: 'client', flags: FLAGS.ack, length: 86, share: 40 },
      { ip: 6, from: 'server', flags: FLAGS.ack, length: 1514, share: 40 },
    ],
    traffic: officeTraffic,
  },
};

/** The contents of a capture, in packets and bytes. */
export interface Facts {
  readonly packets: number;
  readonly synAcks: number;
  readonly bytes: number;
}

const FILE_HEADER_LENGTH = 24;
const CHUNK_LENGTH = 1 << 20;
const FIRST_SECOND = Date.UTC(2026, 0, 5, 8) / 1000;
/** There are from 1 to this many microseconds between packets: about ten thousand packets per second. */
const LONGEST_GAP = 199;
const SEED = 0x2007_0621;

/** The mean length of a record with its header, in bytes. */
export function meanRecordLength(kind: KindName): number {
  return KINDS[kind].shapes.reduce(
    (mean, { share, length }) => mean + ((RECORD_HEADER_LENGTH + length) * share) / 1000,
    0,
  );
}

/** Passes the bytes of a capture to `write`, in pieces that are valid until it returns. */
export function generate(kind: KindName, packets: number, write: (bytes: Uint8Array) => void): Facts {
  const { shapes, traffic } = KINDS[kind];
  const random = makeRandom(SEED);
  const connect = traffic(makeRandom(SEED ^ 0xffff));
  const connection: Connection = { client: 0, server: 0, clientPort: 0, serverPort: 0 };
  const templates = shapes.flatMap(({ share, ...shape }) => Array<Template>(share).fill(makeTemplate(shape)));

  const bytes = new Uint8Array(CHUNK_LENGTH);
  const view = new DataView(bytes.buffer);
  let end = writeFileHeader(view);
  let written = 0;
  let synAcks = 0;
  let seconds = FIRST_SECOND;
  let microseconds = 0;
  for (let packet = 0; packet < packets; packet++) {
    const chance = random();
    const template = templates[chance % 1000]!;
    const { length } = template.bytes;
    if (end + length > CHUNK_LENGTH) {
      write(bytes.subarray(0, end));
      written += end;
      end = 0;
    }
    if (template.shape.flags === FLAGS.synAck) synAcks += 1;
    microseconds += 1 + ((chance >>> 12) % LONGEST_GAP);
    if (microseconds >= 1_000_000) {
      microseconds -= 1_000_000;
      seconds += 1;
    }
    connect(packet, connection);
    bytes.set(template.bytes, end);
    view.setUint32(end, seconds, true);
    view.setUint32(end + 4, microseconds, true);
    fillIn(view, end, template, connection, chance);
    end += length;
  }
  write(bytes.subarray(0, end));
  return { packets, synAcks, bytes: written + end };
}

function writeFileHeader(view: DataView): number {
  view.setUint32(0, 0xa1b2c3d4, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, 262_144, true); // snaplen
  view.setUint32(20, 1, true); // Ethernet
  return FILE_HEADER_LENGTH;
}

/** Fills in the record at `at` with everything that differs from packet to packet. */
function fillIn(
  view: DataView,
  at: number,
  template: Template,
  connection: Connection,
  varied: number,
): void {
  const { client, server, clientPort, serverPort } = connection;
  const isReply = template.shape.from === 'server';
  view.setUint32(at + template.sourceAt, isReply ? server : client);
  view.setUint32(at + template.destinationAt, isReply ? client : server);
  view.setUint16(at + template.portsAt, isReply ? serverPort : clientPort);
  view.setUint16(at + template.portsAt + 2, isReply ? clientPort : serverPort);
  view.setUint32(at + template.variedAt, varied);

  const ofAddresses = (client >>> 16) + (client & 0xffff) + (server >>> 16) + (server & 0xffff);
  if (template.headerSumAt !== undefined) {
    view.setUint16(at + template.headerSumAt, checksumOf(template.headerSum + ofAddresses));
  }
  const ofTransport = ofAddresses + clientPort + serverPort + (varied >>> 16) + (varied & 0xffff);
  view.setUint16(at + template.transportSumAt, checksumOf(template.transportSum + ofTransport));
}
