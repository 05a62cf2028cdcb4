// `synsum map` as users run it.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { synsum } from '../../helpers/program.js';
import { HOSTS, makeFolder, OFFICE } from '../office.js';

const { folder } = makeFolder();

const map = (...args: string[]) => synsum(['map', ...HOSTS, ...args, OFFICE]);

describe('synsum map', () => {
  test('when no format is given, then it draws an SVG and says what was read', async () => {
    const { status, stdout, stderr } = await map();
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: 'synsum: packets: 12,092, SYN-ACKs: 12,092, rows: 6\n',
    });
    expect(stdout).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(stdout).toContain('>9,179<');
  });

  test('when Mermaid is asked for, then it prints a chart', async () => {
    const { stdout } = await map('-q', '-f', 'mermaid', '--direction', 'in');
    expect(stdout).toBe(
      [
        'flowchart LR',
        '  subgraph in["From the Internet to us"]',
        '    in_c0["Internet"]',
        '    subgraph in_s0["minnie"]',
        '      in_s0_0["http"]',
        '    end',
        '    subgraph in_s1["pluto"]',
        '      in_s1_0["rsync"]',
        '      in_s1_1["ssh"]',
        '    end',
        '    in_c0 -->|"62"| in_s0_0',
        '    in_c0 -->|"9,179"| in_s1_0',
        '    in_c0 -->|"2,496"| in_s1_1',
        '  end',
        '',
      ].join('\n'),
    );
  });

  test('when a file is named, then the map is there', async () => {
    const file = path.join(folder, 'map.dot');
    expect((await map('-f', 'dot', '-o', file)).stdout).toBe('');
    expect(readFileSync(file, 'utf8')).toMatch(/^digraph synsum \{/);
  });

  test('when patterns choose, then only their connections are drawn', async () => {
    const { stdout } = await map('-f', 'dot', '--service', 'rsync');
    expect(stdout).toContain('9,179');
    expect(stdout).not.toContain('ssh');
  });

  test('when options mean nothing to a map, then it says why', async () => {
    for (const [words, message] of [
      [['--top', '3'], '--top: a map sums up what does not fit'],
      [['--tz', 'utc'], '--tz: a map has no times'],
    ] as const) {
      const { status, stderr } = await map(...words);
      expect(status).toBe(2);
      expect(stderr).toContain(message);
    }
  });
});
