// A store in a file whose recorder was killed at once, or that other programs have changed.

import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/store/sqlite/driver.js';
import { type Result, ROOT, synsum } from '../helpers/program.js';

const FOLDER = fs.mkdtempSync(path.join(tmpdir(), 'synsum-upkeep-'));
afterAll(() => fs.rmSync(FOLDER, { recursive: true }));

const OFFICE = `${ROOT}samples/office.pcap`;
const MONDAY = `${ROOT}samples/monday.pcap`;
const NAMES = ['--names', `${ROOT}samples/hosts.yaml`];

async function change(file: string, ...statements: readonly string[]): Promise<void> {
  const database = await openDatabase(file, { readOnly: false });
  for (const statement of statements) database.exec(statement);
  database.close();
}

function record(file: string, ...captures: readonly string[]): Promise<Result> {
  return synsum(['record', '--store', file, '--sensor', 'here', ...NAMES, ...captures]);
}

describe('a store', () => {
  test('when its recorder was killed before it made the tables then the next one makes them', async () => {
    const file = path.join(FOLDER, 'begun.db');
    await change(
      file,
      'PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL',
      'PRAGMA journal_mode = WAL',
    );
    expect(fs.statSync(file).size).toBeGreaterThan(0);
    expect((await synsum([`store:${file}`])).stderr).toContain('found an empty database');
    const { status, stderr } = await record(file, MONDAY);
    expect(status, stderr).toBe(0);
    expect((await synsum(['history', 'verify', file])).stderr).toContain('SYN-ACKs: 287;');
  });

  test('when it is the database of another program then nothing is changed', async () => {
    const file = path.join(FOLDER, 'other.db');
    await change(file, 'CREATE TABLE notes (text)');
    const before = fs.readFileSync(file);
    expect((await record(file, MONDAY)).stderr).toContain('found an SQLite database of another program');
    expect(fs.readFileSync(file)).toEqual(before);
  });

  test('when its free pages are not given back then pruning to a size removes no more than it must', async () => {
    const file = path.join(FOLDER, 'vacuumed.db');
    const size = 1000 << 10;
    const all = path.join(FOLDER, 'all.yaml');
    fs.writeFileSync(all, 'local: [0.0.0.0/0]\n');
    await synsum(['record', '--store', file, '--names', all, OFFICE, MONDAY]);
    await change(file, 'PRAGMA journal_mode = DELETE', 'PRAGMA auto_vacuum = NONE', 'VACUUM');
    expect(fs.statSync(file).size).toBeGreaterThan(size);
    const { status, stderr } = await synsum(['history', 'prune', file, '--max-size', `${size >> 10}K`]);
    expect(status, stderr).toBe(0);
    expect(stderr).not.toContain('still larger');
    expect(fs.statSync(file).size).toBeLessThanOrEqual(size);
    const verified = await synsum(['history', 'verify', file]);
    expect(verified.stderr).toMatch(/rows: [1-9]/);
  });
});
