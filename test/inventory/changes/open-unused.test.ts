import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OpenUnused } from '../../../src/inventory/changes/changes.js';
import { findOpenUnused } from '../../../src/inventory/changes/open-unused.js';
import { toWords } from '../../../src/ip/address-words.js';
import { parseExpectedPattern } from '../../../src/names/patterns.js';
import { anyInventory, anyNames, anyOrderOf, evidenceIn, NAMES } from '../arbitraries.js';
import { addressOf, captureOf, NO_NAMES, namesFrom, scanOf } from '../fixtures.js';
import { A, B, C, CAPTURED, evidenceOf, type Side } from './change-lines.js';

function find(side: Side, names = NO_NAMES, ignored: readonly string[] = []): OpenUnused {
  return findOpenUnused(
    evidenceOf({ captures: CAPTURED, ...side }),
    names,
    ignored.map(parseExpectedPattern),
  );
}

/** The unused services, then the hidden ones with their states. */
function linesOf(...parts: Parameters<typeof find>): string[] {
  const { unused, hidden } = find(...parts);
  return [
    ...unused.map(({ machine, port }) => `open ${machine} ${port}`),
    ...hidden.map(
      ({ machine, port, connections, state, isDown }) =>
        `used ${machine} ${port} ${connections} ${isDown ? 'down' : (state ?? 'not open')}`,
    ),
  ];
}

describe('a scan and captures', () => {
  test('when a service is open but not used, or used but not open, then it is reported; when both agree then it is not', () => {
    const scan = scanOf(
      { [A]: ['22/tcp', '80/tcp', '443/tcp closed', '25/tcp filtered'] },
      { targets: ['10.0.0.0/24'] },
    );
    const uses = [
      [C, A, 22],
      [C, A, 443, 2],
      [C, A, 25, 3],
      [C, A, 5432, 4],
      [C, B, 80, 5],
    ] as const;
    expect(linesOf({ uses, scans: [scan] })).toEqual([
      'open 10.0.0.1 80',
      'used 10.0.0.1 25 3 filtered',
      'used 10.0.0.1 443 2 closed',
      'used 10.0.0.1 5432 4 not open',
      'used 10.0.0.2 80 5 down',
    ]);
  });

  test.each(['open|filtered', 'unfiltered'])(
    'when the scan found a port %s then nothing is reported',
    (state) => {
      const scans = [scanOf({ [A]: [`22/tcp ${state}`] })];
      expect(linesOf({ uses: [[B, A, 22]], scans })).toEqual([]);
      expect(linesOf({ scans })).toEqual([]);
    },
  );

  test('when no scan looked at a port, or for its machine, then nothing is reported about it', () => {
    const uses = [
      [B, A, 22],
      [A, B, 22],
    ] as const;
    expect(linesOf({ uses, scans: [scanOf({ [A]: [] }, { tcp: '80' })] })).toEqual([]);
    expect(linesOf({ uses })).toEqual([]);
  });

  test('when a service uses UDP then captures cannot show its use', () => {
    expect(linesOf({ scans: [scanOf({ [A]: ['53/udp'] }, { udp: '53' })] })).toEqual([]);
  });

  test('when several scans looked then the last one decides', () => {
    const scans = [
      scanOf({ [A]: ['22/tcp', '80/tcp closed'] }),
      scanOf({ [A]: ['22/tcp closed', '80/tcp'] }, { from: 5000, to: 6000 }),
    ];
    expect(linesOf({ scans })).toEqual(['open 10.0.0.1 80']);
    expect(
      linesOf({
        uses: [
          [B, A, 22],
          [B, A, 80],
        ],
        scans,
      }),
    ).toEqual(['used 10.0.0.1 22 1 closed']);
  });

  test('when the scan looked for a remote machine then it is shown by its address', () => {
    const scans = [scanOf({ '192.0.2.1': ['80/tcp'] }, { targets: ['192.0.2.1', '192.0.2.2'] })];
    expect(
      linesOf({
        uses: [
          [A, '192.0.2.1', 22],
          [A, '192.0.2.2', 443],
          [A, '192.0.2.3', 443],
        ],
        scans,
      }),
    ).toEqual(['open 192.0.2.1 80', 'used 192.0.2.1 22 1 not open', 'used 192.0.2.2 443 1 down']);
  });

  test('when services are reported then everything known about them is, ordered by name, address and port', async () => {
    const names = await namesFrom('hosts: { www: [10.0.0.10, 10.0.0.9] }');
    const scans = [
      scanOf({
        '10.0.0.10': ['443/tcp', '22/tcp open ssh OpenSSH 9.2'],
        '10.0.0.9': ['80/tcp'],
        [A]: ['80/tcp'],
      }),
    ];
    const { unused, observed, hidden } = find(
      { scans, captures: [captureOf(0, 50), captureOf(40, 70)] },
      names,
    );
    expect(unused.map(({ machine, address, port }) => `${machine} ${address} ${port}`)).toEqual([
      '10.0.0.1 10.0.0.1 80',
      'www 10.0.0.9 80',
      'www 10.0.0.10 22',
      'www 10.0.0.10 443',
    ]);
    expect(unused[2]).toEqual({
      machine: 'www',
      address: '10.0.0.10',
      port: 22,
      protocol: 'tcp',
      service: 'ssh',
      product: 'OpenSSH',
      version: '9.2',
      extra: '',
    });
    expect([observed, hidden]).toEqual([70, []]);
  });

  test('when services are expected or ignored then they are only counted', async () => {
    const names = await namesFrom('expected: ["10.0.0.1:22"]');
    const scans = [scanOf({ [A]: ['22/tcp', '80/tcp'], [B]: ['22/tcp'] })];
    expect(linesOf({ scans }, names)).toEqual(['open 10.0.0.1 80', 'open 10.0.0.2 22']);
    expect(find({ scans }, names).suppressed).toBe(1);
    expect(linesOf({ scans, uses: [[A, B, 25]] }, names, [':http', '10.0.0.2:25'])).toEqual([
      'open 10.0.0.2 22',
    ]);
    expect(find({ scans, uses: [[A, B, 25]] }, names, [':http', '10.0.0.2:25']).suppressed).toBe(3);
  });
});

describe('for any inventory', () => {
  test('when rows and scans come in another order then the report is the same, in the same order, and nothing comes twice', () => {
    const inTwoOrders = anyInventory.chain((x) => fc.tuple(fc.constant(x), anyOrderOf(x)));
    fc.assert(
      fc.property(inTwoOrders, anyNames, ([x, same], names) => {
        const report = findOpenUnused(evidenceIn(x), names, []);
        expect(findOpenUnused(evidenceIn(same), names, [])).toEqual(report);
        const places = [...report.unused, ...report.hidden].map(({ address, port }) => `${address} ${port}`);
        expect(new Set(places).size).toBe(places.length);
      }),
      { numRuns: 300 },
    );
  });

  test('when all unused services become used then none is left to close, and the hidden ones stay', () => {
    fc.assert(
      fc.property(anyInventory, (x) => {
        const before = findOpenUnused(evidenceIn(x), NAMES, []);
        const rows = before.unused.map(({ address, port }) => {
          const { family } = addressOf(address);
          const server = toWords(addressOf(address));
          return { family, client: undefined, server, port, count: 1, first: 0, last: 0 };
        });
        const after = findOpenUnused(
          evidenceIn({ ...x, connections: [...x.connections, ...rows] }),
          NAMES,
          [],
        );
        expect(after.unused).toEqual([]);
        expect(after.hidden).toEqual(before.hidden);
      }),
    );
  });
});
