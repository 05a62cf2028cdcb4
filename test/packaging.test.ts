// A release as scripts/release.ts makes it: the same bytes twice, and each part does what it is for.

import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { validate } from 'dockerfile-utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeRelease } from './helpers/node-releases.js';
import { ROOT } from './helpers/program.js';

const isHere = (program: string): boolean => spawnSync(program, ['--version']).status === 0;
const hasDpkg = isHere('dpkg-deb');
const DPKG_NOTE = hasDpkg ? '' : ' (skipped: dpkg-deb is not installed)';
const hasLintian = hasDpkg && isHere('lintian');
const LINTIAN_NOTE = hasLintian ? '' : ' (skipped: lintian is not installed)';
const TIME = '1790000000';
const NODE = nodeRelease('24.21.0');
const NODE_NOTE = NODE === undefined ? ' (skipped: another release of Node cannot be downloaded)' : '';

const work = mkdtempSync(path.join(tmpdir(), 'synsum-release-'));
const [FIRST, SECOND] = [path.join(work, 'first'), path.join(work, 'second')] as [string, string];
const { version, dependencies } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
const DEB = path.join(FIRST, `synsum_${version}-1_all.deb`);
const TREE = path.join(work, 'tree');
const EXECUTABLE = path.join(FIRST, `synsum-${version}-linux-x64`);
/** As it is installed, with the licence beside the folder of programs. */
const NODE_HOME = path.join(work, 'node');

/** The build of the tests is used: other tests are running it. */
function release(folder: string, umask: string): void {
  const command = `umask ${umask}; exec node_modules/.bin/tsx scripts/release.ts --built "$0"`;
  execFileSync('sh', ['-c', command, folder], {
    cwd: ROOT,
    env: {
      ...process.env,
      SOURCE_DATE_EPOCH: TIME,
      ...(NODE === undefined ? {} : { SYNSUM_NODE: path.join(NODE_HOME, 'bin/node') }),
    },
    stdio: 'pipe',
  });
}

beforeAll(() => {
  if (NODE !== undefined) {
    mkdirSync(path.join(NODE_HOME, 'bin'), { recursive: true });
    copyFileSync(NODE, path.join(NODE_HOME, 'bin/node'));
    writeFileSync(path.join(NODE_HOME, 'LICENSE'), 'Node.js is licensed for use as follows\n');
  }
  release(FIRST, '022');
  // As in a clone that was made with this umask.
  chmodSync(path.join(ROOT, 'LICENSE'), 0o600);
  release(SECOND, '077');
  if (hasDpkg) execFileSync('dpkg-deb', ['-x', DEB, TREE]);
});
afterAll(() => rmSync(work, { recursive: true }));

