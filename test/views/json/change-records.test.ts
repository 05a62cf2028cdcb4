import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countChanges } from '../../../src/views/changes/counts.js';
import {
  anyChanges,
  anyOpenUnused,
  CHANGES,
  changesText,
  NO_CHANGES,
  NOTHING_UNUSED,
  OPEN_UNUSED,
  openUnusedText,
} from '../changes/change-fixtures.js';

describe('changes', () => {
  test('when there are changes of every kind then they are one document with one change per line', async () => {
    expect(await changesText('json', CHANGES)).toBe(`{
  "schema": "synsum.changes",
  "version": 2,
  "changes": 15,
  "suppressed": 2,
  "gone_probability": 0.05,
  "added": [
    {"server":"minnie","address":"12.13.15.163","port":8889,"protocol":"tcp","service":"gnump3d","product":"GNUMP3d streaming server 2.9","version":"","extra":"","connections":12,"first_seen":"2007-06-21T14:45:28.123456Z","last_seen":"2007-06-21T15:45:28.123456Z","known":"passive"},
    {"server":"minnie","address":"12.13.15.163","port":53,"protocol":"udp","service":"domain","product":"","version":"","extra":"","connections":0,"first_seen":"2007-06-21T14:45:28.123456Z","last_seen":"2007-06-21T15:45:28.123456Z","known":"active"},
    {"server":"pluto","address":"12.13.15.166","port":80,"protocol":"tcp","service":"http","product":"","version":"","extra":"","connections":1,"first_seen":"2007-06-21T14:45:28.123456Z","last_seen":"2007-06-21T15:45:28.123456Z","known":"both"}
  ],
  "gone": [
    {"server":"minnie","address":"12.13.15.163","port":19,"protocol":"tcp","service":"discard","product":"","version":"","extra":"","first_seen":"2007-06-21T14:45:28.123456Z","last_seen":"2007-06-21T15:45:28.123456Z","absence":{"kind":"silent","expected":41.7,"state":null,"observed_seconds":7200,"connections":0}},
    {"server":"minnie","address":"12.13.15.163","port":8888,"protocol":"tcp","service":"http","product":"GNUMP3d streaming server 2.8","version":"","extra":"","first_seen":"2007-06-21T14:45:28.123456Z","last_seen":"2007-06-21T15:45:28.123456Z","absence":{"kind":"not-open","expected":null,"state":"closed","observed_seconds":null,"connections":null}},
    {"server":"pluto","address":"12.13.15.166","port":873,"protocol":"tcp","service":"rsync","product":"","version":"","extra":"","first_seen":"2007-06-21T14:45:28.123456Z","last_seen":"2007-06-21T15:45:28.123456Z","absence":{"kind":"not-open","expected":null,"state":null,"observed_seconds":null,"connections":null}},
    {"server":"12.13.15.170","address":"12.13.15.170","port":9,"protocol":"tcp","service":"up:9","product":"","version":"","extra":"","first_seen":"2007-06-21T14:45:28.123456Z","last_seen":"2007-06-21T15:45:28.123456Z","absence":{"kind":"down","expected":null,"state":null,"observed_seconds":null,"connections":null}}
  ],
  "changed": [
    {"server":"minnie","address":"12.13.15.163","port":22,"protocol":"tcp","service":"ssh","product":"","version":"","extra":"","before":"ssh OpenSSH 3.8.1p1 (protocol 2.0)","after":"ssh OpenSSH 9.2p1"},
    {"server":"minnie","address":"12.13.15.163","port":8080,"protocol":"tcp","service":"http","product":"","version":"","extra":"","before":"http Apache httpd 1.3.33","after":"http nginx"}
  ],
  "new_machines": [
    {"machine":"12.13.15.170","address":"12.13.15.170","first_seen":"2007-06-21T14:45:28.123456Z","last_seen":"2007-06-21T15:45:28.123456Z","known":"passive"},
    {"machine":"goofy","address":"12.13.15.167","first_seen":"2007-06-21T14:45:28.123456Z","last_seen":"2007-06-21T15:45:28.123456Z","known":"active"},
    {"machine":"dumbo","address":"12.13.14.137","first_seen":"2007-06-21T14:45:28.123456Z","last_seen":"2007-06-21T15:45:28.123456Z","known":"both"}
  ],
  "gone_machines": [
    {"machine":"pluto","address":"12.13.15.166","first_seen":"2007-06-21T14:45:28.123456Z","last_seen":"2007-06-21T15:45:28.123456Z","absence":{"kind":"silent","expected":3.149,"state":null,"observed_seconds":7200,"connections":240}},
    {"machine":"2001:db8::1","address":"2001:db8::1","first_seen":"2007-06-21T14:45:28.123456Z","last_seen":"2007-06-21T15:45:28.123456Z","absence":{"kind":"down","expected":null,"state":null,"observed_seconds":null,"connections":null}}
  ],
  "clients": [
    {"server":"minnie","address":"12.13.15.163","port":22,"protocol":"tcp","service":"ssh","product":"","version":"","extra":"","added":["_","dumbo"],"gone":["daisy"]}
  ],
  "unseen": [
    {"server":"minnie","address":"12.13.15.163","port":23,"protocol":"tcp","service":"telnet","product":"","version":"","extra":"","first_seen":"2007-06-21T14:45:28.123456Z","last_seen":"2007-06-21T15:45:28.123456Z","expected":0.4,"observed_seconds":7200},
    {"server":"minnie","address":"12.13.15.163","port":111,"protocol":"tcp","service":"sunrpc","product":"","version":"","extra":"","first_seen":"2007-06-21T14:45:28.123456Z","last_seen":"2007-06-21T15:45:28.123456Z","expected":null,"observed_seconds":0},
    {"server":"pluto","address":"12.13.15.166","port":79,"protocol":"tcp","service":"finger","product":"","version":"","extra":"","first_seen":"2007-06-21T14:45:28.123456Z","last_seen":"2007-06-21T15:45:28.123456Z","expected":0.001,"observed_seconds":7200}
  ],
  "answered": [
    {"server":"pluto","address":"12.13.15.166","port":8443,"protocol":"tcp","service":"https-alt","product":"","version":"","extra":"","connections":3,"first_seen":"2007-06-21T14:45:28.123456Z","last_seen":"2007-06-21T15:45:28.123456Z","verdict":"probed","level":"no"}
  ],
  "remote_before": [
    {"machine":"12.13.15.170","address":"12.13.15.170","services":[{"port":443,"protocol":"tcp","service":"https"},{"port":22,"protocol":"tcp","service":"ssh"}]},
    {"machine":"wanbox","address":"203.0.113.50","services":[]}
  ]
}
`);
  });

  test('when nothing changed then there is still a document', async () => {
    expect(await changesText('json', NO_CHANGES)).toBe(`{
  "schema": "synsum.changes",
  "version": 2,
  "changes": 0,
  "suppressed": 0,
  "gone_probability": 0.05,
  "added": [],
  "gone": [],
  "changed": [],
  "new_machines": [],
  "gone_machines": [],
  "clients": [],
  "unseen": [],
  "answered": [],
  "remote_before": []
}
`);
  });

  test('when any changes become JSON then parsing returns their names', async () => {
    await fc.assert(
      fc.asyncProperty(anyChanges, async (changes) => {
        const parsed = JSON.parse(await changesText('json', changes));
        expect(parsed.changes).toBe(countChanges(changes));
        for (const [list, items] of [
          ['added', changes.added],
          ['gone', changes.gone],
          ['changed', changes.changed],
          ['clients', changes.clients],
          ['unseen', changes.unseen],
        ] as const) {
          expect(parsed[list]).toMatchObject(
            items.map(({ machine, address, port, protocol, service, product }) => ({
              server: machine,
              address,
              port,
              protocol,
              service,
              product,
            })),
          );
        }
        expect(parsed.new_machines.map(({ machine }: { machine: string }) => machine)).toEqual(
          changes.newMachines.map(({ machine }) => machine),
        );
        expect(parsed.changed).toMatchObject(changes.changed.map(({ before, after }) => ({ before, after })));
        expect(parsed.clients).toMatchObject(changes.clients.map(({ added, gone }) => ({ added, gone })));
      }),
    );
  });
});

