import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Changes } from '../../../src/inventory/changes/changes.js';
import { HOSTILE_NAMES } from '../fixtures.js';
import {
  anyChanges,
  CHANGES,
  changesText,
  MINNIE,
  makeAdded,
  makeServiceAt,
  NO_CHANGES,
  SEEN,
  WWW,
} from './change-fixtures.js';

const TOLD = `\
minnie has had the following services added:
+ 8889/tcp  gnump3d  GNUMP3d streaming server 2.9 (12 connections; first seen 2007-06-21T14:45:28Z)
+ 53/udp    domain   open to the scan; first seen 2007-06-21T14:45:28Z

pluto has had the following services added:
+ 80/tcp  http  1 connection, open to the scan; first seen 2007-06-21T14:45:28Z

minnie has had the following services removed:
- 19/tcp    discard  expected about 42 connections in this time, saw none; last seen 2007-06-21T15:45:28Z
- 8888/tcp  http     GNUMP3d streaming server 2.8 (the scan found it closed; last seen 2007-06-21T15:45:28Z)

pluto has had the following services removed:
- 873/tcp  rsync  the scan did not find it open; last seen 2007-06-21T15:45:28Z

12.13.15.170 has had the following services removed:
- 9/tcp  up:9  the machine did not answer the scan; last seen 2007-06-21T15:45:28Z

minnie has had the following services changed:
- 22/tcp    ssh OpenSSH 3.8.1p1 (protocol 2.0)
+ 22/tcp    ssh OpenSSH 9.2p1
- 8080/tcp  http Apache httpd 1.3.33
+ 8080/tcp  http nginx

The following machines are new:
+ 12.13.15.170          in the captures; first seen 2007-06-21T14:45:28Z
+ goofy (12.13.15.167)  up in the scan; first seen 2007-06-21T14:45:28Z
+ dumbo (12.13.14.137)  in the captures, up in the scan; first seen 2007-06-21T14:45:28Z

The following machines are gone:
- pluto (12.13.15.166)  saw 240 connections, then none in 2 hours of captures (expected about 3.1); last seen 2007-06-21T15:45:28Z
- 2001:db8::1           the machine did not answer the scan; last seen 2007-06-21T15:45:28Z

minnie's ssh (22/tcp) has other clients than before:
+ remote machines
+ dumbo
- daisy
`;

const TOLD_VERBOSELY = `
pluto answered on these ports, but nobody used them:
? 8443/tcp  https-alt  probed 1; last seen 2007-06-21T15:45:28Z

minnie has the following silent services:
? 23/tcp   telnet  not seen yet (expected about 0.4 in this time); last seen 2007-06-21T15:45:28Z
? 111/tcp  sunrpc  not seen yet (too little is known to expect it); last seen 2007-06-21T15:45:28Z

pluto has the following silent services:
? 79/tcp  finger  not seen yet (expected less than 0.01 in this time); last seen 2007-06-21T15:45:28Z

A silent service is reported as gone only if its silence has a probability of at most 5%.

2 changes are expected or ignored, and not listed.
`;

test('when there are changes of every kind then each is reported', async () => {
  expect(await changesText('text', CHANGES)).toBe(TOLD);
});

describe('verbose', () => {
  test('when it is verbose then silent services follow the changes', async () => {
    expect(await changesText('text', CHANGES, { isVerbose: true })).toBe(TOLD + TOLD_VERBOSELY);
  });

  test('when nothing changed, but services are silent, then only they are reported', async () => {
    const silent: Changes = { ...NO_CHANGES, unseen: CHANGES.unseen.slice(0, 1), suppressed: 1 };
    expect(await changesText('text', silent)).toBe('');
    expect(await changesText('text', silent, { isVerbose: true, goneProbability: 0.001 })).toBe(`\
minnie has the following silent services:
? 23/tcp  telnet  not seen yet (expected about 0.4 in this time); last seen 2007-06-21T15:45:28Z

A silent service is reported as gone only if its silence has a probability of at most 0.1%.

1 change is expected or ignored, and not listed.
`);
  });
});

