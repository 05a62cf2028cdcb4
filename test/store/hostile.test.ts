// Stores that come from somebody else: any value in any column, and things in the schema that synsum does not make. synsum
// answers or refuses in a sentence, and no text of the store reaches the terminal unescaped.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.js';
import type { Output } from '../../src/files/output.js';
import { openDatabase } from '../../src/store/sqlite/driver.js';
import { APPLICATION_ID, SCHEMA_VERSION, TABLES } from '../../src/store/sqlite/schema.js';
import { ethernet, ipv4, tcp } from '../helpers/packets.js';
import { pcapng } from '../helpers/pcapng.js';
import { ROOT, resultOf, start, synsum } from '../helpers/program.js';
import { CAN_MOUNT, resize, withTmpfs } from '../helpers/tmpfs.js';

const FOLDER = fs.mkdtempSync(path.join(tmpdir(), 'synsum-hostile-'));
afterAll(() => fs.rmSync(FOLDER, { recursive: true }));

const HOSTILE_TEXT = "'text' || char(0, 27) || '[31m' || char(10, 13, 8238) || 'x'";

const TABLE_NAMES = [...TABLES.matchAll(/^CREATE TABLE (\w+)/gm)].map(([, name = '']) => name);

let original: string;
const columns: (readonly [string, string])[] = [];

async function change(file: string, ...statements: readonly string[]): Promise<void> {
  const database = await openDatabase(file, { readOnly: false });
  try {
    for (const sql of statements) database.exec(sql);
  } finally {
    database.close();
  }
}

/** The same store with tables that accept any value. */
async function loosen(file: string): Promise<string> {
  const loose = path.join(FOLDER, 'loose.db');
  await change(
    loose,
    `ATTACH '${file}' AS other`,
    TABLES.replaceAll(/\) STRICT/g, ')')
      .replaceAll(/\)(?:, )WITHOUT ROWID/g, ') WITHOUT ROWID')
      .replaceAll(' NOT NULL', '')
      .replaceAll(/ UNIQUE(?! \()/g, ''),
    ...TABLE_NAMES.map((name) => `INSERT INTO ${name} SELECT * FROM other.${name}`),
    `PRAGMA application_id = ${APPLICATION_ID}`,
    `PRAGMA user_version = ${SCHEMA_VERSION}`,
  );
  return loose;
}

beforeAll(async () => {
  const file = path.join(FOLDER, 'strict.db');
  await synsum([
    'record',
    '--store',
    file,
    '--sensor',
    'here',
    `${ROOT}samples/monday.pcap`,
    `${ROOT}test/captures/cases__01-clean.full.pcap`,
  ]);
  original = await loosen(file);
  const database = await openDatabase(original, { readOnly: true });
  for (const table of TABLE_NAMES) {
    const statement = database.prepare(`SELECT name FROM pragma_table_info('${table}')`);
    for (const row of statement.iterate()) columns.push([table, (row as { name: string }).name]);
  }
  database.close();
});

let number = 0;
function copyOfOriginal(): string {
  number += 1;
  const file = path.join(FOLDER, `${number}.db`);
  fs.copyFileSync(original, file);
  return file;
}

async function ask(...argv: readonly string[]): Promise<{ status: number; text: string; stderr: string }> {
  const texts = { out: '', err: '' };
  const output = (to: 'out' | 'err'): Output =>
    ({
      isTerminal: false,
      write(text: string | Uint8Array) {
        texts[to] += typeof text === 'string' ? text : Buffer.from(text).toString();
        return true;
      },
      close: () => undefined,
    }) as unknown as Output;
  const context = { stdout: output('out'), stderr: output('err'), env: {}, cwd: FOLDER };
  const status = await run(argv, context);
  return { status, text: texts.out + texts.err, stderr: texts.err };
}

/** Whether people may see it: no control characters, and nothing that turns the direction of text. */
const UNESCAPED = /[\0-\x08\x0b-\x1f\x7f\u202a-\u202e]/;