describe('a release', () => {
  test('when it is made twice, then all files have the same bytes', () => {
    const files = readdirSync(FIRST).sort();
    expect(files).toEqual(
      [
        'Containerfile',
        'SHA256SUMS',
        `synsum-${version}.cdx.json`,
        `synsum-${version}.tgz`,
        ...(hasDpkg ? [path.basename(DEB)] : []),
        ...(NODE === undefined
          ? []
          : [EXECUTABLE, `${EXECUTABLE}.LICENCES.txt`].map((file) => path.basename(file))),
      ].sort(),
    );
    for (const file of files) {
      const isSame = readFileSync(path.join(FIRST, file)).equals(readFileSync(path.join(SECOND, file)));
      expect([file, isSame]).toEqual([file, true]);
    }
  });

  test('when checksums are compared, then they are right, and none is missing', () => {
    const checked = execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], {
      cwd: FIRST,
      encoding: 'utf8',
    });
    const files = checked
      .trim()
      .split('\n')
      .map((line) => line.replace(/: OK$/, ''));
    expect([...files, 'SHA256SUMS'].sort()).toEqual(readdirSync(FIRST).sort());
  });

  test('when the folder has other files, then it is not cleared', () => {
    const { status, stderr } = spawnSync(
      'node_modules/.bin/tsx',
      ['scripts/release.ts', '--built', 'samples'],
      {
        cwd: ROOT,
        encoding: 'utf8',
      },
    );
    expect(status).not.toBe(0);
    expect(stderr).toContain('not a release; choose an empty folder');
    expect(existsSync(path.join(ROOT, 'samples/office.pcap'))).toBe(true);
  });

  test('when the bill of materials is read, then it has all that is installed or copied into the program', () => {
    const sbom = JSON.parse(readFileSync(path.join(FIRST, `synsum-${version}.cdx.json`), 'utf8'));
    expect(sbom).toMatchObject({
      bomFormat: 'CycloneDX',
      metadata: {
        timestamp: new Date(Number(TIME) * 1000).toISOString(),
        component: { name: 'synsum', version },
      },
    });
    expect(sbom.serialNumber).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    const names = sbom.components.map(({ group, name }: { group?: string; name: string }) =>
      group === undefined ? name : `${group}/${name}`,
    );
    const licences = readFileSync(path.join(ROOT, 'dist/THIRD-PARTY.txt'), 'utf8');
    const copied = [...licences.matchAll(/^(\S+) \d\S* \(\S+\)$/gm)].map(([, name]) => name);
    expect(copied.length).toBeGreaterThan(10);
    expect(names).toEqual(expect.arrayContaining([...Object.keys(dependencies), ...copied]));
    // Tools are not part of it.
    expect(names).not.toContain('vitest');
  });

  test('when the Containerfile is parsed, then nothing is wrong with it, and it names files that exist', () => {
    const text = readFileSync(path.join(FIRST, 'Containerfile'), 'utf8');
    expect(validate(text).map(({ message }) => message)).toEqual([]);
    expect(validate(text.replace('WORKDIR', 'WORKDIRECTORY'))).not.toEqual([]);
    expect(text).toContain('COPY synsum-*.tgz ');
    expect(text).toMatch(/^USER (?!root)/m);
  });
});

