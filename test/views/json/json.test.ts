import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeProblem } from '../../../src/text/problem.js';
import { formatTime } from '../../../src/text/time.js';
import {
  anySummary,
  BY_PORT,
  FOLDED,
  makeRow,
  makeSummary,
  OFFICE,
  renderText,
  type WrittenSummary,
} from '../fixtures.js';

const SMALL: WrittenSummary = {
  ...OFFICE,
  rows: [
    makeRow({
      count: 62,
      client: '_',
      server: 'minnie',
      serverAddresses: ['12.13.15.163'],
      service: 'http',
      ports: [80, 8080],
    }),
    makeRow({ count: 324, client: 'dumbo', clientAddresses: ['12.13.14.137'], server: '_', service: 'smtp' }),
  ],
  cut: { rows: 3, synAcks: 4 },
  filteredOut: 5,
  inputs: [
    ...OFFICE.inputs,
    {
      name: 'odd "name"\n\u001b',
      linkTypes: [],
      packetsRead: 0,
      captures: [],
      problems: [makeProblem('cut-short', 'cut\u{7f}', { offset: 7, length: 3 })],
    },
  ],
};

test('when a summary becomes JSON then it is one document with one row per line', async () => {
  expect(await renderText('json', SMALL)).toBe(String.raw`{
  "schema": "synsum.summary",
  "version": 2,
  "by": ["client","server","service"],
  "totals": {"packets_read":12100,"syn_acks":12092,"other_tcp":1,"not_tcp":2,"later_fragments":0,"not_ip":3,"truncated":1,"malformed":1,"unknown_link_type":0,"outside_time":0,"tcp_too_short":0,"encrypted":0,"undecodable":0,"filtered_out":5,"bytes_read":1000000,"bytes_skipped":0,"gaps":0},
  "rows_cut": {"rows":3,"syn_acks":4},
  "rows_folded": 0,
  "inputs": [
    {"name":"office.pcap","format":"pcap","link_types":["EN10MB (1)"],"packets_read":12100,"problems":[]},
    {"name":"odd \"name\"\n\u001b","link_types":[],"packets_read":0,"problems":[{"kind":"cut-short","message":"at byte 7: cut\u007f","offset":7,"length":3}]}
  ],
  "rows": [
    {"count":62,"client":"_","client_addresses":[],"server":"minnie","server_addresses":["12.13.15.163"],"service":"http","ports":[80,8080],"first_seen":"2007-06-21T14:45:28.123456Z","last_seen":"2007-06-21T14:45:29.123457Z"},
    {"count":324,"client":"dumbo","client_addresses":["12.13.14.137"],"server":"_","server_addresses":[],"service":"smtp","ports":[],"first_seen":"2007-06-21T14:45:28.123456Z","last_seen":"2007-06-21T14:45:29.123457Z"}
  ]
}
`);
});

test('when other columns are requested then rows only have the fields of those', async () => {
  expect(JSON.parse(await renderText('json', BY_PORT))).toMatchObject({ by: ['port', 'server'] });
  expect(JSON.parse(await renderText('json', BY_PORT)).rows[0]).toEqual({
    count: 1,
    server: 'a-name-longer-than-fifteen',
    server_addresses: ['10.0.0.1', '2001:db8::1'],
    port: 443,
    first_seen: '2007-06-21T14:45:28.123456Z',
    last_seen: '2007-06-21T14:45:29.123457Z',
  });
});

test('when rows did not fit into memory then their row has no port and their number is reported', async () => {
  const { rows, rows_folded } = JSON.parse(await renderText('json', FOLDED));
  expect(rows_folded).toBe(29);
  expect(rows[0]).toEqual({
    count: 30,
    server: '(other)',
    server_addresses: [],
    first_seen: '2007-06-21T14:45:28.123456Z',
    last_seen: '2007-06-21T14:45:29.123457Z',
  });
});

test('when the summary is empty then the document is valid and its lists are empty', async () => {
  const text = await renderText('json', makeSummary());
  expect(text).toContain('  "inputs": [],\n  "rows": []\n}\n');
  expect(JSON.parse(text)).toMatchObject({ inputs: [], rows: [] });
});

test('when a summary becomes NDJSON then rows come first and totals last', async () => {
  expect(
    await renderText('ndjson', SMALL),
  ).toBe(String.raw`{"type":"row","count":62,"client":"_","client_addresses":[],"server":"minnie","server_addresses":["12.13.15.163"],"service":"http","ports":[80,8080],"first_seen":"2007-06-21T14:45:28.123456Z","last_seen":"2007-06-21T14:45:29.123457Z"}
{"type":"row","count":324,"client":"dumbo","client_addresses":["12.13.14.137"],"server":"_","server_addresses":[],"service":"smtp","ports":[],"first_seen":"2007-06-21T14:45:28.123456Z","last_seen":"2007-06-21T14:45:29.123457Z"}
{"type":"totals","schema":"synsum.summary","version":2,"by":["client","server","service"],"totals":{"packets_read":12100,"syn_acks":12092,"other_tcp":1,"not_tcp":2,"later_fragments":0,"not_ip":3,"truncated":1,"malformed":1,"unknown_link_type":0,"outside_time":0,"tcp_too_short":0,"encrypted":0,"undecodable":0,"filtered_out":5,"bytes_read":1000000,"bytes_skipped":0,"gaps":0},"rows_cut":{"rows":3,"syn_acks":4},"rows_folded":0,"inputs":[{"name":"office.pcap","format":"pcap","link_types":["EN10MB (1)"],"packets_read":12100,"problems":[]},{"name":"odd \"name\"\n\u001b","link_types":[],"packets_read":0,"problems":[{"kind":"cut-short","message":"at byte 7: cut\u007f","offset":7,"length":3}]}]}
`);
});

test('when the summary is empty then NDJSON only contains the totals', async () => {
  const lines = (await renderText('ndjson', makeSummary())).split('\n');
  expect(lines).toHaveLength(2);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ type: 'totals', inputs: [] });
});

test('when any summary becomes JSON or NDJSON then parsing returns its rows and inputs', async () => {
  await fc.assert(
    fc.asyncProperty(anySummary, async (summary) => {
      const rows = expectRows(summary);
      const inputs = summary.inputs.map(({ linkTypes, packetsRead, captures: _, ...input }) => ({
        ...input,
        packets_read: packetsRead,
        link_types: linkTypes,
      }));
      expect(JSON.parse(await renderText('json', summary))).toMatchObject({ by: summary.by, rows, inputs });

      const lines = (await renderText('ndjson', summary)).trimEnd().split('\n');
      const objects = lines.map((line) => JSON.parse(line));
      expect(objects.slice(0, -1)).toEqual(rows.map((row) => ({ type: 'row', ...row })));
      expect(objects.at(-1)).toMatchObject({ type: 'totals', by: summary.by, inputs });
    }),
  );
});

function expectRows({ rows, by }: WrittenSummary): object[] {
  return rows.map((row) => ({
    count: row.count,
    ...(by.includes('client') && { client: row.client, client_addresses: row.clientAddresses }),
    ...(by.includes('server') && { server: row.server, server_addresses: row.serverAddresses }),
    ...(by.includes('service') && { service: row.service, ports: row.ports }),
    ...(by.includes('port') && { port: row.port }),
    ...(by.includes('hour') && { hour: row.hour }),
    ...(by.includes('day') && { day: row.day }),
    first_seen: formatTime(row.firstSeen),
    last_seen: formatTime(row.lastSeen),
  }));
}
