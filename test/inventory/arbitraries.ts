// Random inventories of a small network, so that two of them have something in common, and random names for
// it. They are documents, from which any number of equal inventories can be made, because merging consumes
// inventories.

import fc from 'fast-check';
import { applyDocument, type InventoryDocument } from '../../src/inventory/document/document.js';
import { collectEvidence, type Evidence } from '../../src/inventory/evidence.js';
import type { CaptureRecord, Inventory } from '../../src/inventory/inventory.js';
import type { Scan } from '../../src/inventory/scan.js';
import { toWords } from '../../src/ip/address-words.js';
import type { Names } from '../../src/names/names.js';
import { parseExpectedPattern } from '../../src/names/patterns.js';
import { ClientSketch } from '../../src/tally/client-sketch.js';
import type { TallyRow } from '../../src/tally/rows.js';
import { Scope } from '../../src/tally/scope.js';
import { Tally } from '../../src/tally/tally.js';
import { totalsOf } from '../../src/tally/totals.js';
import { addressOf, digestOf, namesFrom, scanOf } from './fixtures.js';

/** The addresses that are local under `NAMES`. */
export const OWN: readonly string[] = ['10.0.0.1', '10.0.0.2', '10.0.0.3', 'fd00::1'];
const OTHERS = ['192.0.2.1', '2001:db8::1'];
const FAMILIES = { 4: /\./, 6: /:/ } as const;
const PORTS = [22, 80, 443, 8889];

/** Times are from 0 to this, in microseconds. */
export const DAY: number = 86_400_000_000;

const EVERY_NAMES = await Promise.all([
  namesFrom(''),
  namesFrom('local: [10.0.0.1]\nhosts: { www: [10.0.0.2, 192.0.2.1, "2001:db8::1"] }'),
  namesFrom(
    'hosts:\n  www: [10.0.0.1, 10.0.0.2]\n  pluto: { address: 10.0.0.3, services: { 80: squid } }\nservices: { 8889: gnump3d }\n',
  ),
  namesFrom('hosts: { www: 10.0.0.0/8 }\nexpected: ["www:22", ":8889", "fd00::1"]'),
]);

export const anyNames: fc.Arbitrary<Names> = fc.constantFrom(...EVERY_NAMES);
/** The names under which `OWN` is local and no change is expected. */
export const NAMES: Names = EVERY_NAMES[0] as Names;

export const anyOptions: fc.Arbitrary<{
  goneProbability: number;
  clients: boolean;
  ignored: ReturnType<typeof parseExpectedPattern>[];
}> = fc.record({
  goneProbability: fc.double({ min: 0.001, max: 0.999, noNaN: true }),
  clients: fc.boolean(),
  ignored: fc
    .subarray([':22', 'www', 'pluto:squid', '10.0.0.1', '[2001:db8::/32]:https'])
    .map((texts) => texts.map(parseExpectedPattern)),
});

/** Compares clients too, and suppresses nothing. */
export const ALL = { goneProbability: 0.05, clients: true, ignored: [] } as const;

const anyTime = fc.nat(DAY);
const anySpan = fc.tuple(anyTime, anyTime).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));

const anySketch = fc.integer({ min: 1, max: 100 }).map((clients) => {
  const sketch = new ClientSketch();
  sketch.add(Array.from({ length: clients }, (_, client) => Uint32Array.of(client)));
  return sketch.toBytes();
});

function anyEnd(family: 4 | 6): fc.Arbitrary<Uint32Array | undefined> {
  const texts = [...OWN, ...OTHERS].filter((text) => FAMILIES[family].test(text));
  return fc.constantFrom(undefined, ...texts).map((text) => text && toWords(addressOf(text))) as fc.Arbitrary<
    Uint32Array | undefined
  >;
}

const anyRow: fc.Arbitrary<TallyRow> = fc.constantFrom(4 as const, 6 as const).chain((family) =>
  fc
    .record({
      client: anyEnd(family),
      server: anyEnd(family),
      port: fc.constantFrom(...PORTS),
      count: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 2 ** 40 })),
      span: anySpan,
      sketch: fc.option(anySketch, { nil: undefined }),
    })
    .map(({ client, server, port, count, span, sketch }) => ({
      family,
      client,
      server,
      port,
      count,
      first: span.from,
      last: span.to,
      ...(client === undefined && sketch !== undefined ? { remoteClients: sketch } : {}),
    })),
);

