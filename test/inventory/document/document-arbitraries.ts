// All documents that could be saved, for property tests, and the small one in the documentation.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { InventoryDocument } from '../../../src/inventory/document/document.js';
import { DocumentRows } from '../../../src/inventory/document/rows.js';
import { renderDocument } from '../../../src/inventory/document/writer.js';
import { type CaptureRecord, UNDECODED_REASONS, type Undecoded } from '../../../src/inventory/inventory.js';
import { PORT_STATES, type Scan, type ScannedHost } from '../../../src/inventory/scan.js';
import type { TimeWindow } from '../../../src/inventory/time-window.js';
import type { AddressRange } from '../../../src/ip/address.js';
import { mergeRanges } from '../../../src/ip/merge-ranges.js';
import { type PortRange, PROTOCOLS } from '../../../src/ip/port.js';
import { ClientSketch } from '../../../src/tally/client-sketch.js';
import { dayOf, isOneHour, packHours } from '../../../src/tally/hours.js';
import type { TallyRow } from '../../../src/tally/rows.js';
import { EVERY_ADDRESS } from '../../../src/tally/scope.js';
import type { Totals } from '../../../src/tally/totals.js';
import { PROBLEM_KINDS, type Problem } from '../../../src/text/problem.js';
import { ROOT } from '../../helpers/program.js';

export function textOf(document: InventoryDocument): string {
  return [...renderDocument(document)].join('');
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    'office.pcap',
    '-',
    '',
    '__proto__',
    '\u{1b}[31m',
    'a\u202eb',
    '\ud800',
    '"\\/\u2028\n',
    '🦊',
  ),
);
const anyTime = fc.oneof(
  fc.integer({ min: 1_182_437_128_000_000, max: 1_182_437_129_000_000 }),
  fc.maxSafeInteger(),
  fc.constantFrom(0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
);
const anySpan = fc.tuple(anyTime, anyTime).map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) }));
const NEVER = { first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY };
/** Small enough to add up several of them. */
const anyCount = fc.oneof(fc.nat(100), fc.nat(2 ** 50));
const anySynAcks = fc.oneof(fc.nat(100), fc.nat(2 ** 40));
const anyDigest = fc.stringMatching(/^[0-9a-f]{64}$/).map((digits) => `sha256:${digits}`);
const anyFamily = fc.constantFrom(4 as const, 6 as const);

/** Mostly addresses close to each other, so that some are the same. */
function anyWords(family: 4 | 6): fc.Arbitrary<Uint32Array> {
  const near = fc.nat(3).map((low) => (family === 4 ? [0x0a000000 + low] : [0x20010db8, 0, 0, low]));
  const any = fc.array(fc.nat(0xffff_ffff), {
    minLength: family === 4 ? 1 : 4,
    maxLength: family === 4 ? 1 : 4,
  });
  return fc.oneof(near, any).map((words) => Uint32Array.from(words));
}

function anyValue(family: 4 | 6): fc.Arbitrary<bigint> {
  return anyWords(family).map((words) => words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n));
}

const anySketch = fc.array(fc.nat(0xffff_ffff), { minLength: 1, maxLength: 80 }).map((addresses) => {
  const sketch = new ClientSketch();
  sketch.add(addresses.map((address) => Uint32Array.of(address)));
  return sketch.toBytes();
});

const anyHours = fc.uniqueArray(
  fc.tuple(
    fc.nat(23),
    fc.oneof(
      fc.nat(7),
      fc.nat(2 ** 31 - 1).map((days) => days * 2 ** 18),
    ),
  ),
  { minLength: 1, maxLength: 9, selector: ([hour]) => hour },
);

/** Hours of some SYN-ACKs of a row; not written if all are of the same hour. */
function hoursOf(
  hours: readonly (readonly [number, number])[] | undefined,
  { count, first, last }: TallyRow,
): Partial<TallyRow> {
  if (hours === undefined || isOneHour(first, last)) return {};
  const ascending = hours.slice(0, count).sort(([a], [b]) => a - b);
  const perHour = count === 2 ** 40 ? 2 ** 24 - 1 : 1;
  const packed = ascending.map(([hour, days]) => [hour, perHour, days] as const);
  return { hours: packHours(dayOf(last), packed) };
}

