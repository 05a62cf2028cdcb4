import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { parseHosts } from '../../src/names/hosts-file.js';

// Loading `yaml` takes about as long as starting Node: a run without a hosts file should not wait for that.
vi.mock('yaml', () => {
  throw new Error('yaml was loaded');
});

test('when a file has only comments then YAML is not loaded', async () => {
  const shipped = readFileSync(new URL('../../config/hosts.yaml', import.meta.url), 'utf8');
  const nothing = { local: undefined, hosts: [], services: [], expected: [] };
  expect(await parseHosts(shipped, 'hosts.yaml')).toEqual(nothing);
  expect(await parseHosts(`\ufeff${shipped.replaceAll('\n', '\r\n')}`, 'hosts.yaml')).toEqual(nothing);
});

test('when a file has anything else then YAML is loaded', async () => {
  await expect(parseHosts('local: []', 'hosts.yaml')).rejects.toThrow();
});
