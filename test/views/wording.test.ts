import { describe, expect, test } from 'vitest';
import {
  describeAbsence,
  describeClients,
  describePort,
  describeProduct,
  describeSilence,
  describeUnseen,
  formatSpan,
} from '../../src/views/wording.js';
import { namedPort } from './list-fixtures.js';

test.each([
  [0, 0, 0, '0'],
  [3, 0, 0, '3'],
  [0, 12, 0, '12 remote'],
  [3, 1, 0, '3 + 1 remote'],
  [3, 1243, 0.065, '3 + 1240±7% remote'],
  [0, 1_234_567, 0.065, '1230000±7% remote'],
  [0, 63, 0.001, '63±1% remote'],
  [0, 100, 0.07, '100±7% remote'],
])(
  'when there are %d local and %d remote clients with an error of %d then it says %s',
  (...[local, remote, error, text]) => {
    expect(describeClients({ localClients: local, remoteClients: remote, remoteClientsError: error })).toBe(
      text,
    );
  },
);

test.each([
  [0.001, 'less than 0.01'],
  [0.0123, 'about 0.012'],
  [0.4, 'about 0.4'],
  [1.04, 'about 1'],
  [3.149, 'about 3.1'],
  [9.99, 'about 10'],
  [41.7, 'about 42'],
  [12_345.6, 'about 12,346'],
])('when %d connections were expected then it says %s', (expected, text) => {
  expect(describeUnseen({ expected })).toBe(`not seen yet (expected ${text} in this time)`);
  const silence = { kind: 'silent', expected, observed: 3_540_000_000 } as const;
  expect(describeAbsence({ ...silence, seen: 0 })).toBe(
    `expected ${text} connection${text === 'about 1' ? '' : 's'} in this time, saw none`,
  );
  expect(describeAbsence({ ...silence, seen: 1 })).toBe(
    `saw 1 connection, then none in 59 minutes of captures (expected ${text})`,
  );
});

test.each([
  [0.05, '5%'],
  [0.001, '0.1%'],
  [0.07, '7%'],
])('when the gone probability is %d then it says %s', (probability, text) => {
  expect(describeSilence(probability)).toContain(` at most ${text}.`);
});

test.each([
  [-1, '0 seconds'],
  [0, '0 seconds'],
  [Number.NEGATIVE_INFINITY, '0 seconds'],
  [1_000_000, '1 second'],
  [119_400_000, '119 seconds'],
  [25 * 60_000_000, '25 minutes'],
  [119 * 60_000_000, '119 minutes'],
  [36 * 3_600_000_000, '36 hours'],
  [47.6 * 3_600_000_000, '48 hours'],
  [48 * 3_600_000_000, '2 days'],
  [365.2 * 86_400_000_000, '365 days'],
])('when a span is %d microseconds then it says %s', (microseconds, text) => {
  expect(formatSpan(microseconds)).toBe(text);
});

describe('services', () => {
  test.each([
    [namedPort(22, 'ssh'), 'ssh'],
    [namedPort(8889, 'up:8889'), 'up:8889'],
    [namedPort(53, 'domain', 'udp'), '53/udp domain'],
    [namedPort(1194, 'up:1194', 'udp'), '1194/udp'],
    [namedPort(9899, 'sctp-tunneling', 'sctp'), '9899/sctp sctp-tunneling'],
  ])('when a port is %j then it is shown as %s', (port, text) => {
    expect(describePort(port)).toBe(text);
  });

  test.each([
    ['', '', '', ''],
    ['OpenSSH', '3.8.1p1', 'protocol 2.0', 'OpenSSH 3.8.1p1 (protocol 2.0)'],
    ['nginx', '', '', 'nginx'],
    ['', '', 'workgroup: MSHOME', '(workgroup: MSHOME)'],
    ['Apache httpd', '', 'Debian', 'Apache httpd (Debian)'],
  ])('when product, version and extra are %j, %j and %j then together they are %j', (...texts) => {
    const [product, version, extra, text] = texts;
    expect(describeProduct({ product, version, extra })).toBe(text);
  });
});