/** Rows without duplicates, as in a tally. */
export const anyRows: fc.Arbitrary<TallyRow[]> = fc.uniqueArray(
  anyFamily.chain((family) =>
    fc
      .record({
        family: fc.constant(family),
        client: fc.option(anyWords(family), { nil: undefined }),
        server: fc.option(anyWords(family), { nil: undefined }),
        port: fc.constantFrom(0, 22, 80, 65_535),
        count: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(2 ** 40)),
        span: anySpan,
        sketch: fc.option(anySketch, { nil: undefined }),
        hours: fc.option(anyHours, { nil: undefined }),
      })
      .map(({ span, sketch, hours, ...row }) => ({
        ...row,
        ...span,
        ...(row.client === undefined && sketch !== undefined ? { remoteClients: sketch } : {}),
        ...hoursOf(hours, { ...row, ...span }),
      })),
  ),
  { maxLength: 12, selector: ({ family, client, server, port }) => `${family} ${client} ${server} ${port}` },
);

export function listOf(rows: readonly TallyRow[]): DocumentRows {
  const list = new DocumentRows();
  for (const row of rows) list.add(row);
  return list;
}

const anyProblem: fc.Arbitrary<Problem> = fc.record(
  {
    kind: fc.constantFrom(...PROBLEM_KINDS),
    message: anyText,
    offset: anyCount,
    length: anyCount,
    line: anyCount,
    column: anyCount,
  },
  { requiredKeys: ['kind', 'message'] },
);

const anyWindow: fc.Arbitrary<TimeWindow> = fc.tuple(anyTime, anyTime, fc.nat(3)).map(([a, b, limits]) => ({
  ...(limits % 2 === 1 && a !== b ? { since: Math.min(a, b) } : {}),
  ...(limits > 1 && a !== b ? { until: Math.max(a, b) } : {}),
}));

const anyCapture: fc.Arbitrary<CaptureRecord> = fc
  .record({
    digest: fc.option(anyDigest, { nil: undefined }),
    name: anyText,
    format: anyText,
    packetsRead: anyCount,
    synAcks: anyCount,
    span: fc.oneof(anySpan, fc.constant(NEVER)),
    window: anyWindow,
    problems: fc.array(anyProblem, { maxLength: 2 }),
  })
  .map(({ digest, span, window, ...capture }) => ({
    ...(digest === undefined ? {} : { digest }),
    ...capture,
    ...window,
    firstSeen: span.first,
    lastSeen: span.last,
  }));

const anyTotals: fc.Arbitrary<Totals> = fc
  .record({
    synAcks: fc.nat(),
    otherTcp: fc.nat(),
    notTcp: fc.nat(),
    laterFragments: fc.nat(),
    notIp: fc.nat(),
    truncated: fc.nat(),
    malformed: fc.nat(),
    unknownLinkType: fc.nat(),
  })
  .chain((classes) =>
    fc
      .record({ outsideTime: anySynAcks, bytesRead: anyCount, bytesSkipped: anyCount, gaps: anyCount })
      .map((others) => ({
        packetsRead: Object.values(classes).reduce((sum, count) => sum + count),
        ...classes,
        ...others,
      })),
  );

const anyUndecoded: fc.Arbitrary<Undecoded[]> = fc.uniqueArray(
  fc.record({
    reason: fc.constantFrom(...UNDECODED_REASONS),
    name: anyText,
    packets: fc.integer({ min: 1, max: 2 ** 40 }),
  }),
  { maxLength: 4, selector: ({ reason, name }) => `${reason} ${name}` },
);

/** Numbers as disjoint ranges. */
function rangesOf<T extends number | bigint>(numbers: readonly T[]): { first: T; last: T }[] {
  const sorted = [...new Set(numbers)].sort((a, b) => (a < b ? -1 : 1));
  return sorted.flatMap((first, at) => (at % 2 === 0 ? [{ first, last: sorted[at + 1] ?? first }] : []));
}

const anyPorts: fc.Arbitrary<PortRange[]> = fc.array(fc.nat(65_535), { maxLength: 5 }).map(rangesOf);

const anyTargets: fc.Arbitrary<AddressRange[]> = fc
  .tuple(fc.array(anyValue(4), { maxLength: 4 }), fc.array(anyValue(6), { maxLength: 4 }))
  .map(([values4, values6]) => [
    ...rangesOf(values4).map((range) => ({ family: 4 as const, ...range })),
    ...rangesOf(values6).map((range) => ({ family: 6 as const, ...range })),
  ]);

