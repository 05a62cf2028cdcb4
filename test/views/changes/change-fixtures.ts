// Changes to render, and comparisons of a scan with captures.

import fc from 'fast-check';
import type {
  Absence,
  AddedService,
  Changes,
  ClientsChange,
  MachineAt,
  OpenUnused,
  ServiceAt,
} from '../../../src/inventory/changes/changes.js';
import type { KnownBy } from '../../../src/inventory/evidence.js';
import { PORT_STATES } from '../../../src/inventory/scan.js';
import { PROTOCOLS } from '../../../src/ip/port.js';
import { type ReportFormat, renderChanges, renderOpenUnused } from '../../../src/views/index.js';
import { anyName, NOON } from '../fixtures.js';

export const MINNIE: MachineAt = { machine: 'minnie', address: '12.13.15.163' };
export const PLUTO: MachineAt = { machine: 'pluto', address: '12.13.15.166' };
/** Without a name. */
export const STRANGER: MachineAt = { machine: '12.13.15.170', address: '12.13.15.170' };
/** Machines that share a name. */
export const WWW: readonly [MachineAt, MachineAt] = [
  { machine: 'www', address: '12.13.15.171' },
  { machine: 'www', address: '12.13.15.172' },
];

export const SEEN: { readonly firstSeen: number; readonly lastSeen: number } = {
  firstSeen: NOON,
  lastSeen: NOON + 3_600_000_000,
};

export function makeServiceAt(parts: Partial<ServiceAt> = {}): ServiceAt {
  return {
    ...MINNIE,
    port: 22,
    protocol: 'tcp',
    service: 'ssh',
    product: '',
    version: '',
    extra: '',
    ...parts,
  };
}

export function makeAdded(parts: Partial<AddedService> = {}): AddedService {
  return { ...makeServiceAt(), ...SEEN, connections: 12, known: 'passive', ...parts };
}

export const NO_CHANGES: Changes = {
  added: [],
  gone: [],
  changed: [],
  newMachines: [],
  goneMachines: [],
  clients: [],
  unseen: [],
  answered: [],
  remoteBefore: [],
  suppressed: 0,
};

export const NOTHING_UNUSED: OpenUnused = { unused: [], hidden: [], observed: 0, suppressed: 0 };

/** Every kind of change with every kind of evidence, in the order of the reports. */
export const CHANGES: Changes = {
  added: [
    makeAdded({ port: 8889, service: 'gnump3d', product: 'GNUMP3d streaming server 2.9' }),
    makeAdded({ port: 53, protocol: 'udp', service: 'domain', connections: 0, known: 'active' }),
    makeAdded({ ...PLUTO, port: 80, service: 'http', connections: 1, known: 'both' }),
  ],
  gone: [
    {
      ...makeServiceAt({ port: 19, service: 'discard' }),
      ...SEEN,
      absence: { kind: 'silent', expected: 41.7, observed: 7_200_000_000, seen: 0 },
    },
    {
      ...makeServiceAt({ port: 8888, service: 'http', product: 'GNUMP3d streaming server 2.8' }),
      ...SEEN,
      absence: { kind: 'not-open', state: 'closed' },
    },
    { ...makeServiceAt({ ...PLUTO, port: 873, service: 'rsync' }), ...SEEN, absence: { kind: 'not-open' } },
    { ...makeServiceAt({ ...STRANGER, port: 9, service: 'up:9' }), ...SEEN, absence: { kind: 'down' } },
  ],
  changed: [
    { ...makeServiceAt(), before: 'ssh OpenSSH 3.8.1p1 (protocol 2.0)', after: 'ssh OpenSSH 9.2p1' },
    {
      ...makeServiceAt({ port: 8080, service: 'http' }),
      before: 'http Apache httpd 1.3.33',
      after: 'http nginx',
    },
  ],
  newMachines: [
    { ...STRANGER, ...SEEN, known: 'passive' },
    { machine: 'goofy', address: '12.13.15.167', ...SEEN, known: 'active' },
    { machine: 'dumbo', address: '12.13.14.137', ...SEEN, known: 'both' },
  ],
  goneMachines: [
    { ...PLUTO, ...SEEN, absence: { kind: 'silent', expected: 3.149, observed: 7_200_000_000, seen: 240 } },
    { machine: '2001:db8::1', address: '2001:db8::1', ...SEEN, absence: { kind: 'down' } },
  ],
  clients: [{ ...makeServiceAt(), added: ['_', 'dumbo'], gone: ['daisy'] }],
  unseen: [
    { ...makeServiceAt({ port: 23, service: 'telnet' }), ...SEEN, expected: 0.4, observed: 7_200_000_000 },
    { ...makeServiceAt({ port: 111, service: 'sunrpc' }), ...SEEN, expected: undefined, observed: 0 },
    {
      ...makeServiceAt({ ...PLUTO, port: 79, service: 'finger' }),
      ...SEEN,
      expected: 0.001,
      observed: 7_200_000_000,
    },
  ],
  answered: [
    {
      ...makeServiceAt({ ...PLUTO, port: 8443, service: 'https-alt' }),
      ...SEEN,
      connections: 3,
      judgement: { verdict: 'probed', handshakes: 1, of: 1 },
    },
  ],
  remoteBefore: [
    {
      ...STRANGER,
      services: [makeServiceAt({ ...STRANGER, port: 443, service: 'https' }), makeServiceAt(STRANGER)],
    },
    { machine: 'wanbox', address: '203.0.113.50', services: [] },
  ],
  suppressed: 2,
};