describe('a store that somebody else made', () => {
  test('when any column has a value that synsum does not write then it answers, or refuses in a sentence', async () => {
    for (const [table, column] of columns) {
      for (const value of [HOSTILE_TEXT, 'NULL']) {
        const file = copyOfOriginal();
        try {
          await change(file, `UPDATE OR IGNORE ${table} SET ${column} = ${value}`);
        } catch {
          // Numbers of rows can be nothing else.
          continue;
        }
        for (const argv of [
          ['history', 'captures', file, '-f', 'table'],
          ['history', 'new', file, '--since', '2000-01-01', '-f', 'json'],
          [`store:${file}?sensor=here`],
        ]) {
          const { status, text } = await ask(...argv);
          const what = `${table}.${column} = ${value}: ${argv.join(' ')}: ${text}`;
          expect(status, what).toBeLessThanOrEqual(3);
          expect(text, what).not.toContain('\n    at ');
          expect(text, what).not.toMatch(UNESCAPED);
        }
        fs.rmSync(file);
      }
    }
  });

  test.each([
    ['uses.syn_acks', 'uses SET syn_acks = -1', 'table uses: found a value that synsum does not write'],
    ['uses.data', 'uses SET data = 1000000', 'table uses: '],
    [
      'uses.port',
      'uses SET port = 65536 WHERE port = 80',
      'table uses: found a value that synsum does not write',
    ],
    [
      'addresses.address',
      "addresses SET address = '1.2.3' WHERE id = (SELECT min(id) FROM addresses WHERE address <> '_')",
      'table addresses: ',
    ],
    ['addresses.family', 'addresses SET family = 6', 'table addresses: '],
    ['scopes.ranges', "scopes SET ranges = '[1]'", 'table scopes: '],
    ['captures.problems', "captures SET problems = '[{}]'", 'table captures or scans: '],
    ['batches.packets_read', 'batches SET packets_read = -5', 'table batches: '],
    ['sketches.clients', "sketches SET clients = x'00'", 'table uses: '],
  ])('when %s was forged then it is refused', async (_, update, message) => {
    const file = copyOfOriginal();
    await change(file, `UPDATE ${update}`);
    const { status, stderr } = await ask('services', `store:${file}`);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });

  test('when it has a trigger then it is read, but nothing is recorded in it', async () => {
    const file = copyOfOriginal();
    await change(file, 'CREATE TRIGGER "evil\u001b" AFTER INSERT ON uses BEGIN DELETE FROM uses; END');
    const recorded = await ask('record', '--store', file, `${ROOT}samples/office.pcap`);
    expect(recorded.status).toBe(2);
    expect(recorded.stderr).toContain(
      'found a trigger, "evil\\u001b", which synsum does not make and which runs with every change; remove it with DROP TRIGGER to record',
    );
    expect((await ask('history', 'compact', file)).status).toBe(2);
    expect((await ask('services', '-q', `store:${file}`)).status).toBe(0);
  });

  test('when it has a generated column then it is refused', async () => {
    const file = copyOfOriginal();
    await change(file, 'ALTER TABLE captures ADD COLUMN large GENERATED ALWAYS AS (hex(zeroblob(1e8)))');
    for (const argv of [
      ['services', `store:${file}`],
      ['record', '--store', file, `${ROOT}samples/office.pcap`],
    ]) {
      const { status, stderr } = await ask(...argv);
      expect(status).toBe(2);
      expect(stderr).toContain(
        'found a generated column in captures, expected a store that synsum record made',
      );
    }
  });

  test('when it is not a file, or its folder cannot be used, then a sentence says so', async () => {
    const folder = path.join(FOLDER, 'folder');
    fs.mkdirSync(folder);
    const pipe = path.join(FOLDER, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const file of [folder, pipe, '/dev/null']) {
      for (const argv of [
        ['record', '--store', file, original],
        ['history', 'seen', file],
        ['services', `store:${file}`],
      ]) {
        const { status, stderr } = await ask(...argv);
        expect(status).toBe(2);
        expect(stderr).toContain(
          'found something that is not a file, expected a store that synsum record made',
        );
      }
    }
    const link = path.join(FOLDER, 'link.db');
    fs.symlinkSync(original, link);
    expect((await ask('services', '-q', `store:${link}`)).status).toBe(0);
    expect((await ask('record', '--store', path.join(FOLDER, 'none', 'h.db'), original)).stderr).toContain(
      `there is no folder ${path.join(FOLDER, 'none')}`,
    );
  });

  test.skipIf(!CAN_MOUNT)(
    'when it is in a folder that cannot be written to then it is read (needs root to mount a tmpfs)',
    () =>
      withTmpfs('4M', async (small) => {
        const file = path.join(small, 'h.db');
        await synsum(['record', '--store', file, `${ROOT}samples/monday.pcap`]);
        resize(small, '4M,ro');
        expect((await synsum(['services', '-q', `store:${file}`])).status).toBe(0);
        const recorded = await synsum(['record', '--store', file, `${ROOT}samples/office.pcap`]);
        expect(recorded.status).toBe(2);
        expect(recorded.stderr).toContain('it, or its folder, cannot be written to');
        resize(small, '4M,rw');
        for (const suffix of ['shm', 'wal']) fs.rmSync(`${file}-${suffix}`, { force: true });
        fs.writeFileSync(`${file}-wal`, 'As a crash leaves it.');
        resize(small, '4M,ro');
        const { status, stderr } = await synsum(['services', `store:${file}`]);
        expect(status).toBe(2);
        expect(stderr).toContain('a crash left its log, and its folder cannot be written to');
        resize(small, '4M,rw');
      }),
  );
});

