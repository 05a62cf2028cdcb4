import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CaptureRecord } from '../../../src/inventory/inventory.js';
import { makeProblem } from '../../../src/text/problem.js';
import { formatTime } from '../../../src/text/time.js';
import { NO_TOTALS, NOON } from '../fixtures.js';
import {
  anyHosts,
  anyServices,
  HOSTS,
  hostsText,
  makeListing,
  SCAN,
  SERVICES,
  servicesText,
} from '../list-fixtures.js';

const CAPTURE: CaptureRecord = {
  digest: 'sha256:0a',
  name: 'office.pcap',
  format: 'pcap 2.4',
  packetsRead: 12,
  synAcks: 11,
  firstSeen: NOON,
  lastSeen: NOON + 1,
  problems: [],
};
const NO_TIMES = { firstSeen: Number.POSITIVE_INFINITY, lastSeen: Number.NEGATIVE_INFINITY };

const SOURCES = {
  inventory: {
    inputs: [
      {
        name: 'monday.json',
        format: 'inventory 1',
        linkTypes: [],
        packetsRead: 12,
        captures: [CAPTURE],
        problems: [],
      },
    ],
    captures: [
      CAPTURE,
      {
        name: 'odd\n\u001b',
        format: 'pcapng',
        packetsRead: 1,
        synAcks: 0,
        ...NO_TIMES,
        problems: [makeProblem('other', 'torn')],
      },
    ],
    totals: { ...NO_TOTALS, packetsRead: 13, synAcks: 11, notIp: 2 },
    scans: [{ ...SCAN, isComplete: false }],
  },
  foldedRows: 29,
  filteredOut: 5,
};

const HEAD = String.raw`  "version": 2,
  "totals": {"packets_read":13,"syn_acks":11,"other_tcp":0,"not_tcp":0,"later_fragments":0,"not_ip":2,"truncated":0,"malformed":0,"unknown_link_type":0,"outside_time":0,"tcp_too_short":0,"encrypted":0,"undecodable":0,"bytes_read":0,"bytes_skipped":0,"gaps":0},
  "rows_folded": 29,
  "rows_filtered": 5,
  "rows_cut": {"rows":0},
  "inputs": [
    {"name":"monday.json","format":"inventory 1","link_types":[],"packets_read":12,"problems":[]}
  ],
  "captures": [
    {"digest":"sha256:0a","name":"office.pcap","format":"pcap 2.4","packets_read":12,"syn_acks":11,"first_seen":"2007-06-21T14:45:28.123456Z","last_seen":"2007-06-21T14:45:28.123457Z","problems":[]},
    {"name":"odd\n\u001b","format":"pcapng","packets_read":1,"syn_acks":0,"problems":[{"kind":"other","message":"torn"}]}
  ],
  "scans": [
    {"digest":"sha256:0b","scanner":"nmap 7.93","from":"2007-06-21T14:45:28.123456Z","to":"2007-06-21T14:46:28.123456Z","complete":false,"machines_up":1}
  ],
`;

