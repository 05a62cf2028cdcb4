import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseHosts } from '../../src/names/hosts-file.js';

const STARTER = readFileSync(new URL('../../config/hosts.yaml', import.meta.url), 'utf8');

/** The starter's examples: paragraphs of lines that begin with `# `, without that. */
function listExamples(): string[] {
  const lines = STARTER.split('\n').map((line) => (line.startsWith('# ') ? line.slice(2) : ''));
  return lines
    .join('\n')
    .split(/\n\n+/)
    .filter((block) => block.trim() !== '');
}

describe('config/hosts.yaml', () => {
  test('when it is used as it ships then it names nothing', async () => {
    const nothing = { local: undefined, hosts: [], services: [], expected: [] };
    expect(await parseHosts(STARTER, 'hosts.yaml')).toEqual(nothing);
  });

  test('when all lines are looked at then each is empty, explanation or example', () => {
    for (const line of STARTER.split('\n')) expect(line).toMatch(/^$|^#$|^##$|^## |^# /);
  });

  test('when all examples are made live at once then there are no mistakes', async () => {
    const live = STARTER.replace(/^# /gm, '');
    const { local, hosts, services, expected } = await parseHosts(live, 'hosts.yaml');
    expect(local).toHaveLength(4);
    expect(hosts.map(({ name }) => name)).toEqual(['dumbo', 'www', 'branch', 'pluto']);
    expect(services).toHaveLength(2);
    expect(expected).toHaveLength(5);
  });

  test('when one example alone is made live then there are no mistakes', async () => {
    const examples = listExamples();
    expect(examples.map((example) => example.trim().split(':')[0])).toEqual([
      'local',
      'hosts',
      'services',
      'expected',
    ]);
    for (const example of examples) await parseHosts(STARTER + example, 'hosts.yaml');
  });
});
