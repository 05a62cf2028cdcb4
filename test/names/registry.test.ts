import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseHosts } from '../../src/names/hosts-file.js';
import { findNameFault } from '../../src/names/name-rule.js';
import { findRegisteredName, findServiceByAlias } from '../../src/names/registry.js';

const BUILT = readFileSync(new URL('../../dist/names/services.txt', import.meta.url), 'utf8');
const OVERLAY = readFileSync(new URL('../../config/services.yaml', import.meta.url), 'utf8');

const ALIASES = readFileSync(new URL('../../config/aliases.yaml', import.meta.url), 'utf8');

describe('the port names that ship', () => {
  test.each([
    [21, 'ftp'],
    [22, 'ssh'],
    [23, 'telnet'],
    [25, 'smtp'],
    [43, 'whois'],
    [53, 'domain'],
    [80, 'http'],
    [110, 'pop3'],
    [111, 'sunrpc'],
    [143, 'imap'],
    [389, 'ldap'],
    [443, 'https'],
    [445, 'microsoft-ds'],
    [465, 'submissions'],
    [587, 'submission'],
    [631, 'ipp'],
    [636, 'ldaps'],
    [853, 'domain-s'],
    [873, 'rsync'],
    [993, 'imaps'],
    [995, 'pop3s'],
    [1433, 'ms-sql-s'],
    [1521, 'oracle'],
    [1883, 'mqtt'],
    [2049, 'nfs'],
    [2379, 'etcd-client'],
    [3128, 'squid'],
    [3306, 'mysql'],
    [3389, 'rdp'],
    // Nobody runs the services that are registered here.
    [2222, 'ssh-alt'],
    [3000, 'up:3000'],
    [4444, 'up:4444'],
    [5000, 'up:5000'],
    [8009, 'ajp'],
    [8888, 'up:8888'],
    [9000, 'up:9000'],
    [9090, 'up:9090'],
    [12_345, 'up:12345'],
    [31_337, 'up:31337'],
    [5432, 'postgresql'],
    [5601, 'kibana'],
    [5900, 'vnc'],
    [6000, 'x11'],
    [6063, 'x11'],
    [6379, 'redis'],
    [6443, 'kubernetes-api'],
    [6667, 'irc'],
    [6881, 'bittorrent'],
    [6889, 'bittorrent'],
    [8006, 'proxmox'],
    [8080, 'http-alt'],
    [8443, 'https-alt'],
    [9092, 'kafka'],
    [9100, 'jetdirect'],
    [9200, 'elasticsearch'],
    [10250, 'kubelet'],
    [11211, 'memcache'],
    [27017, 'mongodb'],
    [32400, 'plex'],
  ])('when port %i is asked for then it is %s', (port, name) => {
    expect(findRegisteredName(port)).toBe(name);
  });

  test('when IANA names a port and the overlay does not then it has the name from IANA', () => {
    expect(findRegisteredName(8889)).toBe('ddi-tcp-2');
    expect(findRegisteredName(44818)).toBe('EtherNet/IP-2');
  });

  test.each([0, 4, 1023, 8384, 50000, 65535, 65536, -1, Number.NaN])(
    'when port %d is asked for then it has no name',
    (port) => {
      expect(findRegisteredName(port)).toBeUndefined();
    },
  );

  test('when the list is read then its ports ascend, and every name keeps the rule for names', () => {
    const lines = BUILT.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(5500);
    let previous = 0;
    for (const line of lines) {
      const [, port = '', name = ''] = /^([1-9]\d*) (.*)$/.exec(line) ?? [];
      expect(Number(port)).toBeGreaterThan(previous);
      expect([name, findNameFault(name)]).toEqual([name, undefined]);
      previous = Number(port);
    }
    expect(previous).toBeLessThan(65536);
  });

  test('when every port is asked for then the answer is the line of the list', () => {
    const lines = new Map(BUILT.split('\n').map((line) => line.split(' ') as [string, string]));
    for (let port = 1; port <= 65535; port++) {
      if (findRegisteredName(port) !== lines.get(`${port}`)) expect.fail(`port ${port}`);
    }
  });

  test('when a service has a common name then that is an alias of its listed name', () => {
    expect(findServiceByAlias('smb')).toBe('microsoft-ds');
    expect(findServiceByAlias('ms-wbt-server')).toBe('rdp');
    expect(findServiceByAlias('microsoft-ds')).toBeUndefined();
    expect(findServiceByAlias('')).toBeUndefined();
    const listed = new Set(BUILT.split('\n').map((line) => line.split(' ')[1]));
    for (const [, alias = '', name = ''] of ALIASES.matchAll(/^([^#\s:]+): (.+)$/gm)) {
      expect(listed).toContain(name);
      expect(findServiceByAlias(alias)).toBe(name);
    }
  });

  test('when config/services.yaml is read then it has only services, and each is in the list', async () => {
    const { local, hosts, services, expected } = await parseHosts(OVERLAY, 'config/services.yaml');
    expect({ local, hosts, expected }).toEqual({ local: undefined, hosts: [], expected: [] });
    for (const { first, last, name } of services) {
      for (let port = first; port <= last; port++)
        expect([port, findRegisteredName(port)]).toEqual([port, name]);
    }
  });
});