/** 36 hours of captures, and a scan. */
export const OPEN_UNUSED: OpenUnused = {
  unused: [
    makeServiceAt({ port: 8889, service: 'gnump3d', product: 'GNUMP3d streaming server 2.9' }),
    makeServiceAt({ ...PLUTO, port: 9, service: 'discard' }),
  ],
  hidden: [
    { ...makeServiceAt({ product: 'OpenSSH' }), connections: 12, state: 'filtered', isDown: false },
    { ...makeServiceAt({ port: 80, service: 'http' }), connections: 1, state: undefined, isDown: false },
    { ...makeServiceAt(PLUTO), connections: 2496, state: undefined, isDown: true },
  ],
  observed: 36 * 3_600_000_000,
  suppressed: 1,
};

export async function changesText(
  format: ReportFormat,
  changes: Changes,
  { isVerbose = false, goneProbability = 0.05 } = {},
): Promise<string> {
  return [...(await renderChanges(format, changes, { isVerbose, goneProbability }))].join('');
}

export async function openUnusedText(
  format: ReportFormat,
  report: OpenUnused,
  isVerbose = false,
): Promise<string> {
  return [...(await renderOpenUnused(format, report, { isVerbose }))].join('');
}

const anyTime = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const anyState = fc.constantFrom(...PORT_STATES);
const anyExpected = fc.double({ min: 0, max: 1e9, noNaN: true });
const anyKnown = fc.constantFrom<KnownBy[]>('passive', 'active', 'both');

const machine = { machine: anyName, address: anyName };
const times = { firstSeen: anyTime, lastSeen: anyTime };
const service = {
  ...machine,
  port: fc.integer({ min: 0, max: 65_535 }),
  protocol: fc.constantFrom(...PROTOCOLS),
  service: anyName,
  product: anyName,
  version: fc.constant(''),
  extra: fc.constant(''),
};
const anyAbsence: fc.Arbitrary<Absence> = fc.oneof(
  fc.record({
    kind: fc.constant('silent' as const),
    expected: anyExpected,
    observed: fc.nat(),
    seen: fc.nat(2),
  }),
  fc.record({ kind: fc.constant('not-open' as const), state: anyState }, { requiredKeys: ['kind'] }),
  fc.record({ kind: fc.constant('down' as const) }),
);
const anyClients: fc.Arbitrary<ClientsChange> = fc.record({
  ...service,
  added: fc.array(anyName, { maxLength: 3 }),
  gone: fc.array(anyName, { maxLength: 3 }),
});

/** Any changes, with any names; not ordered by machine. */
export const anyChanges: fc.Arbitrary<Changes> = fc.record({
  added: fc.array(fc.record({ ...service, ...times, connections: fc.nat(), known: anyKnown }), {
    maxLength: 4,
  }),
  gone: fc.array(fc.record({ ...service, ...times, absence: anyAbsence }), { maxLength: 4 }),
  changed: fc.array(fc.record({ ...service, before: anyName, after: anyName }), { maxLength: 4 }),
  newMachines: fc.array(fc.record({ ...machine, ...times, known: anyKnown }), { maxLength: 4 }),
  goneMachines: fc.array(fc.record({ ...machine, ...times, absence: anyAbsence }), { maxLength: 4 }),
  clients: fc.array(anyClients, { maxLength: 2 }),
  unseen: fc.array(
    fc.record({
      ...service,
      ...times,
      expected: fc.option(anyExpected, { nil: undefined }),
      observed: fc.nat(),
    }),
    { maxLength: 2 },
  ),
  answered: fc.array(
    fc.record({
      ...service,
      ...times,
      connections: fc.nat(),
      judgement: fc.record({
        verdict: fc.constantFrom('probed', 'FTP data'),
        handshakes: fc.nat(),
        of: fc.nat(),
      }),
    }),
    { maxLength: 2 },
  ),
  remoteBefore: fc.array(
    fc.record({ ...machine, services: fc.array(fc.record(service), { maxLength: 2 }) }),
    { maxLength: 2 },
  ),
  suppressed: fc.nat(3),
});

/** Any report, with any names. */
export const anyOpenUnused: fc.Arbitrary<OpenUnused> = fc.record({
  unused: fc.array(fc.record(service), { maxLength: 4 }),
  hidden: fc.array(
    fc.record({
      ...service,
      connections: fc.nat(),
      state: fc.option(anyState, { nil: undefined }),
      isDown: fc.boolean(),
    }),
    { maxLength: 4 },
  ),
  observed: fc.nat(),
  suppressed: fc.nat(3),
});
