// Summaries to render, and names that try to be more than names.

import fc from 'fast-check';
import { COLUMNS } from '../../src/inventory/summary/columns.js';
import { Slices } from '../../src/inventory/summary/slices.js';
import type { Column, Summary, SummaryRow, Totals } from '../../src/inventory/summary/summary.js';
import { OTHER } from '../../src/names/reserved-names.js';
import { PROBLEM_KINDS } from '../../src/text/problem.js';
import { type Format, render } from '../../src/views/index.js';

// 2007-06-21T14:45:28.123456Z
export const NOON = 1_182_437_128_123_456;

export function makeRow(row: Partial<SummaryRow> & { count: number }): SummaryRow {
  return {
    firstSeen: NOON,
    lastSeen: NOON + 1_000_001,
    clientAddresses: [],
    serverAddresses: [],
    ports: [],
    ...row,
  };
}

export const NO_TOTALS: Totals = {
  packetsRead: 0,
  synAcks: 0,
  otherTcp: 0,
  notTcp: 0,
  laterFragments: 0,
  notIp: 0,
  truncated: 0,
  malformed: 0,
  unknownLinkType: 0,
  outsideTime: 0,
  bytesRead: 0,
  bytesSkipped: 0,
  gaps: 0,
};

/** A summary that contains all its rows. */
export interface WrittenSummary extends Summary {
  readonly rows: readonly SummaryRow[];
}

export function makeSummary(parts: Partial<WrittenSummary> = {}): WrittenSummary {
  return {
    by: ['client', 'server', 'service'],
    isJudged: false,
    counted: 'syn-acks',
    rows: [],
    count: (parts.rows ?? []).reduce((sum, { count }) => sum + count, 0),
    synAcks: (parts.rows ?? []).reduce((sum, { count }) => sum + count, 0),
    firstSeen: NOON,
    lastSeen: NOON + 1_000_001,
    cut: { rows: 0, synAcks: 0 },
    filteredOut: 0,
    unchosen: 0,
    uncounted: 0,
    foldedRows: 0,
    totals: NO_TOTALS,
    inputs: [],
    ...parts,
  };
}

/** The table in the article from which synsum originates. */
export const OFFICE: WrittenSummary = makeSummary({
  rows: [
    makeRow({ count: 62, client: '_', server: 'minnie', service: 'http', ports: [80, 8080] }),
    makeRow({ count: 2496, client: '_', server: 'pluto', service: 'ssh', ports: [22] }),
    makeRow({ count: 9179, client: '_', server: 'pluto', service: 'rsync', ports: [873] }),
    makeRow({ count: 324, client: 'dumbo', server: '_', service: 'smtp', ports: [25] }),
    makeRow({ count: 10, client: 'goofy', server: '_', service: 'http', ports: [80] }),
    makeRow({ count: 21, client: 'minnie', server: '_', service: 'http', ports: [80] }),
  ],
  totals: {
    packetsRead: 12100,
    synAcks: 12092,
    otherTcp: 1,
    notTcp: 2,
    laterFragments: 0,
    notIp: 3,
    truncated: 1,
    malformed: 1,
    unknownLinkType: 0,
    outsideTime: 0,
    bytesRead: 1_000_000,
    bytesSkipped: 0,
    gaps: 0,
  },
  inputs: [
    {
      name: 'office.pcap',
      format: 'pcap',
      linkTypes: ['EN10MB (1)'],
      packetsRead: 12100,
      captures: [],
      problems: [],
    },
  ],
});

/** Grouped by server and port, with a long name, IPv6 and details. */
export const BY_PORT: WrittenSummary = makeSummary({
  by: ['port', 'server'],
  rows: [
    makeRow({
      count: 1,
      port: 443,
      server: 'a-name-longer-than-fifteen',
      serverAddresses: ['10.0.0.1', '2001:db8::1'],
    }),
    makeRow({ count: 12_345_678, port: 6443, server: '2001:db8:ab:cd::1' }),
  ],
});

