import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Service } from '../../src/inventory/evidence.js';
import {
  addressTextOf,
  compareMachines,
  comparePorts,
  labelOf,
  productOf,
  serviceNameOf,
} from '../../src/inventory/labels.js';
import { isOwnMachine } from '../../src/inventory/own-machines.js';
import { PROTOCOLS } from '../../src/ip/port.js';
import { evidenceOf } from './changes/change-lines.js';
import { addressOf, namesFrom, scanOf } from './fixtures.js';

const NAMES = await namesFrom(`
hosts:
  www: [10.0.0.1, 192.0.2.1]
  pluto: { address: 10.0.0.3, services: { 8889: gnump3d } }
services: { 9999: distinct }
`);

describe('machines', () => {
  test.each([
    ['it has a name', '10.0.0.1', false, 'www', true],
    ['it is remote and has a name', '192.0.2.1', false, 'www', true],
    ['it is local', '10.0.0.2', false, '10.0.0.2', true],
    ['it is remote', '192.0.2.2', false, '_', false],
    ['it is remote and a scan found it', '192.0.2.2', true, '192.0.2.2', true],
    ['it has a name and a scan found it', '192.0.2.1', true, 'www', true],
    ['it is local and has IPv6', 'fd00::1', false, 'fd00::1', true],
  ])('when %s then it has this label, and is our own or not', (_, text, isScanned, label, isOwn) => {
    expect(labelOf(addressOf(text), NAMES, isScanned)).toBe(label);
    expect(isOwnMachine(addressOf(text), isScanned, NAMES)).toBe(isOwn);
    expect(addressTextOf(addressOf(text))).toBe(text);
  });

  test('when an address was not kept then the label is _, without an address', () => {
    expect([labelOf(undefined, NAMES, true), addressTextOf(undefined)]).toEqual(['_', '']);
  });

  test('when machines are sorted then their order is by label, then by address, IPv4 first, without an address last', () => {
    const at = (label: string, text?: string) => ({
      label,
      address: text === undefined ? undefined : addressOf(text),
    });
    const sorted = [
      at('10.0.0.2', '10.0.0.2'),
      at('_', '9.9.9.9'),
      at('_', '10.0.0.1'),
      at('_', '::1'),
      at('_', '2001:db8::1'),
      at('_'),
      at('www', '10.0.0.9'),
      at('www', '10.0.0.10'),
      at('www', 'fd00::9'),
      at('www', 'fd00::10'),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(sorted, { minLength: sorted.length }), (shuffled) => {
        expect(shuffled.sort(compareMachines)).toEqual(sorted);
      }),
    );
  });
});

describe('services', () => {
  const nameOf = (address: string, line: string): string => {
    const { services } = evidenceOf({ scans: [scanOf({ [address]: [line] })] });
    return serviceNameOf(services[0] as Service, NAMES);
  };

  test.each([
    ['no source knows its name', '10.0.0.2', '7777/tcp', 'up:7777'],
    ['the registry names it', '10.0.0.2', '22/tcp', 'ssh'],
    ['the scan took its name from a list', '10.0.0.2', '7777/tcp open cbt', 'cbt'],
    ['the registry and the list of the scan name it', '10.0.0.2', '8080/tcp open http-proxy', 'http-alt'],
    ['it answered the scan', '10.0.0.2', '8080/tcp open http Apache', 'http'],
    ['hosts.yaml names the port of this machine', '10.0.0.3', '8889/tcp open http Apache', 'gnump3d'],
    ['hosts.yaml names the port', '10.0.0.2', '9999/udp', 'distinct'],
    ['it uses UDP, which the registry does not list', '10.0.0.2', '22/udp', 'up:22'],
  ])('when %s then the service has this name', (_, address, line, name) => {
    expect(nameOf(address, line)).toBe(name);
  });

  test('when no scan has looked then hosts.yaml and the registry decide', () => {
    const { services } = evidenceOf({ uses: [['10.0.0.2', '10.0.0.3', 8889]] });
    expect(serviceNameOf(services[0] as Service, NAMES)).toBe('gnump3d');
  });

  test.each([
    [{}, ''],
    [undefined, ''],
    [{ product: 'OpenSSH' }, 'OpenSSH'],
    [{ product: 'OpenSSH', version: '9.2' }, 'OpenSSH 9.2'],
    [{ product: 'OpenSSH', version: '9.2', extra: 'protocol 2.0' }, 'OpenSSH 9.2 (protocol 2.0)'],
    [{ extra: 'protocol 2.0' }, '(protocol 2.0)'],
  ])('when a scan found %j then its product fits on one line', (port, text) => {
    expect(productOf(port)).toBe(text);
  });

  test('when ports are sorted then their order is by protocol, then by number', () => {
    const sorted = PROTOCOLS.flatMap((protocol) => [9, 80, 443].map((port) => ({ protocol, port })));
    expect(sorted.toReversed().sort(comparePorts)).toEqual(sorted);
  });
});
