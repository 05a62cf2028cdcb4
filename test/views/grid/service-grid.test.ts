import { describe, expect, test } from 'vitest';
import { MAX_ROWS } from '../../../src/views/grid/table.js';
import { HOSTILE_NAMES, NO_TOTALS } from '../fixtures.js';
import { makeListing, makeService, SCAN, SERVICES, servicesText } from '../list-fixtures.js';

describe('table', () => {
  test('when there are services of every kind then each is a line', async () => {
    expect(await servicesText('table', SERVICES)).toBe(`\
Server            Port  Service  Product                             SYN-ACKs  Clients             First seen            Last seen             Known
────────────  ────────  ───────  ──────────────────────────────────  ────────  ──────────────────  ────────────────────  ────────────────────  ───────
minnie          80/tcp  http                                               62  3 + 1240±7% remote  2007-06-21 14:45:28Z  2007-06-21 14:45:29Z  passive
minnie        8889/tcp  gnump3d  GNUMP3d streaming server 2.9              12  4 remote            2007-06-21 14:45:28Z  2007-06-21 14:45:29Z  both
12.13.15.170    53/udp  domain   ISC BIND 9.2.4 (Debian, of course)         0  0                   2007-06-21 14:45:28Z  2007-06-21 14:45:29Z  active
_               25/tcp  smtp                                              324  1                   2007-06-21 14:45:28Z  2007-06-21 14:45:29Z  passive
`);
  });

  test('when servers share a name then they are shown with their addresses', async () => {
    const rows = [
      makeService({ server: 'www', address: '12.13.15.171' }),
      makeService({ server: 'www', address: '12.13.15.171', port: 443 }),
      makeService({ server: 'www', address: '12.13.15.172' }),
      makeService(),
    ];
    const lines = (await servicesText('table', makeListing(rows))).split('\n').slice(2, -1);
    expect(lines.map((line) => line.split('  ')[0])).toEqual([
      'www (12.13.15.171)',
      'www (12.13.15.171)',
      'www (12.13.15.172)',
      'minnie',
    ]);
  });

  test('when there are more services than the bound then a line says so', async () => {
    const rows = Array(MAX_ROWS + 2).fill(makeService());
    const lines = (await servicesText('table', makeListing(rows))).split('\n');
    expect(lines).toHaveLength(2 + MAX_ROWS + 3);
    expect(lines.at(-2)).toBe('2 more rows are not shown: -f csv shows every row.');
    const one = await servicesText('table', makeListing(rows.slice(1)));
    expect(one).toContain('\n1 more row is not shown: -f csv shows every row.\n');
  });

  test('when names are hostile then each service is still one line', async () => {
    const rows = HOSTILE_NAMES.map((name) =>
      makeService({ server: name, address: name, service: name, product: name, version: name, extra: name }),
    );
    const text = await servicesText('table', makeListing(rows));
    expect(text.split('\n')).toHaveLength(2 + HOSTILE_NAMES.length + 1);
    expect(text).toContain('\\u{1b}[2Jgone');
  });
});

describe('markdown', () => {
  test('when there are services of every kind then each is a row', async () => {
    expect(
      await servicesText('markdown', SERVICES),
    ).toBe(String.raw`| Server | Port | Service | Product | SYN-ACKs | Clients | First seen | Last seen | Known |
| --- | ---: | --- | --- | ---: | --- | --- | --- | --- |
| minnie | 80/tcp | http |  | 62 | 3 + 1240±7% remote | ${'`2007-06-21T14:45:28Z`'} | ${'`2007-06-21T14:45:29Z`'} | passive |
| minnie | 8889/tcp | gnump3d | GNUMP3d streaming server 2.9 | 12 | 4 remote | ${'`2007-06-21T14:45:28Z`'} | ${'`2007-06-21T14:45:29Z`'} | both |
| 12.13.15.170 | 53/udp | domain | ISC BIND 9.2.4 (Debian, of course) | 0 | 0 | ${'`2007-06-21T14:45:28Z`'} | ${'`2007-06-21T14:45:29Z`'} | active |
| \_ | 25/tcp | smtp |  | 324 | 1 | ${'`2007-06-21T14:45:28Z`'} | ${'`2007-06-21T14:45:29Z`'} | passive |
`);
  });

  test('when names are hostile then each service is one line of nine cells', async () => {
    const rows = HOSTILE_NAMES.map((name) => makeService({ server: name, service: name, product: name }));
    const lines = (await servicesText('markdown', makeListing(rows))).trimEnd().split('\n');
    expect(lines).toHaveLength(2 + HOSTILE_NAMES.length);
    for (const line of lines) expect(line.match(/(?<!\\)(\\\\)*\|/g)).toHaveLength(10);
  });
});

describe('csv', () => {
  test('when there are services of every kind then each has all columns', async () => {
    expect(await servicesText('csv', SERVICES)).toBe(`\
server,address,port,protocol,service,product,version,extra,state,connections,local_clients,remote_clients,remote_clients_error,first_seen,last_seen,known
minnie,12.13.15.163,80,tcp,http,,,,,62,3,1243,0.065,2007-06-21T14:45:28.123456Z,2007-06-21T14:45:29.123457Z,passive
minnie,12.13.15.163,8889,tcp,gnump3d,GNUMP3d streaming server,2.9,,open,12,0,4,0,2007-06-21T14:45:28.123456Z,2007-06-21T14:45:29.123457Z,both
12.13.15.170,12.13.15.170,53,udp,domain,ISC BIND,9.2.4,"Debian, of course",open|filtered,0,0,0,0,2007-06-21T14:45:28.123456Z,2007-06-21T14:45:29.123457Z,active
_,,25,tcp,smtp,,,,,324,1,0,0,2007-06-21T14:45:28.123456Z,2007-06-21T14:45:29.123457Z,passive
`);
  });

  test('when names are formulas then no cell begins like one', async () => {
    const rows = HOSTILE_NAMES.map((name) => makeService({ server: name, product: name, extra: name }));
    const text = await servicesText('csv', makeListing(rows));
    expect(text).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
    expect(text).not.toMatch(/(?:^|,)"?[=+\-@\uff1d]/m);
  });

  test('when the first cell is empty then its column is still there', async () => {
    const text = await servicesText('csv', makeListing([makeService({ server: '' })]));
    expect(text.split('\n')[1]).toMatch(/^,12\.13\.15\.163,80,tcp,/);
  });
});

describe.each(['table', 'markdown'] as const)('%s', (format) => {
  test.each([
    [{}, 'No services.\n'],
    [{ filteredOut: 12 }, 'No services to show: patterns left out 12 rows.\n'],
    [{ filteredOut: 1 }, 'No services to show: patterns left out 1 row.\n'],
  ])('when there are no services (%j) then one line says why', async (parts, line) => {
    expect(await servicesText(format, makeListing([], parts))).toBe(line);
  });

  test('when something was not read, counted or scanned then lines say so', async () => {
    const listing = makeListing([makeService()], {
      inventory: {
        inputs: [],
        captures: [],
        totals: { ...NO_TOTALS, gaps: 2, bytesSkipped: 130 },
        scans: [SCAN, { ...SCAN, isComplete: false }],
      },
      foldedRows: 29,
    });
    const text = await servicesText(format, listing);
    expect(text.replaceAll('\n\n', '\n').split('\n').slice(3)).toEqual([
      'Not read completely: 2 gaps, 130 bytes skipped.',
      '1 scan ended early: machines may be missing.',
      'Not counted here: 29 rows of client, server and port that did not fit into memory.',
      '',
    ]);
  });
});