describe('the Debian package', () => {
  test.skipIf(!hasLintian)(`when lintian checks it, then it finds nothing${LINTIAN_NOTE}`, () => {
    const { status, stdout } = spawnSync('lintian', ['--allow-root', '--fail-on', 'error,warning', DEB], {
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([0, '']);
  });

  test.skipIf(!hasDpkg)(`when it is unpacked, then the program works, alone${DPKG_NOTE}`, () => {
    expect(readlinkSync(path.join(TREE, 'usr/bin/synsum'))).toBe('../share/synsum/dist/bin/synsum.cjs');
    const samples = path.join(TREE, 'usr/share/doc/synsum/samples');
    const env = { PATH: process.env['PATH'], HOME: work };
    const run = (...args: string[]): string =>
      execFileSync(path.join(TREE, 'usr/bin/synsum'), args, { cwd: samples, env, encoding: 'utf8' });
    const expected = run('-q', 'office.pcap', '--names', 'hosts.yaml');
    expect(expected).toContain('   2496 _               pluto                  ssh\n');
    expect(run('-q', 'office.pcap', '--names', 'hosts.yaml', '--reader', 'pcap-parser')).toBe(expected);
    expect(run('report', '-q', 'office.pcap')).toContain('</html>');
    expect(
      existsSync(path.join(TREE, 'usr/share/synsum/node_modules/@clickhouse/client/dist/index.js')),
    ).toBe(true);
    expect(run('--version')).toBe(`${version}\n`);
  });

  test.skipIf(!hasDpkg)(
    `when the store is used, then it finds the driver that README.Debian names${DPKG_NOTE}`,
    () => {
      const record = (env: Record<string, string>): ReturnType<typeof spawnSync> =>
        spawnSync(
          path.join(TREE, 'usr/bin/synsum'),
          ['record', '-q', '--store', path.join(work, 'history.db'), path.join(ROOT, 'samples/office.pcap')],
          { cwd: work, env: { PATH: process.env['PATH'], HOME: work, ...env }, encoding: 'utf8' },
        );
      expect(record({ NODE_PATH: path.join(ROOT, 'node_modules') })).toMatchObject({ status: 0, stderr: '' });
      const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
      const isBuiltIn = major > 22 || (major === 22 && minor >= 13);
      if (!isBuiltIn) {
        const { status, stderr } = record({});
        expect(status).toBe(2);
        expect(stderr).toContain('npm install @photostructure/sqlite');
      }
    },
  );

  test.skipIf(!hasDpkg)(`when its manual pages are listed, then every command has one${DPKG_NOTE}`, () => {
    const pages = readdirSync(path.join(TREE, 'usr/share/man/man1'));
    expect(pages).toEqual(expect.arrayContaining(['synsum.1.gz', 'synsum-diff.1.gz']));
    expect(pages.sort()).toEqual(
      readdirSync(path.join(ROOT, 'dist/man'))
        .map((page) => `${page}.gz`)
        .sort(),
    );
  });
});

describe.skipIf(NODE === undefined)(`the single executable${NODE_NOTE}`, () => {
  const run = (
    env: Record<string, string>,
    ...args: string[]
  ): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(EXECUTABLE, args, {
      cwd: path.join(ROOT, 'samples'),
      env: { TMPDIR: temporary, ...env },
      encoding: 'utf8',
    });
  const temporary = path.join(work, 'temporary');
  const SUMMARY = ['-q', 'office.pcap', '--names', 'hosts.yaml'];
  const EXPECTED = '   2496 _               pluto                  ssh\n';
  beforeAll(() => mkdirSync(temporary));

  test('when it runs, then it writes its files once, and works without Node or packages', () => {
    const home = path.join(work, 'home');
    const cache = path.join(home, '.cache/synsum');
    mkdirSync(home);
    for (let time = 0; time < 2; time++) {
      const { status, stdout, stderr } = run({ HOME: home }, ...SUMMARY);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toContain(EXPECTED);
      expect(readdirSync(cache)).toEqual([expect.stringMatching(/^program-[0-9a-f]{32}$/)]);
    }
    const store = path.join(work, 'executable.db');
    expect(run({ HOME: home }, 'record', '-q', '--store', store, 'office.pcap')).toMatchObject({
      status: 0,
      stderr: '',
    });
    expect(run({ HOME: home }, `store:${store}`, '-q', '--by', 'service').stdout).toContain('ssh');
    expect(run({ HOME: home }, '--reader', 'pcap-parser', ...SUMMARY).stdout).toContain(EXPECTED);
    expect(run({ HOME: home }, '--version').stdout).toBe(`${version}\n`);
    expect(run({ HOME: home }, '--surprise')).toMatchObject({ status: 2 });
    // The client of ClickHouse is in it: the server is what is missing.
    expect(run({ HOME: home }, 'services', 'clickhouse://user@127.0.0.1:1/synsum').stderr).toContain(
      'is down',
    );
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('when there is no home, or others can write to its cache, then it works, and leaves nothing', () => {
    const shared = path.join(work, 'shared');
    const forged = path.join(shared, 'synsum');
    mkdirSync(forged, { recursive: true });
    chmodSync(forged, 0o777);
    const file = path.join(work, 'file');
    writeFileSync(file, '');
    for (const env of [
      { XDG_CACHE_HOME: shared },
      { HOME: file },
      { HOME: '/nonexistent', XDG_CACHE_HOME: '' },
    ]) {
      const { status, stdout, stderr } = run(env, ...SUMMARY);
      expect({ env, status, stderr }).toEqual({ env, status: 0, stderr: '' });
      expect(stdout).toContain(EXPECTED);
      expect(readdirSync(temporary)).toEqual([]);
    }
    expect(readdirSync(forged)).toEqual([]);
    expect(existsSync('/nonexistent')).toBe(false);
  });

  test('when its licences are read, then they name everything in it', () => {
    const text = readFileSync(`${EXECUTABLE}.LICENCES.txt`, 'utf8');
    for (const part of [
      'the synsum authors',
      'commander 14',
      'Near Infinity',
      'ClickHouse, Inc',
      'Node.js is licensed',
    ]) {
      expect(text).toContain(part);
    }
  });
});
