import { describe, expect, test } from 'vitest';
import { MAX_ROWS } from '../../../src/views/grid/table.js';
import { HOSTILE_NAMES } from '../fixtures.js';
import { HOSTS, hostsText, makeHost, makeListing, namedPort } from '../list-fixtures.js';

describe('table', () => {
  test('when there are hosts of every kind then each is a line', async () => {
    expect(await hostsText('table', HOSTS)).toBe(`\
Host         Address       Role    Offers                                       Uses  First seen            Last seen
───────────  ────────────  ──────  ───────────────────────────────────────────  ────  ────────────────────  ────────────────────
pluto        12.13.15.166  server  ssh, http, up:8889, 53/udp domain, 1194/udp        2007-06-21 14:45:28Z  2007-06-21 14:45:29Z
2001:db8::1                client                                               ssh   2007-06-21 14:45:28Z  2007-06-21 14:45:29Z
goofy        12.13.15.167  none                                                       2007-06-21 14:45:28Z  2007-06-21 14:45:29Z
`);
  });

  test.each([
    [6, 's1, s2, s3, s4, s5, s6'],
    [7, 's1, s2, s3, s4, s5, s6, and 1 more'],
    [18, 's1, s2, s3, s4, s5, s6, and 12 more'],
  ])('when a host offers %d services then it says %s', async (count, cell) => {
    const offered = Array.from({ length: count }, (_, at) => namedPort(at + 1, `s${at + 1}`));
    const text = await hostsText('markdown', makeListing([makeHost({ offered, used: offered })]));
    expect(text).toContain(`| ${cell} | ${cell} |`);
  });

  test('when there are more hosts than the bound then a line says so', async () => {
    const text = await hostsText('table', makeListing(Array(MAX_ROWS + 5).fill(makeHost())));
    expect(text).toMatch(/\n\n5 more rows are not shown: -f csv shows every row\.\n$/);
  });

  test('when names are hostile then each host is still one line', async () => {
    const rows = HOSTILE_NAMES.map((name) =>
      makeHost({ host: name, address: name, offered: [namedPort(1, name), namedPort(2, name, 'udp')] }),
    );
    const text = await hostsText('table', makeListing(rows));
    expect(text.split('\n')).toHaveLength(2 + HOSTILE_NAMES.length + 1);
  });
});

describe('markdown', () => {
  test('when there are hosts of every kind then each is a row', async () => {
    expect(await hostsText('markdown', HOSTS)).toBe(`\
| Host | Address | Role | Offers | Uses | First seen | Last seen |
| --- | --- | --- | --- | --- | --- | --- |
| pluto | 12.13.15.166 | server | ssh, http, up:8889, 53/udp domain, 1194/udp |  | \`2007-06-21T14:45:28Z\` | \`2007-06-21T14:45:29Z\` |
| \`2001:db8::1\` | \`2001:db8::1\` | client |  | ssh | \`2007-06-21T14:45:28Z\` | \`2007-06-21T14:45:29Z\` |
| goofy | 12.13.15.167 | none |  |  | \`2007-06-21T14:45:28Z\` | \`2007-06-21T14:45:29Z\` |
`);
  });

  test('when names are hostile then each host is one line of seven cells', async () => {
    const rows = HOSTILE_NAMES.map((name) => makeHost({ host: name, used: [namedPort(1, name)] }));
    const lines = (await hostsText('markdown', makeListing(rows))).trimEnd().split('\n');
    expect(lines).toHaveLength(2 + HOSTILE_NAMES.length);
    for (const line of lines) expect(line.match(/(?<!\\)(\\\\)*\|/g)).toHaveLength(8);
  });
});

describe('csv', () => {
  test('when there are hosts of every kind then lists are joined with spaces', async () => {
    expect(await hostsText('csv', HOSTS)).toBe(`\
host,address,role,offered,used,first_seen,last_seen,known
pluto,12.13.15.166,server,22/tcp 80/tcp 8080/tcp 8889/tcp 53/udp 1194/udp,,2007-06-21T14:45:28.123456Z,2007-06-21T14:45:29.123457Z,passive
2001:db8::1,2001:db8::1,client,,22/tcp,2007-06-21T14:45:28.123456Z,2007-06-21T14:45:29.123457Z,passive
goofy,12.13.15.167,none,,,2007-06-21T14:45:28.123456Z,2007-06-21T14:45:29.123457Z,active
`);
  });

  test('when names are formulas then no cell begins like one', async () => {
    const rows = HOSTILE_NAMES.map((name) => makeHost({ host: name, address: name }));
    expect(await hostsText('csv', makeListing(rows))).not.toMatch(/(?:^|,)"?[=+\-@\uff1d]/m);
  });
});

test.each([
  [{}, 'No machines.\n'],
  [{ filteredOut: 3 }, 'No machines to show: patterns left out 3 rows.\n'],
])('when there are no hosts (%j) then one line says why', async (parts, line) => {
  expect(await hostsText('table', makeListing([], parts))).toBe(line);
  expect(await hostsText('markdown', makeListing([], parts))).toBe(line);
});