const optionalText = fc.option(anyText, { nil: undefined });

const anyHosts: fc.Arbitrary<ScannedHost[]> = fc
  .uniqueArray(
    anyFamily.chain((family) =>
      fc
        .record({
          address: anyValue(family).map((value) => ({ family, value })),
          span: anySpan,
          ports: fc.uniqueArray(
            fc.record({
              protocol: fc.constantFrom(...PROTOCOLS),
              port: fc.constantFrom(0, 22, 53, 65_535),
              state: fc.constantFrom(...PORT_STATES),
              service: optionalText,
              isProbed: fc.option(fc.boolean(), { nil: undefined }),
              product: optionalText,
              version: optionalText,
              extra: optionalText,
            }),
            { maxLength: 4, selector: ({ protocol, port }) => `${protocol} ${port}` },
          ),
          unlisted: fc.subarray([...PORT_STATES]),
        })
        .map(({ address, span, ports, unlisted }) => ({
          ...(unlisted.length === 0 ? {} : { unlisted }),
          address,
          from: span.first,
          to: span.last,
          ports: ports
            .map(({ protocol, port, state, ...rest }) => ({ protocol, port, state, ...defined(rest) }))
            .sort((a, b) => PROTOCOLS.indexOf(a.protocol) - PROTOCOLS.indexOf(b.protocol) || a.port - b.port),
        })),
    ),
    { maxLength: 3, selector: ({ address }) => `${address.family} ${address.value}` },
  )
  .map((hosts) =>
    hosts.sort(({ address: a }, { address: b }) => a.family - b.family || (a.value < b.value ? -1 : 1)),
  );

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}

const anyScans: fc.Arbitrary<Scan[]> = fc.uniqueArray(
  fc
    .record({
      digest: anyDigest,
      scanner: anyText,
      span: anySpan,
      isComplete: fc.boolean(),
      targets: anyTargets,
      ports: fc.record({ tcp: anyPorts, udp: anyPorts, sctp: anyPorts }),
      hosts: anyHosts,
    })
    .map(({ span, ...scan }) => ({ ...scan, from: span.first, to: span.last })),
  { maxLength: 2, selector: ({ digest }) => digest },
);

const anyKeptRange: fc.Arbitrary<AddressRange> = fc.oneof(
  fc.constantFrom(...EVERY_ADDRESS),
  anyFamily.chain((family) =>
    fc.tuple(anyValue(family), fc.nat(300)).map(([value, length]) => {
      const end = family === 4 ? 2n ** 32n - 1n : 2n ** 128n - 1n;
      const last = value + BigInt(length);
      return { family, first: value, last: last < end ? last : end };
    }),
  ),
);

/** Adds the packets of the other parts to those of the totals. */
function addUp(
  document: Omit<InventoryDocument, 'connections'> & { connections: DocumentRows },
): InventoryDocument {
  const { totals, undecoded = [], folded, connections } = document;
  const parts = connections.count + folded.count + totals.outsideTime;
  const listed = undecoded.reduce((sum, { packets }) => sum + packets, 0);
  return {
    ...document,
    totals: {
      ...totals,
      packetsRead: totals.packetsRead + parts + listed,
      synAcks: totals.synAcks + parts,
      notIp: totals.notIp + listed,
    },
  };
}

export const anyDocument: fc.Arbitrary<InventoryDocument> = fc
  .record({
    captures: fc.array(anyCapture, { maxLength: 3 }),
    totals: anyTotals,
    folded: fc.oneof(
      fc.constant({ rows: 0, count: 0, ...NEVER }),
      fc
        .record({ rows: fc.integer({ min: 1, max: 99 }), count: anySynAcks, span: anySpan })
        .map(({ span, ...folded }) => ({ ...folded, ...span })),
    ),
    undecoded: fc.option(anyUndecoded, { nil: undefined }),
    kept: fc.option(fc.array(anyKeptRange, { maxLength: 3 }).map(mergeRanges), { nil: undefined }),
    connections: anyRows.map(listOf),
    scans: anyScans,
  })
  .map(addUp);

/** The example in docs/inventory.md, which contains everything that a document can contain. */
export const OFFICE: string =
  /^```json\n(.*?)^```$/ms.exec(readFileSync(`${ROOT}docs/inventory.md`, 'utf8'))?.[1] ?? '';