const anyCapture: fc.Arbitrary<CaptureRecord> = fc
  .record({ name: fc.constantFrom('a.pcap', 'b.pcap'), synAcks: fc.nat(), span: fc.option(anySpan) })
  .map(({ name, synAcks, span }) => ({
    digest: digestOf(synAcks),
    name,
    format: 'pcap 2.4',
    packetsRead: synAcks,
    synAcks,
    firstSeen: span?.from ?? Number.POSITIVE_INFINITY,
    lastSeen: span?.to ?? Number.NEGATIVE_INFINITY,
    problems: [],
  }));

const STATES = ['', ' open ssh', ' open ssh OpenSSH 9.2', ' open ssh OpenSSH 9.3', ' closed', ' filtered'];
const UNSURE = [' open|filtered', ' unfiltered', ' closed|filtered'];

const anyScannedPorts = fc
  .uniqueArray(
    fc.tuple(
      fc.constantFrom(...PORTS.map((port) => `${port}/tcp`), '22/udp', '443/udp'),
      fc.constantFrom(...STATES, ...UNSURE),
    ),
    { selector: ([port]) => port, maxLength: 6 },
  )
  .map((ports) => ports.map(([port, state]) => port + state));

/** Scans of random ports and machines, some of which are up and some down. */
const anyScan: fc.Arbitrary<Scan> = fc
  .record({
    hosts: fc
      .subarray([...OWN, ...OTHERS])
      .chain((up) => fc.tuple(...up.map((host) => anyScannedPorts.map((ports) => [host, ports] as const)))),
    others: fc.subarray([...OWN, ...OTHERS]),
    tcp: fc.constantFrom('', '0-65535', '1-100', '22,443'),
    udp: fc.constantFrom('', '1-1000'),
    span: anySpan,
  })
  .map(({ hosts, others, tcp, udp, span }) => {
    const up = Object.fromEntries(hosts);
    return scanOf(up, { ...span, tcp, udp, targets: [...new Set([...Object.keys(up), ...others])] });
  });

export const anyInventory: fc.Arbitrary<InventoryDocument> = fc
  .record({
    connections: fc.array(anyRow, { maxLength: 12 }),
    captures: fc.array(anyCapture, { maxLength: 3 }),
    scans: fc.uniqueArray(anyScan, { maxLength: 2, selector: ({ digest }) => digest }),
    otherTcp: fc.nat(1000),
    bytesRead: fc.nat(1000),
    foldedRows: fc.constantFrom<number[]>(0, 0, 7),
  })
  .map(({ connections, captures, scans, otherTcp, bytesRead, foldedRows }) => {
    const synAcks = connections.reduce((sum, { count }) => sum + count, foldedRows);
    const others = { outsideTime: 0, bytesRead, bytesSkipped: 0, gaps: 0 };
    return {
      connections,
      captures,
      scans,
      totals: totalsOf(Float64Array.from([synAcks, otherTcp]), others),
      folded:
        foldedRows === 0
          ? { rows: 0, count: 0, first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY }
          : { rows: foldedRows, count: foldedRows, first: 5, last: 10 },
    };
  });

/** Makes a new inventory each time. */
export function inventoryIn(document: InventoryDocument): Inventory {
  const tally = new Tally({ scope: new Scope([]), clients: true });
  const { captures, scans, totals } = applyDocument(document, tally);
  return {
    tally,
    inputs: [],
    captures,
    scans,
    totals: totalsOf(tally.readPacketsByClass(), { outsideTime: tally.outsideTime, ...totals }),
  };
}

export function evidenceIn(document: InventoryDocument): Evidence {
  return collectEvidence(inventoryIn(document));
}

/** Returns the same document with all times later. */
export function later(document: InventoryDocument, by: number): InventoryDocument {
  return {
    ...document,
    connections: Array.from(document.connections, (row) => ({
      ...row,
      first: row.first + by,
      last: row.last + by,
    })),
    captures: document.captures.map((capture) => ({
      ...capture,
      firstSeen: capture.firstSeen + by,
      lastSeen: capture.lastSeen + by,
    })),
    scans: document.scans.map((scan) => ({
      ...scan,
      digest: digestOf([scan.digest, by]),
      from: scan.from + by,
      to: scan.to + by,
      hosts: scan.hosts.map((host) => ({ ...host, from: host.from + by, to: host.to + by })),
    })),
  };
}

/** Returns the same document in random orders. */
export function anyOrderOf(document: InventoryDocument): fc.Arbitrary<InventoryDocument> {
  const shuffled = <Item>(items: readonly Item[]): fc.Arbitrary<Item[]> =>
    fc.shuffledSubarray([...items], { minLength: items.length });
  return fc
    .record({
      connections: shuffled([...document.connections]),
      captures: shuffled(document.captures),
      scans: shuffled(document.scans),
    })
    .map((parts) => ({ ...document, ...parts }));
}
