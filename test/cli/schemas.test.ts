// The schemas in docs/schemas/: each accepts what the program prints, as JSON and as NDJSON, and refuses anything else.
// test/helpers/schemas.ts validates the JSON of every other test that runs the program.

import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { casePath } from '../helpers/cases.js';
import { ROOT, synsum } from '../helpers/program.js';
import { mistakesIn, mistakesInOutput, SCHEMA_NAMES } from '../helpers/schemas.js';
import { HOSTS, makeFolder } from './office.js';

const { folder } = makeFolder();
const [MONDAY, TUESDAY, OFFICE] = ['monday', 'tuesday', 'office'].map((name) => `samples/${name}.pcap`) as [
  string,
  string,
  string,
];
const SCAN = 'test/scans/synsum__lan.xml';
const STORE = path.join(folder, 'history.db');
const LAN = 'test/firewall/rulesets/lan.json';

/** Command lines that print each kind of document, with as many of its fields as one output can have. */
const COMMANDS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  summary: [
    [OFFICE, '--evidence', '--only', 'yes', '--count', 'handshakes', '--top', '3'],
    [OFFICE, '--by', 'hour,port', '--tz', 'Europe/Berlin', '-q'],
    [OFFICE, '--by', 'day,client', '-q'],
  ],
  services: [['services', OFFICE, SCAN]],
  hosts: [['hosts', OFFICE, SCAN]],
  changes: [
    ['diff', MONDAY, TUESDAY, '--changed-clients', '-v'],
    ['diff', MONDAY, SCAN, '--gone-probability', '0.9', '-v'],
  ],
  'open-unused': [['diff', '--open-unused', SCAN, OFFICE]],
  history: [
    ['history', 'new', STORE, '--since', '2007-01-01'],
    ['history', 'seen', STORE],
    ['history', 'timeline', STORE, '--unit', 'hour'],
    ['history', 'timeline', STORE, '--unit', 'day'],
    ['history', 'timeline', STORE, '--unit', 'week'],
    ['history', 'sensors', STORE],
    ['history', 'captures', STORE],
  ],
  'rules-check': [['rules', '--check', LAN, casePath('04-synscan', 'full')]],
  rules: [['rules', OFFICE]],
  inventory: [['save', OFFICE]],
  doctor: [['doctor', '--store', STORE]],
};
/** These are always one document. */
const ONE_DOCUMENT = ['rules', 'inventory', 'doctor'];

beforeAll(async () => {
  const { status } = await synsum(['record', '--store', STORE, MONDAY, TUESDAY]);
  expect(status).toBe(0);
});

async function print(args: readonly string[], format: readonly string[]): Promise<string> {
  const hasNoNames = args[0] === 'doctor' || args[1] === '--check';
  const names = hasNoNames ? [] : HOSTS;
  const { stdout, stderr } = await synsum([...args, ...format, ...names], { cwd: ROOT });
  expect(stdout, stderr).not.toBe('');
  return stdout;
}

/** All documents of a kind, as the program prints them. */
async function documentsOf(name: string): Promise<unknown[]> {
  const texts = await Promise.all(
    (COMMANDS[name] ?? []).map((args) => print(args, name === 'inventory' ? [] : ['-f', 'json'])),
  );
  return texts.map((text) => JSON.parse(text));
}

/** Copies of a value in each of which one part is wrong, with the path of that part. Only the first item of a list counts. */
function* wrongCopies(value: unknown, at = ''): Generator<[string, unknown], void, undefined> {
  yield [at, typeof value === 'boolean' ? 'true' : true];
  if (Array.isArray(value)) {
    if (value.length === 0) return;
    for (const [inner, wrong] of wrongCopies(value[0], `${at}/0`)) yield [inner, [wrong, ...value.slice(1)]];
  } else if (typeof value === 'object' && value !== null) {
    yield [`${at}/surprise`, { ...value, surprise: 1 }];
    for (const [field, item] of Object.entries(value)) {
      for (const [inner, wrong] of wrongCopies(item, `${at}/${field}`))
        yield [inner, { ...value, [field]: wrong }];
    }
  }
}

test('when schemas are counted, then each kind of document has one, and is tried here', () => {
  expect(Object.keys(COMMANDS).sort()).toEqual([...SCHEMA_NAMES].sort());
});

describe.each(SCHEMA_NAMES)('the schema of synsum.%s', (name) => {
  test('when the program prints such documents, then they are valid', async () => {
    const documents = await documentsOf(name);
    expect(documents.length).toBeGreaterThan(0);
    for (const document of documents) {
      expect(document).toMatchObject({ schema: `synsum.${name}` });
      expect(mistakesIn(document, name)).toEqual([]);
    }
  });

  test('when any part of such a document is of another type, or has one field more, then it is not valid', async () => {
    const accepted: string[] = [];
    let tried = 0;
    for (const document of await documentsOf(name)) {
      for (const [at, wrong] of wrongCopies(document)) {
        // Saved inventories keep room for the fields of later versions: synsum reads them as well.
        if (name === 'inventory' && at.endsWith('/surprise')) continue;
        tried++;
        if (mistakesIn(wrong, name).length === 0) accepted.push(at);
      }
    }
    expect(accepted).toEqual([]);
    expect(tried).toBeGreaterThanOrEqual(10);
  });

  test('when the schema or the version is another one, then it is not valid', async () => {
    for (const document of await documentsOf(name)) {
      const { version } = document as { version: number };
      expect(mistakesIn({ ...(document as object), schema: 'synsum.other' }, name)).not.toEqual([]);
      expect(mistakesIn({ ...(document as object), version: version + 1 }, name)).not.toEqual([]);
    }
  });
});

describe.each(SCHEMA_NAMES.filter((name) => !ONE_DOCUMENT.includes(name)))(
  'the lines of synsum.%s',
  (name) => {
    test('when the program prints them, then each is valid', async () => {
      for (const args of COMMANDS[name] ?? []) {
        const lines = (await print(args, ['-f', 'ndjson'])).trimEnd().split('\n');
        expect(lines.flatMap((line) => mistakesIn(JSON.parse(line), name, 'line'))).toEqual([]);
        for (const line of lines) {
          expect(mistakesIn({ ...JSON.parse(line), surprise: 1 }, name, 'line')).not.toEqual([]);
          expect(mistakesIn({ ...JSON.parse(line), type: 'surprise' }, name, 'line')).not.toEqual([]);
        }
      }
    });
  },
);

describe('the check of what tests print', () => {
  test('when a document or a line does not follow its schema, then the check says where', async () => {
    const json = await print(['services', OFFICE], ['-f', 'json']);
    expect(mistakesInOutput(json.replaceAll('"port":22,', '"port":"22",'))[0]).toMatch(
      /^\/services\/\d+\/port must be integer/,
    );
    const lines = await print(['services', OFFICE], ['-f', 'ndjson']);
    expect(mistakesInOutput(lines.replaceAll('"port":22,', ''))).not.toEqual([]);
    expect(mistakesInOutput(json.replace('synsum.services', 'synsum.surprise'))).toEqual([
      'synsum.surprise has no schema in docs/schemas/',
    ]);
  });
});