describe('a piece of a stream', () => {
  test('when it has only the outcome of handshakes in an earlier piece, which is gone, then it counts nothing', async () => {
    const conversations = fs.readFileSync(`${ROOT}test/captures/cases__01-clean.full.pcap`);
    const [first = 0, second] = synAcksIn(conversations);
    const bytes = conversations.subarray(0, second);
    // The record after the SYN-ACK shows that it is whole.
    const head = bytes.subarray(0, recordEnd(bytes, recordEnd(bytes, first)));
    const whole = path.join(FOLDER, 'whole.pcap');
    fs.writeFileSync(whole, bytes);
    const file = path.join(FOLDER, 'stream.db');
    const child = start(['record', '--store', file, '--sensor', 'here', '--every', '1s', '-']);
    child.stdin.write(head);
    while (!fs.existsSync(file) || (await countIn(file, 'batches').catch(() => 0)) === 0) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    child.stdin.end(bytes.subarray(head.length));
    expect((await resultOf(child)).status).toBe(0);
    expect(await countIn(file, 'uses WHERE syn_acks = 0 AND data > 0')).toBe(1);
    expect((await ask('services', '-q', '-f', 'csv', `store:${file}`)).text).toBe(
      (await ask('services', '-q', '-f', 'csv', whole)).text,
    );
    await change(file, 'DELETE FROM uses WHERE syn_acks > 0');
    for (const argv of [
      ['services', '-q', `store:${file}`],
      ['services', '-q', `store:${file}?across=max`],
      ['history', 'export', file],
    ]) {
      const { status, text } = await ask(...argv);
      expect(status, text).toBe(0);
      expect(text.trim().split('\n')).toHaveLength(1);
    }
  });
});

/** Where the record ends that begins here. */
function recordEnd(pcap: Buffer, at: number): number {
  return at + 16 + (pcap.readUInt8(0) === 0xd4 ? pcap.readUInt32LE(at + 8) : pcap.readUInt32BE(at + 8));
}

/** Where the records of SYN-ACKs begin in a pcap of IPv4 over Ethernet. */
function synAcksIn(pcap: Buffer): number[] {
  const found: number[] = [];
  for (let at = 24; at < pcap.length; at = recordEnd(pcap, at)) {
    if ((pcap.readUInt8(at + 16 + 14 + 20 + 13) & 0x12) === 0x12) found.push(at);
  }
  return found;
}

async function countIn(file: string, table: string): Promise<number> {
  const database = await openDatabase(file, { readOnly: true });
  try {
    const statement = database.prepare(`SELECT count(*) AS count FROM ${table}`);
    return (statement.get() as { count: number }).count;
  } finally {
    database.close();
  }
}

describe('a store of a capture with odd times', () => {
  test('when packets are of before 1970, after 2106 and the end of time then it answers as the capture does', async () => {
    const capture = path.join(FOLDER, 'odd.pcapng');
    const times = [-86_400n * 30n, -1n, 0n, 4_300_000_000n, 9_000_000_000n, 253_402_300_800n, 2n ** 42n].map(
      (seconds) => BigInt.asUintN(64, seconds * 1_000_000n),
    );
    const data = ethernet({
      payload: ipv4({ source: '10.0.0.1', destination: '10.0.0.2', payload: tcp({ sourcePort: 80 }) }),
    });
    fs.writeFileSync(capture, pcapng({ packets: times.map((time) => ({ time, data })) }));
    const file = path.join(FOLDER, 'odd.db');
    expect((await ask('record', '--store', file, capture)).status).toBe(0);
    const expected = (await ask('services', '-q', '-f', 'csv', capture)).text;
    const check = async (): Promise<void> => {
      expect((await ask('services', '-q', '-f', 'csv', `store:${file}`)).text).toBe(expected);
      expect((await ask('history', 'verify', file)).status).toBe(0);
    };
    await check();
    expect((await ask('history', 'timeline', file, '--unit', 'week', '-f', 'json')).status).toBe(0);
    expect((await ask('history', 'export', file)).status).toBe(0);
    expect((await ask('history', 'compact', file, '--keep', '0h,0d')).status).toBe(0);
    await check();
    expect((await ask('history', 'prune', file, '--max-size', '1K')).status).toBe(0);
    expect((await ask('services', `store:${file}`)).stderr).toContain(
      'were removed, so they are not in the answer',
    );
  });
});
