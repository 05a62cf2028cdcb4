// Node, the files of the package, the packages that it needs or can use, and the cache of compiled code.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageFile } from '../../files/package-root.js';
import { inspectCodeCache } from '../../start/code-cache.js';
import { type Check, check, messageOf } from './check.js';

/** The `engines` of package.json. */
const OLDEST_MAJOR = 20;

/** Files that some command needs, and that only a damaged installation lacks. */
const FILES: readonly string[] = [
  'package.json',
  'config/hosts.yaml',
  'dist/bin/worker.cjs',
  'dist/bin/segment-worker.cjs',
  'dist/names/services.txt',
  'dist/names/aliases.txt',
];

export async function checkInstallation(): Promise<Check[]> {
  return [checkFiles(), checkNode(), checkCache(), checkReader(), await checkSqlite(), checkClickHouse()];
}

function checkFiles(): Check {
  const folder = fileURLToPath(packageFile('.'));
  try {
    for (const file of FILES) readFileSync(packageFile(file));
    const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8'));
    return check('synsum', 'ok', `${version}, in ${folder}`);
  } catch (error) {
    return check(
      'synsum',
      'broken',
      `a file of ${folder} cannot be read; install it again: ${messageOf(error)}`,
    );
  }
}

function checkNode(): Check {
  const { versions, platform, arch } = process;
  const isSupported = Number(versions.node.split('.')[0]) >= OLDEST_MAJOR;
  const text = `${versions.node} (${platform}, ${arch}); synsum needs ${OLDEST_MAJOR} or later`;
  return check('Node.js', isSupported ? 'ok' : 'broken', text);
}

/** The program starts more slowly without a cache, and works as well. */
function checkCache(): Check {
  const name = 'code cache';
  const program = fileURLToPath(packageFile('dist/bin/program.cjs'));
  try {
    const { found, folder } = inspectCodeCache(program);
    const where =
      folder === undefined ? 'no folder for a new one can be written to' : `new ones go to ${folder}`;
    if (found === undefined)
      return check(name, 'missing', `none yet, so synsum starts more slowly; ${where}`);
    const length = `${Math.ceil(found.length / 1024)} kB`;
    const isThere = path.dirname(found.file) === folder;
    return check(name, 'ok', isThere ? `${length}, in ${folder}` : `${length}, in ${found.file}; ${where}`);
  } catch (error) {
    return check(name, 'broken', messageOf(error));
  }
}

function versionOf(name: string): string | undefined {
  try {
    const require = createRequire(packageFile('package.json'));
    // Some packages do not export their package.json.
    const folders = require.resolve.paths(name) ?? [];
    for (const folder of folders) {
      try {
        return JSON.parse(readFileSync(path.join(folder, name, 'package.json'), 'utf8')).version;
      } catch {}
    }
  } catch {}
  return undefined;
}

function checkReader(): Check {
  const version = versionOf('pcap-parser');
  return version === undefined
    ? check(
        'pcap-parser',
        'broken',
        'it is not installed, so --reader pcap-parser fails; install synsum again',
      )
    : check('pcap-parser', 'ok', `${version}; for --reader pcap-parser`);
}

async function checkSqlite(): Promise<Check> {
  const { describeDriver } = await import('../../store/sqlite/driver.js');
  try {
    const { name, version } = await describeDriver();
    return check('SQLite', 'ok', `${version}, from ${name}; for stores in a file`);
  } catch (error) {
    return check('SQLite', 'missing', messageOf(error));
  }
}

function checkClickHouse(): Check {
  const name = '@clickhouse/client';
  const version = versionOf(name);
  return version === undefined
    ? check('ClickHouse', 'missing', `for the store of a fleet; install it with: npm install ${name}`)
    : check('ClickHouse', 'ok', `${version}, the package ${name}; for the store of a fleet`);
}