test('when nothing changed then nothing is printed', async () => {
  expect(await changesText('text', NO_CHANGES)).toBe('');
  expect(await changesText('text', NO_CHANGES, { isVerbose: true })).toBe('');
});

test('when machines share a name then their addresses are shown', async () => {
  const changes: Changes = {
    ...NO_CHANGES,
    added: [makeAdded({ ...WWW[0] }), makeAdded({ ...WWW[0], port: 80, service: 'http' })],
    gone: [{ ...makeServiceAt({ ...WWW[1] }), ...SEEN, absence: { kind: 'down' } }],
    clients: [{ ...makeServiceAt({ ...WWW[1] }), added: ['dumbo'], gone: [] }],
  };
  expect(await changesText('text', changes)).toBe(`\
www (12.13.15.171) has had the following services added:
+ 22/tcp  ssh   12 connections; first seen 2007-06-21T14:45:28Z
+ 80/tcp  http  12 connections; first seen 2007-06-21T14:45:28Z

www (12.13.15.172) has had the following services removed:
- 22/tcp  ssh  the machine did not answer the scan; last seen 2007-06-21T15:45:28Z

www (12.13.15.172)'s ssh (22/tcp) has other clients than before:
+ dumbo
`);
});

test('when machines share a name, but only one of them is shown, then the name is enough', async () => {
  const changes: Changes = {
    ...NO_CHANGES,
    added: [makeAdded({ ...WWW[0] })],
    unseen: [{ ...makeServiceAt({ ...WWW[1] }), ...SEEN, expected: 1, observed: 0 }],
  };
  expect(await changesText('text', changes)).toMatch(/^www has had/);
  expect(await changesText('text', changes, { isVerbose: true })).toMatch(/^www \(12\.13\.15\.171\) has had/);
});

test('when a text is long then it is not cut', async () => {
  const product = 'x'.repeat(300);
  expect(await changesText('text', { ...NO_CHANGES, added: [makeAdded({ product })] })).toContain(product);
});

test('when names are hostile then each change is still one line', async () => {
  const changes: Changes = {
    ...NO_CHANGES,
    added: HOSTILE_NAMES.map((name) => makeAdded({ service: name, product: name })),
    changed: HOSTILE_NAMES.map((name) => ({ ...makeServiceAt(), before: name, after: name })),
    goneMachines: HOSTILE_NAMES.map((name) => ({
      machine: name,
      address: MINNIE.address,
      ...SEEN,
      absence: { kind: 'down' },
    })),
    clients: [{ ...makeServiceAt({ service: 'x\ny' }), added: HOSTILE_NAMES, gone: [] }],
  };
  const text = await changesText('text', changes);
  const count = HOSTILE_NAMES.length;
  expect(text.split('\n')).toHaveLength(count + 2 + 2 * count + 2 + count + 2 + count + 1 + 1);
  expect(text).toContain('\n+ 22/tcp  \\u{1b}[2Jgone ');
  expect(text).toContain("minnie's x\\u{a}y (22/tcp) has other clients");
});

test('when names are arbitrary then each change is one line, and no line ends with a space', async () => {
  await fc.assert(
    fc.asyncProperty(anyChanges, async (changes) => {
      const lines = (await changesText('text', changes, { isVerbose: true })).split('\n');
      const { added, gone, changed, newMachines, goneMachines, clients, unseen } = changes;
      const clientLines = clients.flatMap((change) => [...change.added, ...change.gone]);
      const told = [added, gone, changed, changed, newMachines, goneMachines, clientLines, unseen].flat();
      // The name of a machine may make its heading look like a line.
      expect(lines.filter((line) => /^[-+?]( |$)/.test(line)).length).toBeGreaterThanOrEqual(told.length);
      for (const line of lines) expect(line).not.toMatch(/ $/);
    }),
  );
});