describe('services', () => {
  test('when services become JSON then they are one document with one service per line', async () => {
    expect(await servicesText('json', { ...SERVICES, ...SOURCES, rows: SERVICES.rows.slice(1, 3) })).toBe(`{
  "schema": "synsum.services",
${HEAD}  "services": [
    {"server":"minnie","address":"12.13.15.163","port":8889,"protocol":"tcp","service":"gnump3d","product":"GNUMP3d streaming server","version":"2.9","extra":"","state":"open","connections":12,"local_clients":0,"remote_clients":4,"remote_clients_error":0,"first_seen":"2007-06-21T14:45:28.123456Z","last_seen":"2007-06-21T14:45:29.123457Z","known":"both"},
    {"server":"12.13.15.170","address":"12.13.15.170","port":53,"protocol":"udp","service":"domain","product":"ISC BIND","version":"9.2.4","extra":"Debian, of course","state":"open|filtered","connections":0,"local_clients":0,"remote_clients":0,"remote_clients_error":0,"first_seen":"2007-06-21T14:45:28.123456Z","last_seen":"2007-06-21T14:45:29.123457Z","known":"active"}
  ]
}
`);
  });

  test('when no scan covered a service then its state is null', async () => {
    const { services } = JSON.parse(await servicesText('json', SERVICES));
    expect(services.map(({ state }: { state: unknown }) => state)).toEqual([
      null,
      'open',
      'open|filtered',
      null,
    ]);
  });

  test('when services become NDJSON then they come first and totals last', async () => {
    const lines = (await servicesText('ndjson', { ...SERVICES, ...SOURCES })).trimEnd().split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[3]).toBe(
      '{"type":"service","server":"_","address":"","port":25,"protocol":"tcp","service":"smtp","product":"","version":"","extra":"","state":null,"connections":324,"local_clients":1,"remote_clients":0,"remote_clients_error":0,"first_seen":"2007-06-21T14:45:28.123456Z","last_seen":"2007-06-21T14:45:29.123457Z","known":"passive"}',
    );
    const { services, ...others } = JSON.parse(await servicesText('json', { ...SERVICES, ...SOURCES }));
    expect(JSON.parse(lines[4] ?? '')).toEqual({ type: 'totals', ...others });
    expect(lines.slice(0, 4).map((line) => JSON.parse(line))).toEqual(
      services.map((service: object) => ({ type: 'service', ...service })),
    );
  });

  test('when any services become JSON then parsing returns them', async () => {
    await fc.assert(
      fc.asyncProperty(anyServices, async (listing) => {
        const { services } = JSON.parse(await servicesText('json', listing));
        expect(services).toEqual(
          listing.rows.map(
            ({ localClients, remoteClients, remoteClientsError, firstSeen, lastSeen, state, ...row }) => ({
              ...row,
              state: state ?? null,
              local_clients: localClients,
              remote_clients: remoteClients,
              remote_clients_error: remoteClientsError,
              first_seen: formatTime(firstSeen),
              last_seen: formatTime(lastSeen),
            }),
          ),
        );
      }),
    );
  });
});

describe('hosts', () => {
  test('when hosts become JSON then they are one document with one host per line', async () => {
    expect(await hostsText('json', { ...HOSTS, ...SOURCES, rows: HOSTS.rows.slice(0, 2) })).toBe(`{
  "schema": "synsum.hosts",
${HEAD}  "machines": [
    {"machine":"pluto","address":"12.13.15.166","role":"server","offered":[{"port":22,"protocol":"tcp","service":"ssh"},{"port":80,"protocol":"tcp","service":"http"},{"port":8080,"protocol":"tcp","service":"http"},{"port":8889,"protocol":"tcp","service":"up:8889"},{"port":53,"protocol":"udp","service":"domain"},{"port":1194,"protocol":"udp","service":"up:1194"}],"used":[],"connections":62,"first_seen":"2007-06-21T14:45:28.123456Z","last_seen":"2007-06-21T14:45:29.123457Z","known":"passive"},
    {"machine":"2001:db8::1","address":"2001:db8::1","role":"client","offered":[],"used":[{"port":22,"protocol":"tcp","service":"ssh"}],"connections":62,"first_seen":"2007-06-21T14:45:28.123456Z","last_seen":"2007-06-21T14:45:29.123457Z","known":"passive"}
  ]
}
`);
  });

  test('when hosts become NDJSON then they come first and totals last', async () => {
    const lines = (await hostsText('ndjson', HOSTS)).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).type)).toEqual(['machine', 'machine', 'machine', 'totals']);
  });

  test('when there are no hosts then the document is valid and its lists are empty', async () => {
    const text = await hostsText('json', makeListing([]));
    expect(text).toContain('  "inputs": [],\n  "captures": [],\n  "scans": [],\n  "machines": []\n}\n');
    expect(JSON.parse(text)).toMatchObject({ machines: [] });
  });

  test('when any hosts become JSON then parsing returns them', async () => {
    await fc.assert(
      fc.asyncProperty(anyHosts, async (listing) => {
        const { machines } = JSON.parse(await hostsText('json', listing));
        expect(machines).toEqual(
          listing.rows.map(({ host, firstSeen, lastSeen, ...row }) => ({
            machine: host,
            ...row,
            first_seen: formatTime(firstSeen),
            last_seen: formatTime(lastSeen),
          })),
        );
      }),
    );
  });
});
