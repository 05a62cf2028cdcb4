import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseHosts } from '../../src/names/hosts-file.js';

const SHIPPED = readFileSync(new URL('../../config/hosts.yaml', import.meta.url), 'utf8');

/** Returns the examples in the file: paragraphs of lines that begin with `# `, without this mark. */
function listExamples(): string[] {
  const lines = SHIPPED.split('\n').map((line) => (line.startsWith('# ') ? line.slice(2) : ''));
  return lines
    .join('\n')
    .split(/\n\n+/)
    .filter((block) => block.trim() !== '');
}

describe('config/hosts.yaml', () => {
  test('when it is used as it ships then nothing has a name', async () => {
    const nothing = { local: undefined, hosts: [], services: [], expected: [] };
    expect(await parseHosts(SHIPPED, 'hosts.yaml')).toEqual(nothing);
  });

  test('when its lines are read then each is empty, an explanation or an example', () => {
    for (const line of SHIPPED.split('\n')) expect(line).toMatch(/^$|^#$|^##$|^## |^# /);
  });

  test('when all examples are uncommented at once then there are no mistakes', async () => {
    const live = SHIPPED.replace(/^# /gm, '');
    const { local, hosts, services, expected } = await parseHosts(live, 'hosts.yaml');
    expect(local).toHaveLength(4);
    expect(hosts.map(({ name }) => name)).toEqual(['dumbo', 'www', 'branch', 'pluto']);
    expect(services).toHaveLength(2);
    expect(expected).toHaveLength(5);
  });

  test('when one example alone is uncommented then there are no mistakes', async () => {
    const examples = listExamples();
    expect(examples.map((example) => example.trim().split(':')[0])).toEqual([
      'local',
      'hosts',
      'names_from',
      'services',
      'expected',
    ]);
    for (const example of examples) await parseHosts(SHIPPED + example, 'hosts.yaml');
  });
});
