// Values that are impossible in a saved inventory are refused, with their position.

import { describe, expect, test } from 'vitest';
import { readDocument } from '../../../src/inventory/document/reader.js';
import { OFFICE } from './document-arbitraries.js';
import { changed, refusalOf } from './refusals.js';

describe('impossible values', () => {
  const first = '{"client":"12.13.14.137","server":"12.13.15.166","port":22,"count":9534';
  const third = '{"family":4,"client":"_","server":"_","port":443,"count":62,"first_seen":"2007';
  const sketch = '"remote_clients":"AQAAAAIAAAA="';
  const port = 'a whole number from 0 to 65535';
  const count = 'a whole number from 1 to 70368744177663';
  const ports = 'ports like "1-1000,3306", in ascending order';
  const hours = 'expected hours from 0 to 23, ascending';
  const inHour = 'expected 1 to 16777215';
  const hour = 'an hour of the day, its SYN-ACKs and its days, like [2,30,1]';
  const cases: Record<string, readonly [from: string, to: string, what: string, path: string, at: string][]> =
    {
      connections: [
        ['22,"count":9534', '65536,"count":9534', `found 65536, expected ${port}`, '[0].port', '65536'],
        ['22,"count":9534', '-1,"count":9534', `found -1, expected ${port}`, '[0].port', '-1,"count"'],
        ['9534', '0', `found 0, expected ${count}`, '[0].count', '0,"first_seen":"2007-06-21T14:45:28'],
        [
          '9534',
          '70368744177663',
          'found 70368744180159 SYN-ACKs, expected at most 70368744177663',
          '[1]',
          '{"client":"_","server":"12',
        ],
        [
          '[15,1634,1]',
          '[15,1635,1]',
          'found more SYN-ACKs in "hours" than in "count", expected at most 9534',
          '[0]',
          '{"client":"12.13.14.137","server"',
        ],
        ['[14,7900,1]', '[24,7900,1]', `found the hour 24, ${hours}`, '[0].hours', '[[24'],
        ['[14,7900,1]', '[15,7900,1]', `found the hour 15, ${hours}`, '[0].hours', '[[15,7900'],
        ['[14,7900,1]', '[14,0,1]', `found 0 SYN-ACKs in an hour, ${inHour}`, '[0].hours', '[[14,0'],
        [
          '[14,7900,1]',
          '[14,16777216,1]',
          `found 16777216 SYN-ACKs in an hour, ${inHour}`,
          '[0].hours',
          '[[14,16',
        ],
        [
          '[14,7900,1]',
          '[14,7900,562949953421312]',
          'found the days 562949953421312, expected at most 562949953421311',
          '[0].hours',
          '[[14,7900,5',
        ],
        ['[14,7900,1]', '[14,7900]', `found a list, expected ${hour}`, '[0].hours[0]', '[14,7900],'],
        ['[14,7900,1]', '14', 'found 14, expected a list', '[0].hours[0]', '14,[15,1634'],
        ['9534', '1.5', `found 1.5, expected ${count}`, '[0].count', '1.5'],
        ['9534', '1e99', `found 1e99, expected ${count}`, '[0].count', '1e99'],
        ['9534', '"9534"', `found "9534", expected ${count}`, '[0].count', '"9534"'],
        ['"count":9534,', '', 'found no "count", expected one', '[0]', first.slice(0, 30)],
        ['"12.13.14.137"', '"1.2"', 'found "1.2", expected an IP address, or "_"', '[0].client', '"1.2"'],
        [
          '"12.13.14.137"',
          '"::1"',
          'found IPv4 and IPv6, expected the same family for client and server',
          '[0]',
          '{"client":"::1"',
        ],
        [
          '{"family":4,',
          '{',
          'found no "family", expected 4 or 6, because there is no address to show it',
          '[2]',
          '{"client":"_","server":"_"',
        ],
        [
          '{"client":"12.13.14.137","server":"12.13.15.166"',
          '{"family":6,"client":"12.13.14.137","server":"_"',
          'found IPv4 and IPv6, expected the same family for client and server',
          '[0]',
          '{"family":6',
        ],
        ['"family":4', '"family":5', 'found 5, expected 4 or 6', '[2].family', '5,"client"'],
        [
          first,
          first.replace('12.13.14.137', '_'),
          'found a second connection with this client, server and port, expected each once',
          '[1]',
          '{"client":"_","server":"12.13.15.166","port":22,"count":2496',
        ],
        [
          sketch,
          sketch.replace('=', ''),
          'found "AQAAAAIAAAA", expected base64',
          '[1].remote_clients',
          '"AQAA',
        ],
        [sketch, '"remote_clients":""', 'found "", expected base64', '[1].remote_clients', '""'],
        [
          sketch,
          '"remote_clients":"AgAAAAEAAAA="',
          'found hash 1 after 2, expected all in ascending order',
          '[1].remote_clients',
          '"AgAA',
        ],
        [
          '9534',
          '9534,"remote_clients":"AQAAAA=="',
          'found "remote_clients" for a single client, expected it only if the client is "_"',
          '[0]',
          first.slice(0, 30),
        ],
        [
          third,
          third.replace('2007', '2008'),
          'found a last time before the first, expected a later one',
          '[2]',
          '{"family"',
        ],
        [
          third,
          third.replace('2007', '207'),
          'found "207-06-21T14:45:30.000000Z", expected a time like "2007-06-21T14:45:28.123456Z"',
          '[2].first_seen',
          '"207-',
        ],
      ],
      captures: [
        [
          '"problems":[]}',
          '"since":"2007-06-22T00:00:00.000000Z","until":"2007-06-22T00:00:00.000000Z","problems":[]}',
          'found "until" that is not after "since", expected a later time',
          '[0]',
          '{"digest":"sha256:9f',
        ],
        [
          '"sha256:9f86',
          '"sha256:9F86',
          'found "sha256:9F86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6…", expected "sha256:" and 64 hexadecimal digits',
          '[0].digest',
          '"sha256:9F',
        ],
        ['"problems":[]', '"problems":[7]', 'found 7, expected an object', '[0].problems[0]', '7]'],
        [
          '"last_seen":"2007-06-21T15:02:11.000201Z","problems"',
          '"problems"',
          'found only the first or the last time, expected both',
          '[0]',
          '{"digest":"sha256:9f',
        ],
      ],
      totals: [
        [
          '{"packets_read":12100,"syn_acks":12092',
          '{"packets_read":70368744177672,"syn_acks":70368744177664',
          'found 70368744177664 SYN-ACKs, expected at most 70368744177663',
          '',
          '{"packets_read":7',
        ],
        [
          '"other_tcp":5',
          '"other_tcp":6',
          'found packets_read 12100, expected the sum of the packets by class, 12101',
          '',
          '{"packets_read"',
        ],
        ['"bytes_read":1016424,', '', 'found no "bytes_read", expected one', '', '{"packets_read"'],
        [
          '"gaps":0',
          '"gaps":null',
          'found null, expected a whole number from 0 to 9007199254740991',
          '.gaps',
          'null',
        ],
      ],
      'totals.packets_read': [
        [
          '"packets":2}',
          '"packets":8}',
          'found packets_read 12100, expected at least the 12092 SYN-ACKs and the 9 packets of "undecoded"',
          '',
          '{"packets_read"',
        ],
      ],
      undecoded: [
        [
          'tcp-too-short',
          'lost',
          'found "lost", expected one of tcp-too-short, too-short, encrypted, unknown, no-tcp',
          '[0].reason',
          '"lost"',
        ],
        [
          '"packets":2',
          '"packets":-5',
          'found -5, expected a whole number from 1 to 70368744177663',
          '[0].packets',
          '-5}',
        ],
        [
          '"encrypted","name":"IP protocol 50 (ESP)"',
          '"tcp-too-short","name":"TCP"',
          'found tcp-too-short "TCP" twice, expected it once',
          '',
          '[\n    {"reason"',
        ],
      ],
      folded: [
        [
          '{"rows":0',
          '{"rows":1',
          'found 1 rows, expected times if there are rows, and only then',
          '',
          '{"rows"',
        ],
      ],
      scans: [
        ['"complete":true', '"complete":1', 'found 1, expected true or false', '[0].complete', '1,"targets"'],
        [
          '.160/27',
          '.160/33',
          'found "12.13.15.160/33", expected an address, a CIDR block or "first-last"',
          '[0].targets[0]',
          '"12.13.15.160/33"',
        ],
        [
          '"12.13.15.160/27"',
          '"12.13.15.160/27","12.13.15.191-12.13.15.195"',
          'found part of 12.13.15.191-12.13.15.195 twice, expected it once',
          '[0].targets',
          '["12.13.15.160',
        ],
        ['3306', '3306-3305', `found "1-1000,3306-3305", expected ${ports}`, '[0].ports.tcp', '"1-1000'],
        ['3306', '1000', `found "1-1000,1000", expected ${ports}`, '[0].ports.tcp', '"1-1000'],
        ['3306', '65536', `found "1-1000,65536", expected ${ports}`, '[0].ports.tcp', '"1-1000'],
        ['1-1000,3306', '', `found "", expected ${ports}`, '[0].ports.tcp', '""'],
        [
          '"53/udp"',
          '"53/dccp"',
          'found "53/dccp", expected a port like "22/tcp", with tcp, udp, sctp',
          '[0].hosts[0].ports[1].port',
          '"53/dccp"',
        ],
        ['"53/udp"', '"22/tcp"', 'found 22/tcp twice, expected it once', '[0].hosts[0].ports', '[{"port"'],
        [
          'open|filtered',
          'ajar',
          'found "ajar", expected one of open, closed, filtered, unfiltered, open|filtered, closed|filtered',
          '[0].hosts[0].ports[1].state',
          '"ajar"',
        ],
      ],
    };

  for (const [field, list] of Object.entries(cases)) {
    test.each(list)(`when %s in ${field} is %s then the error is: %s`, (from, to, what, path, at) => {
      const text = changed(from, to);
      expect(text.split(at)).toHaveLength(2);
      const lines = text.slice(0, text.indexOf(at)).split('\n');
      const place = `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
      expect(refusalOf(text)).toBe(`${what}, at ${place} (${field}${path})`);
    });
  }

  test('when it contains a host or a scan twice then it is refused', () => {
    const host = /\n {6}(\{"address".*\})/.exec(OFFICE)?.[1] ?? '';
    expect(refusalOf(changed(host, `${host},${host}`))).toContain(
      'found 12.13.15.166 twice, expected it once',
    );
    const scan = /"scans": \[(.*)\]\n\}/s.exec(OFFICE)?.[1] ?? '';
    expect(refusalOf(changed(scan, `${scan},${scan}`))).toContain('found sha256:60303ae2');
  });

  test('when it contains a capture twice then it is read, because the user asked for that when it was saved', () => {
    const capture = /\n {4}(\{"digest".*\})\n/.exec(OFFICE)?.[1] ?? '';
    expect(readDocument(changed(capture, `${capture},${capture}`)).captures).toHaveLength(2);
  });
});
