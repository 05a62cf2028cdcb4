// docs/stability.md and the program promise the same: exit statuses, columns, schemas with their versions, tables of stores.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import * as exitCodes from '../src/cli/exit-codes.js';
import { SCHEMA_VERSION, TABLES } from '../src/store/sqlite/schema.js';
import { makeFolder } from './cli/office.js';
import { type Result, ROOT, synsum } from './helpers/program.js';
import { mistakesIn, SCHEMA_NAMES } from './helpers/schemas.js';

const { folder } = makeFolder();
const STORE = path.join(folder, 'history.db');
const TEXT = readFileSync(path.join(ROOT, 'docs/stability.md'), 'utf8');
const OFFICE = 'samples/office.pcap';
const NAMES = ['--names', 'samples/hosts.yaml'];
const DIFF = ['samples/monday.pcap', 'samples/tuesday.pcap'];

/** The sources of each command whose columns the page lists. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  synsum: [OFFICE, ...NAMES],
  'synsum services': [OFFICE, ...NAMES],
  'synsum hosts': [OFFICE, ...NAMES],
  'synsum diff': [...DIFF, ...NAMES],
  'synsum diff --open-unused': ['test/scans/synsum__lan.xml', OFFICE],
  'synsum rules --check': ['test/firewall/rulesets/lan.json', OFFICE],
  'synsum history new': [STORE, '--since', '2007-01-01'],
  'synsum history seen': [STORE],
  'synsum history timeline': [STORE],
  'synsum history sensors': [STORE],
  'synsum history export': [STORE],
  'synsum history captures': [STORE],
};

/** The cells of the rows of the table in a section. */
function tableOf(section: string): string[][] {
  const text = TEXT.split(`### ${section}\n`)[1]?.split('\n#')[0] ?? '';
  return [...text.matchAll(/^\| ((?:`|\d).*) \|$/gm)].map(([, row = '']) =>
    row.split(' | ').map((cell) => cell.trim().replaceAll('`', '')),
  );
}

/** Command lines with the columns that the page promises. */
function columnsByCommand(): [string, string][] {
  const block = TEXT.split('### CSV\n')[1]?.split('```')[1] ?? '';
  return block
    .split('\n')
    .flatMap((line) => /^(synsum.*?) +(\S+)$/.exec(line)?.slice(1) ?? [])
    .reduce<[string, string][]>((pairs, word, at, words) => {
      if (at % 2 === 1) pairs.push([words[at - 1] ?? '', word]);
      return pairs;
    }, []);
}

function run(...args: string[]): Promise<Result> {
  return synsum(args, { cwd: ROOT });
}

beforeAll(async () => {
  expect(await run('record', '-q', '--store', STORE, OFFICE)).toMatchObject({ status: 0 });
});

describe('docs/stability.md', () => {
  test('when exit statuses are listed, then they are those of the program', async () => {
    const statuses = tableOf('Exit status').map(([status]) => Number(status));
    expect(statuses).toEqual(Object.values(exitCodes).sort());
    const damaged = readFileSync(path.join(ROOT, OFFICE)).subarray(0, 1000);
    const results = [
      await run(OFFICE),
      await run('diff', ...DIFF, ...NAMES),
      await run('--surprise'),
      await synsum(['-'], { input: damaged }),
    ];
    expect(results.map(({ status }) => status)).toEqual(statuses);
  });

  test('when columns are listed, then each command prints exactly these', async () => {
    const promised = columnsByCommand();
    expect(promised.map(([command]) => command)).toEqual(Object.keys(SOURCES));
    for (const [command, columns] of promised) {
      const words = command.split(' ').slice(1);
      const { stdout } = await run(...words, ...(SOURCES[command] ?? []), '-f', 'csv', '-q');
      expect([command, stdout.split('\n')[0]]).toEqual([command, columns]);
    }
  });

  test('when schemas are listed, then each is there with its version', () => {
    const rows = tableOf('JSON');
    expect(rows.map(([schema]) => schema).sort()).toEqual(
      SCHEMA_NAMES.map((name) => `synsum.${name}`).sort(),
    );
    for (const [schema = '', version] of rows) {
      const mistakes = mistakesIn({ schema, version: Number(version) }, schema.replace('synsum.', ''));
      // The document lacks everything else, but its schema and version are right.
      expect(mistakes.filter((mistake) => /^\/(schema|version)/.test(mistake))).toEqual([]);
      const others = mistakesIn({ schema, version: Number(version) + 1 }, schema.replace('synsum.', ''));
      expect(others.filter((mistake) => mistake.startsWith('/version'))).not.toEqual([]);
    }
  });

  test('when the tables of a store are listed, then they are those that synsum makes', () => {
    const section = TEXT.split('### Store\n')[1]?.split('\n#')[0] ?? '';
    expect(Number(/Version (\d+) of/.exec(section)?.[1])).toBe(SCHEMA_VERSION);
    const made = [...TABLES.matchAll(/CREATE (?:TABLE|VIEW) (?:IF NOT EXISTS )?(\w+)/g)].map(
      ([, name]) => name,
    );
    expect(made.length).toBeGreaterThan(5);
    const listed = [...section.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    expect(listed.sort()).toEqual(made.sort());
  });
});
