import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PortState, Scan } from '../../src/inventory/scan.js';
import { ScanIndex } from '../../src/inventory/scan-index.js';
import type { Protocol } from '../../src/ip/port.js';
import { addressOf, scanOf } from './fixtures.js';

const FIRST = { from: 1000, to: 2000 };
const SECOND = { from: 3000, to: 4000 };
const THIRD = { from: 5000, to: 6000 };
const HOST = '10.0.0.1';

/** Returns the state of a port according to the last scan that looked at it. */
function stateOf(
  scans: readonly Scan[],
  port: number,
  protocol: Protocol = 'tcp',
  host = HOST,
): string | undefined {
  const finding = new ScanIndex(scans).portFindingOf(addressOf(host), protocol, port);
  if (finding === undefined) return undefined;
  return finding.isDown ? 'down' : (finding.port?.state ?? 'not listed');
}

describe('ports that a scan does not list', () => {
  test.each<[Protocol, PortState[], string]>([
    ['tcp', ['closed'], 'closed'],
    ['tcp', ['filtered'], 'filtered'],
    ['tcp', ['closed', 'filtered'], 'closed|filtered'],
    ['tcp', ['closed', 'unfiltered'], 'unfiltered'],
    ['udp', ['open|filtered'], 'open|filtered'],
    ['udp', ['closed', 'open|filtered'], 'open|filtered'],
    ['tcp', [], 'not listed'],
  ])(
    'when the scan looked at a %s port, and unlisted ports are %j, then the port is %s',
    (protocol, unlisted, state) => {
      expect(stateOf([scanOf({ [HOST]: [] }, { udp: '53', unlisted })], 53, protocol)).toBe(state);
    },
  );

  test('when the scan looked at both protocols then a state that only UDP can have says nothing about TCP', () => {
    const scan = scanOf({ [HOST]: [] }, { udp: '53', unlisted: ['closed', 'open|filtered'] });
    expect(stateOf([scan], 53, 'tcp')).toBe('closed');
  });

  test('when the scan did not look at the port then the state of unlisted ports says nothing about it', () => {
    expect(stateOf([scanOf({ [HOST]: [] }, { tcp: '1-10', unlisted: ['closed'] })], 53)).toBeUndefined();
  });
});

