import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Changes } from '../../../src/inventory/changes/changes.js';
import { HOSTILE_NAMES } from '../fixtures.js';
import { anyChanges, CHANGES, changesText, makeAdded, NO_CHANGES, WWW } from './change-fixtures.js';

const TOLD = `\
## Services added

| Machine | Port | Service | Product | Seen | First seen |
| --- | ---: | --- | --- | --- | --- |
| minnie | 8889/tcp | gnump3d | GNUMP3d streaming server 2.9 | 12 connections | \`2007-06-21T14:45:28Z\` |
| minnie | 53/udp | domain |  | open to the scan | \`2007-06-21T14:45:28Z\` |
| pluto | 80/tcp | http |  | 1 connection, open to the scan | \`2007-06-21T14:45:28Z\` |

## Services removed

| Machine | Port | Service | Product | Why | Last seen |
| --- | ---: | --- | --- | --- | --- |
| minnie | 19/tcp | discard |  | expected about 42 connections in this time, saw none | \`2007-06-21T15:45:28Z\` |
| minnie | 8888/tcp | http | GNUMP3d streaming server 2.8 | the scan found it closed | \`2007-06-21T15:45:28Z\` |
| pluto | 873/tcp | rsync |  | the scan did not find it open | \`2007-06-21T15:45:28Z\` |
| 12.13.15.170 | 9/tcp | up:9 |  | the machine did not answer the scan | \`2007-06-21T15:45:28Z\` |

## Services changed

| Machine | Port | Before | Now |
| --- | ---: | --- | --- |
| minnie | 22/tcp | ssh OpenSSH 3.8.1p1 (protocol 2.0) | ssh OpenSSH 9.2p1 |
| minnie | 8080/tcp | http Apache httpd 1.3.33 | http nginx |

## New machines

| Machine | Address | Seen | First seen |
| --- | --- | --- | --- |
| 12.13.15.170 | 12.13.15.170 | in the captures | \`2007-06-21T14:45:28Z\` |
| goofy | 12.13.15.167 | up in the scan | \`2007-06-21T14:45:28Z\` |
| dumbo | 12.13.14.137 | in the captures, up in the scan | \`2007-06-21T14:45:28Z\` |

## Machines gone

| Machine | Address | Why | Last seen |
| --- | --- | --- | --- |
| pluto | 12.13.15.166 | saw 240 connections, then none in 2 hours of captures (expected about 3.1) | \`2007-06-21T15:45:28Z\` |
| \`2001:db8::1\` | \`2001:db8::1\` | the machine did not answer the scan | \`2007-06-21T15:45:28Z\` |

## Other clients than before

| Machine | Port | Service | New clients | Clients gone |
| --- | ---: | --- | --- | --- |
| minnie | 22/tcp | ssh | remote machines, dumbo | daisy |
`;

const TOLD_VERBOSELY = `
## Ports that only answered

| Machine | Port | Service | Product | Evidence | Last seen |
| --- | ---: | --- | --- | --- | --- |
| pluto | 8443/tcp | https-alt |  | probed 1 | \`2007-06-21T15:45:28Z\` |

## Silent services

| Machine | Port | Service | Product | Why they are not changes | Last seen |
| --- | ---: | --- | --- | --- | --- |
| minnie | 23/tcp | telnet |  | not seen yet (expected about 0.4 in this time) | \`2007-06-21T15:45:28Z\` |
| minnie | 111/tcp | sunrpc |  | not seen yet (too little is known to expect it) | \`2007-06-21T15:45:28Z\` |
| pluto | 79/tcp | finger |  | not seen yet (expected less than 0.01 in this time) | \`2007-06-21T15:45:28Z\` |

A silent service is reported as gone only if its silence has a probability of at most 5%.

2 changes are expected or ignored, and not listed.
`;

test('when there are changes of every kind then each has its section', async () => {
  expect(await changesText('markdown', CHANGES)).toBe(TOLD);
});

test('when it is verbose then silent services have their section too', async () => {
  expect(await changesText('markdown', CHANGES, { isVerbose: true })).toBe(TOLD + TOLD_VERBOSELY);
});

test('when nothing changed then nothing is printed', async () => {
  expect(await changesText('markdown', { ...NO_CHANGES, unseen: CHANGES.unseen, suppressed: 1 })).toBe('');
  expect(await changesText('markdown', NO_CHANGES, { isVerbose: true })).toBe('');
});

test('when all changes were suppressed then the verbose report says only that', async () => {
  expect(await changesText('markdown', { ...NO_CHANGES, suppressed: 1 }, { isVerbose: true })).toBe(
    '1 change is expected or ignored, and not listed.\n',
  );
});

test('when machines share a name then their addresses are shown', async () => {
  const text = await changesText('markdown', { ...NO_CHANGES, added: WWW.map((at) => makeAdded(at)) });
  expect(text).toContain('\n| www (12.13.15.171) | 22/tcp |');
  expect(text).toContain('\n| www (12.13.15.172) | 22/tcp |');
});

test('when names are hostile then each change is one line of six cells', async () => {
  const added = HOSTILE_NAMES.map((name) => makeAdded({ machine: name, service: name, product: name }));
  const lines = (await changesText('markdown', { ...NO_CHANGES, added })).trimEnd().split('\n').slice(2);
  expect(lines).toHaveLength(2 + HOSTILE_NAMES.length);
  for (const line of lines) expect(line.match(/(?<!\\)(\\\\)*\|/g)).toHaveLength(7);
});

test('when names are arbitrary then every line is a heading, a row or one of our sentences', async () => {
  const ours = /^(## [A-Z][a-z ]+|\|.*\||A silent service is .*|\d+ changes? (is|are) expected .*|)$/;
  await fc.assert(
    fc.asyncProperty(anyChanges, async (changes: Changes) => {
      const lines = (await changesText('markdown', changes, { isVerbose: true })).split('\n');
      for (const line of lines) expect(line).toMatch(ours);
    }),
  );
});