describe('count', () => {
  test('when services are silent or suppressed then they are not changes', () => {
    expect(countChanges({ ...NO_CHANGES, unseen: CHANGES.unseen, suppressed: 2 })).toBe(0);
  });

  test.each(['added', 'gone', 'changed', 'newMachines', 'goneMachines', 'clients'] as const)(
    'when there are only changes of one kind (%s) then each counts',
    (kind) => {
      expect(countChanges({ ...NO_CHANGES, [kind]: CHANGES[kind] })).toBe(CHANGES[kind].length);
    },
  );
});

describe('open and unused', () => {
  test('when there are both kinds then they are one document with one service per line', async () => {
    expect(await openUnusedText('json', OPEN_UNUSED)).toBe(`{
  "schema": "synsum.open-unused",
  "version": 2,
  "observed_seconds": 129600,
  "suppressed": 1,
  "unused": [
    {"server":"minnie","address":"12.13.15.163","port":8889,"protocol":"tcp","service":"gnump3d","product":"GNUMP3d streaming server 2.9","version":"","extra":""},
    {"server":"pluto","address":"12.13.15.166","port":9,"protocol":"tcp","service":"discard","product":"","version":"","extra":""}
  ],
  "hidden": [
    {"server":"minnie","address":"12.13.15.163","port":22,"protocol":"tcp","service":"ssh","product":"OpenSSH","version":"","extra":"","connections":12,"state":"filtered","down":false},
    {"server":"minnie","address":"12.13.15.163","port":80,"protocol":"tcp","service":"http","product":"","version":"","extra":"","connections":1,"state":null,"down":false},
    {"server":"pluto","address":"12.13.15.166","port":22,"protocol":"tcp","service":"ssh","product":"","version":"","extra":"","connections":2496,"state":null,"down":true}
  ]
}
`);
  });

  test('when there is nothing to report then there is still a document', async () => {
    expect(JSON.parse(await openUnusedText('json', NOTHING_UNUSED))).toEqual({
      schema: 'synsum.open-unused',
      version: 2,
      observed_seconds: 0,
      suppressed: 0,
      unused: [],
      hidden: [],
    });
  });

  test('when any report becomes JSON then parsing returns it', async () => {
    await fc.assert(
      fc.asyncProperty(anyOpenUnused, async (report) => {
        expect(JSON.parse(await openUnusedText('json', report))).toMatchObject({
          suppressed: report.suppressed,
          unused: report.unused.map(({ machine, ...service }) => ({ server: machine, ...service })),
          hidden: report.hidden.map(({ machine, isDown, state, ...service }) => ({
            server: machine,
            ...service,
            state: state ?? null,
            down: isDown,
          })),
        });
      }),
    );
  });
});