describe('one scan', () => {
  const scan = scanOf(
    { [HOST]: ['22/tcp', '25/tcp closed', '8080/tcp filtered', '53/udp open|filtered'], '10.0.0.9': [] },
    {
      targets: ['10.0.0.0/28', '10.0.1.0-10.0.1.9', '2001:db8::/120'],
      tcp: '1-100,443,8000-9000',
      udp: '53,67-69',
    },
  );

  test.each<[string, string, number, Protocol, string | undefined]>([
    ['a port is listed', HOST, 22, 'tcp', 'open'],
    ['a port is listed as closed', HOST, 25, 'tcp', 'closed'],
    ['a UDP port is listed', HOST, 53, 'udp', 'open|filtered'],
    ['a port is the first of a range', HOST, 1, 'tcp', 'not listed'],
    ['a port is the last of a range', HOST, 100, 'tcp', 'not listed'],
    ['a port is a range of its own', HOST, 443, 'tcp', 'not listed'],
    ['a port is within a later range', HOST, 8500, 'tcp', 'not listed'],
    ['a port is below all ranges', HOST, 0, 'tcp', undefined],
    ['a port is after a range', HOST, 101, 'tcp', undefined],
    ['a port is between ranges', HOST, 7999, 'tcp', undefined],
    ['a port is above all ranges', HOST, 9001, 'tcp', undefined],
    ['a port was looked at over another protocol only', HOST, 67, 'tcp', 'not listed'],
    ['a UDP port was looked at', HOST, 67, 'udp', 'not listed'],
    ['a UDP port was not looked at', HOST, 22, 'udp', undefined],
    ['a protocol was not looked at', HOST, 22, 'sctp', undefined],
    ['a machine is up without any port', '10.0.0.9', 22, 'tcp', 'not listed'],
    ['a machine is the first target, and not up', '10.0.0.0', 22, 'tcp', 'down'],
    ['a machine is the last of a range of targets', '10.0.1.9', 22, 'tcp', 'down'],
    ['a machine is down, whichever of its ports were looked at', '10.0.1.5', 60000, 'sctp', 'down'],
    ['a machine is after a range of targets', '10.0.1.10', 22, 'tcp', undefined],
    ['a machine is between targets', '10.0.0.16', 22, 'tcp', undefined],
    ['a machine is below all targets', '9.255.255.255', 22, 'tcp', undefined],
    ['a machine has IPv6', '2001:db8::ff', 22, 'tcp', 'down'],
    ['a machine has IPv6 and is not a target', '2001:db8::100', 22, 'tcp', undefined],
    ['an address has the number of a target in the other IP version', '::a00:1', 22, 'tcp', undefined],
  ])('when %s then the finding says so', (_, host, port, protocol, state) => {
    expect(stateOf([scan], port, protocol, host)).toBe(state);
  });

  test('when a finding has a time then it is that of the machine, or of the whole scan if the machine was down', () => {
    const hosts = scan.hosts.map((host) => ({ ...host, from: 1100, to: 1200 }));
    const index = new ScanIndex([{ ...scan, hosts }]);
    expect(index.portFindingOf(addressOf(HOST), 'tcp', 22)).toMatchObject({ from: 1100, to: 1200 });
    expect(index.portFindingOf(addressOf('10.0.0.2'), 'tcp', 22)).toMatchObject({ from: 1000, to: 2000 });
    expect(index.machineFindingOf(addressOf(HOST))).toMatchObject({ from: 1100, to: 1200, isUp: true });
    expect(index.machineFindingOf(addressOf('10.0.0.2'))).toMatchObject({
      from: 1000,
      to: 2000,
      isUp: false,
    });
    expect(index.machineFindingOf(addressOf('10.9.9.9'))).toBeUndefined();
  });

  test('when a machine is up then the scan found it; when it is down then not', () => {
    const index = new ScanIndex([scan]);
    expect(['10.0.0.9', '10.0.0.2', '10.9.9.9'].map((host) => index.hasFoundUp(addressOf(host)))).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('when a machine that is not among the targets is up then the scan did look at it', () => {
    expect(stateOf([scanOf({ [HOST]: [] }, { targets: [] })], 22)).toBe('not listed');
  });

  test('when the targets are all of IPv6 then the scan looked for no IPv4 address', () => {
    expect(
      stateOf([scanOf({}, { targets: ['10.0.0.0/28', '::/0'] })], 22, 'tcp', '200.0.0.1'),
    ).toBeUndefined();
    expect(stateOf([scanOf({}, { targets: ['10.0.0.0/28', '::/0'] })], 22, 'tcp', '::c800:1')).toBe('down');
  });

  test('when a scan is empty, or there is none, then nothing is known', () => {
    expect(stateOf([scanOf({})], 22)).toBeUndefined();
    expect(stateOf([], 22)).toBeUndefined();
    expect(new ScanIndex([]).machineFindingOf(addressOf(HOST))).toBeUndefined();
  });
});

describe('several scans', () => {
  const down = (when: typeof FIRST): Scan => scanOf({}, { ...when, targets: [HOST] });
  const up = (port: string, when: typeof FIRST, tcp = '0-65535'): Scan =>
    scanOf({ [HOST]: port === '' ? [] : [port] }, { ...when, tcp });

  test.each<[string, Scan[], string | undefined]>([
    ['the last scan found the port open', [up('22/tcp closed', FIRST), up('22/tcp', SECOND)], 'open'],
    ['the last scan found the port closed', [up('22/tcp', FIRST), up('22/tcp closed', SECOND)], 'closed'],
    ['the last scan did not list the port', [up('22/tcp', FIRST), up('', SECOND)], 'not listed'],
    ['the last scan did not look at the port', [up('22/tcp', FIRST), up('', SECOND, '80')], 'open'],
    [
      'the last did not look for the machine',
      [up('22/tcp', FIRST), scanOf({ '10.0.0.2': [] }, SECOND)],
      'open',
    ],
    ['the last scan found the machine down', [up('22/tcp', FIRST), down(SECOND)], 'down'],
    ['the machine is up again, and its port was looked at', [down(FIRST), up('', SECOND)], 'not listed'],
    [
      'the machine is up again, and its port was never looked at',
      [down(FIRST), up('', SECOND, '80')],
      undefined,
    ],
    ['the machine was down meanwhile', [up('22/tcp', FIRST), down(SECOND), up('', THIRD, '80')], 'open'],
  ])('when %s then the finding says so, in whatever order the scans come', (_, scans, state) => {
    fc.assert(
      fc.property(fc.shuffledSubarray(scans, { minLength: scans.length }), (shuffled) => {
        expect(stateOf(shuffled, 22)).toBe(state);
      }),
      { numRuns: 20 },
    );
  });

  test('when one scan began earlier and ended later then it counts as the last, however long it took', () => {
    const long = up('22/tcp closed', { from: 1000, to: 9000 });
    expect(stateOf([long, up('22/tcp', SECOND)], 22)).toBe('closed');
    expect(stateOf([up('22/tcp', { from: 2000, to: 9000 }), long], 22)).toBe('open');
  });

  test('when two scans looked at the very same time then the same one always decides', () => {
    const [one, other] = [up('22/tcp', FIRST), up('22/tcp closed', FIRST)];
    expect(stateOf([one, other], 22)).toBe(stateOf([other, one], 22));
  });

  test('when all findings are asked for then the last one comes first', () => {
    const index = new ScanIndex([
      up('22/tcp', FIRST),
      up('22/tcp closed', THIRD),
      up('', SECOND, '80'),
      down({ from: 1, to: 2 }),
    ]);
    expect(Array.from(index.portFindingsOf(addressOf(HOST), 'tcp', 22), ({ port }) => port?.state)).toEqual([
      'closed',
      'open',
    ]);
    expect(index.machineFindingsOf(addressOf(HOST)).map(({ to, isUp }) => [to, isUp])).toEqual([
      [6000, true],
      [4000, true],
      [2000, true],
      [2, false],
    ]);
  });

  test('when targets and ports are random then a plain search says the same about what was looked at', () => {
    const anyRanges = fc.uniqueArray(fc.nat(40), { maxLength: 8 }).map((numbers) => {
      const sorted = numbers.sort((a, b) => a - b);
      return sorted.flatMap((first, at) => (at % 2 === 0 ? [{ first, last: sorted[at + 1] ?? first }] : []));
    });
    fc.assert(
      fc.property(anyRanges, anyRanges, fc.nat(41), fc.nat(41), (targets, ports, host, port) => {
        const isIn = (ranges: typeof targets, number: number): boolean =>
          ranges.some(({ first, last }) => first <= number && number <= last);
        const scan: Scan = {
          ...scanOf({ '10.0.0.255': [] }),
          targets: targets.map(({ first, last }) => ({
            family: 4,
            first: BigInt(first),
            last: BigInt(last),
          })),
          ports: { tcp: ports, udp: [], sctp: [] },
        };
        const index = new ScanIndex([scan]);
        expect(index.machineFindingOf({ family: 4, value: BigInt(host) })?.isUp).toBe(
          isIn(targets, host) ? false : undefined,
        );
        expect(index.portFindingOf(addressOf('10.0.0.255'), 'tcp', port) !== undefined).toBe(
          isIn(ports, port),
        );
      }),
    );
  });
});
