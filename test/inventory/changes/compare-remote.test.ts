// Machines that the baseline counted as remote, and that are named or local now.

import { describe, expect, test } from 'vitest';
import type { Changes } from '../../../src/inventory/changes/changes.js';
import { compare } from '../../../src/inventory/changes/compare.js';
import { collectEvidence, type Evidence } from '../../../src/inventory/evidence.js';
import type { Names } from '../../../src/names/names.js';
import { Scope } from '../../../src/tally/scope.js';
import { type Connection, captureOf, inventoryOf, NO_NAMES, namesFrom, scanOf } from '../fixtures.js';

const [A, B] = ['10.0.0.1', '10.0.0.2'];
const WAN = '203.0.113.50';
const OTHER = '203.0.113.51';
const NAMED = await namesFrom(`hosts: { wanbox: ${WAN} }`);
const WIDENED = await namesFrom('local: [10.0.0.0/8, 203.0.113.0/24]');

/** Counted with these names, as a capture is. */
function evidence(connections: readonly Connection[], names: Names, parts: object = {}): Evidence {
  const scope = new Scope(names.rangesToKeep());
  return collectEvidence(inventoryOf(connections, { scope, captures: [captureOf(0, 100)], ...parts }));
}

/** What is reported, a line each, and as a comment what is not. */
function linesOf({ added, newMachines, remoteBefore, clients, gone }: Changes): string[] {
  return [
    ...added.map(({ machine, port }) => `+ ${machine}:${port}`),
    ...newMachines.map(({ machine }) => `+ ${machine}`),
    ...gone.map(({ machine, port }) => `- ${machine}:${port}`),
    ...clients.map((change) => `@ ${change.machine}:${change.port} +${change.added} -${change.gone}`),
    ...remoteBefore.map(({ machine, services }) => `# ${machine} ${services.map(({ port }) => port)}`),
  ];
}

const LOCAL: Connection = [B, A, 22, 9];
/** Used by remote machines. */
const MAIL: Connection = [OTHER, A, 25, 5];

describe('a machine that was remote in the baseline', () => {
  const before = evidence([LOCAL, MAIL, [A, OTHER, 443, 5]], NO_NAMES);
  const offers: Connection = [A, WAN, 443, 3];
  const uses: Connection = [WAN, A, 25, 3];

  test.each([
    ['named', NAMED, 'wanbox'],
    ['local', WIDENED, WAN],
  ])('when it is %s now then neither it nor a service that it may have had is new', (_, names, machine) => {
    const after = evidence([LOCAL, offers, uses], names);
    expect(linesOf(compare(before, after, names))).toEqual([`# ${machine} 443`]);
  });

  test('when it only uses what remote machines used then it is not new', () => {
    const after = evidence([LOCAL, uses], NAMED);
    expect(linesOf(compare(before, after, NAMED))).toEqual(['# wanbox ']);
  });

  test('when no remote machine offered a service like that then the service is new', () => {
    const after = evidence([LOCAL, MAIL, offers, [A, WAN, 8443, 1]], NAMED);
    expect(linesOf(compare(before, after, NAMED))).toEqual(['+ wanbox:8443', '# wanbox 443']);
  });

  test('when it does only what no remote machine did then it is new itself', () => {
    const after = evidence([LOCAL, MAIL, [A, WAN, 8443, 1], [WAN, A, 22, 1]], NAMED);
    expect(linesOf(compare(before, after, NAMED))).toEqual(['+ wanbox:8443', '+ wanbox']);
  });

  test('when a scan found a service of it that nobody used then that is new', () => {
    const scans = [scanOf({ [WAN]: ['443/tcp'] })];
    const after = evidence([LOCAL, uses], NAMED, { scans });
    expect(linesOf(compare(before, after, NAMED))).toEqual(['+ wanbox:443', '# wanbox ']);
  });

  test('when it is expected or ignored then nothing is said of it', async () => {
    const names = await namesFrom(`hosts: { wanbox: ${WAN} }\nexpected: [wanbox]`);
    expect(linesOf(compare(before, evidence([LOCAL, MAIL, offers], names), names))).toEqual([]);
  });

  test('when clients are compared then it is not another client than before', () => {
    const names = NAMED;
    const options = { clients: true, goneProbability: 0.05 };
    const after = evidence([LOCAL, uses], names, { captures: [captureOf(500, 900)] });
    // The remote machines that used smtp may have been this one alone.
    expect(linesOf(compare(before, after, names, options))).toEqual(['# wanbox ']);
    const other = evidence([LOCAL, MAIL, [WAN, A, 22, 3]], names);
    expect(linesOf(compare(before, other, names, options))).toEqual(['+ wanbox', `@ ${A}:22 +wanbox -`]);
  });
});

describe('a machine that the baseline would have seen', () => {
  test('when it had a name already then it is new', () => {
    const before = evidence([LOCAL, [A, OTHER, 443, 5]], NAMED);
    const after = evidence([LOCAL, [A, WAN, 443, 3]], NAMED);
    expect(linesOf(compare(before, after, NAMED))).toEqual(['+ wanbox:443', '+ wanbox']);
  });

  test('when it has a private address then it is new, even if nobody knows what the baseline kept', () => {
    const unknown = { ...evidence([LOCAL, [A, OTHER, 443, 5]], NO_NAMES), kept: undefined };
    const after = evidence([LOCAL, ['10.0.0.1', '10.0.0.9', 443, 3], [A, WAN, 443, 3]], NAMED);
    expect(linesOf(compare(unknown, after, NAMED))).toEqual(['+ 10.0.0.9:443', '+ 10.0.0.9', '# wanbox 443']);
  });
});

test('when the baseline has no machine of ours then its names are of another network, and everything is new', () => {
  const nothing = evidence([[OTHER, WAN, 443, 5]], NO_NAMES);
  const after = evidence([[OTHER, WAN, 443, 3]], WIDENED);
  expect(linesOf(compare(nothing, after, WIDENED))).toEqual([`+ ${WAN}:443`, `+ ${WAN}`, `+ ${OTHER}`]);
});