/** Names that a terminal, a spreadsheet, a Markdown reader or a line reader would obey. */
export const HOSTILE_NAMES: readonly string[] = [
  '\u001b[2Jgone',
  '\u009b31mred',
  'bell\u0007',
  'line\nbreak',
  'return\rover',
  'tab\there',
  'del\u007f',
  'nul\0',
  'abc\u202efdp.exe',
  'zero\u200bwidth',
  'para\u2029graph',
  'lone\ud800',
  '=HYPERLINK("http://evil.example")',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '＝1',
  'say "hi", twice',
  "it's",
  'a|b',
  'back\\slash\\|',
  '`code`',
  '<img src=x>',
  '&amp;',
  '*bold* _it_ [x](y) ~~s~~ $m$',
  '@octocat',
  'www.evil.example',
  'fe80::ab:1',
  'http://x|`',
  '\u{e0041}tag',
];

/** The row for everything that did not fit into memory, which has no port. */
export const FOLDED: WrittenSummary = makeSummary({
  by: ['server', 'port'],
  rows: [makeRow({ count: 30, server: OTHER }), makeRow({ count: 4, server: 'pluto', port: 22 })],
  foldedRows: 29,
});

export async function renderText(format: Format, summary: Summary): Promise<string> {
  return [...(await render(format, summary))].join('');
}

export const anyName = fc.oneof(
  fc.constantFrom(...HOSTILE_NAMES),
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.stringMatching(/^[\t\r\n=+\-@",']{1,4}$/),
);
const anyTime = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const anyPort = fc.integer({ min: 0, max: 65535 });

const UTC_SLICES = new Slices();

/** As summaries write hours. */
const anyHour = anyTime.map((time) => UTC_SLICES.format('hour', time));

function anyRow(by: readonly Column[]): fc.Arbitrary<SummaryRow> {
  return fc
    .record({
      count: fc.integer({ min: 1, max: 3000 }),
      client: anyName,
      server: anyName,
      service: anyName,
      port: anyPort,
      hour: anyHour,
      day: anyHour.map((hour) => hour.slice(0, 10)),
      firstSeen: anyTime,
      lastSeen: anyTime,
      clientAddresses: fc.array(anyName, { maxLength: 3 }),
      serverAddresses: fc.array(anyName, { maxLength: 3 }),
      ports: fc.array(anyPort, { maxLength: 3 }),
    })
    .map(({ client, server, service, port, hour, day, ...row }) => ({
      ...row,
      ...(by.includes('client') && { client }),
      ...(by.includes('server') && { server }),
      ...(by.includes('service') && { service }),
      ...(by.includes('port') && { port }),
      ...(by.includes('hour') && { hour }),
      ...(by.includes('day') && { day }),
    }));
}

/** Any summary, with any names. */
export const anySummary: fc.Arbitrary<WrittenSummary> = fc
  .shuffledSubarray([...COLUMNS], { minLength: 1 })
  .chain((by) =>
    fc.record({
      by: fc.constant(by),
      rows: fc.array(anyRow(by), { maxLength: 8 }),
      isJudged: fc.constant(false),
      counted: fc.constantFrom('syn-acks' as const, 'handshakes' as const, 'used' as const),
      count: fc.nat(),
      synAcks: fc.nat(),
      firstSeen: anyTime,
      lastSeen: anyTime,
      cut: fc.record({ rows: fc.nat(3), synAcks: fc.nat() }),
      filteredOut: fc.nat(3),
      unchosen: fc.nat(3),
      uncounted: fc.nat(3),
      foldedRows: fc.nat(3),
      totals: fc.constant(NO_TOTALS),
      inputs: fc.array(
        fc.record(
          {
            name: anyName,
            packetsRead: fc.nat(),
            format: anyName,
            linkTypes: fc.array(anyName, { maxLength: 2 }),
            captures: fc.constant([]),
            problems: fc.array(fc.record({ kind: fc.constantFrom(...PROBLEM_KINDS), message: anyName }), {
              maxLength: 2,
            }),
          },
          { requiredKeys: ['name', 'packetsRead', 'linkTypes', 'captures', 'problems'] },
        ),
        { maxLength: 2 },
      ),
    }),
  );
