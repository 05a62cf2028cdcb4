// nmap as a source, replaced by programs that behave badly; the tests of the command use the real one.

import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { NmapError, type NmapProgress, type NmapRun, runNmap } from '../../../src/sources/nmap/run-nmap.js';
import { NEVER } from '../../helpers/memory-input.js';
import { messagesOf } from '../../helpers/problems.js';

const folder = mkdtempSync(path.join(tmpdir(), 'synsum-nmap-'));
afterAll(() => rmSync(folder, { recursive: true }));
const PATH = process.env['PATH'];
afterEach(() => {
  process.env['PATH'] = PATH;
});

/** Installs a shell script as nmap. */
function install(script: string): void {
  const file = path.join(folder, 'nmap');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  process.env['PATH'] = `${folder}:${PATH}`;
}

function run(
  targets: readonly string[] = ['192.0.2.1'],
  extra: readonly string[] = [],
  signal = NEVER,
  onProgress: (progress: NmapProgress) => void = () => {},
): Promise<NmapRun> {
  return runNmap(targets, extra, { signal, onProgress });
}

const problemsOf = ({ inventory }: NmapRun): readonly string[] =>
  inventory.inputs.flatMap(({ problems }) => messagesOf(problems));

const HOST = '<host><status state="up"/><address addr="192.0.2.1" addrtype="ipv4"/></host>';
const REPORT = `<nmaprun scanner="nmap" version="7.93" start="1700000000">${HOST}`;
const END = '<runstats><finished time="1700000001" exit="success"/></runstats></nmaprun>';

describe('runNmap', () => {
  test('when it is run then its arguments ask for versions and XML, followed by those of the user', async () => {
    install(`printf '%s\\n' "$@" > '${folder}/arguments'; printf '%s' '${REPORT}${END}'`);
    const { inventory, messages } = await run(['192.0.2.1', '-x; rm'], ['-p', '1 2']);
    expect(messages).toEqual([]);
    expect(inventory.scans).toMatchObject([{ isComplete: true, digest: expect.stringMatching(/^sha256:/) }]);
    expect(readFileSync(`${folder}/arguments`, 'utf8').trimEnd().split('\n')).toEqual([
      ...['-sV', '--stats-every', '3s', '-oX', '-'],
      ...['-p', '1 2', '192.0.2.1', '-x; rm'],
    ]);
  });

  test('when it is missing, or not executable, then that is an NmapError', async () => {
    process.env['PATH'] = '/nonexistent';
    await expect(run()).rejects.toThrow(NmapError);
    await expect(run()).rejects.toThrow(/^nmap is not installed: install the package nmap /);
    install('');
    chmodSync(path.join(folder, 'nmap'), 0o644);
    process.env['PATH'] = folder;
    await expect(run()).rejects.toThrow(/^nmap cannot be run: .*EACCES/);
  });

  test('when it fails then everything found before counts, and the failure is a problem', async () => {
    install(`printf '%s' '${REPORT}'; exit 7`);
    const found = await run();
    expect(found.inventory.scans).toMatchObject([{ isComplete: false, hosts: [{ ports: [] }] }]);
    expect(problemsOf(found)).toEqual([
      expect.stringContaining('hosts complete: 1'),
      'nmap ended with status 7',
    ]);
    install(`printf '%s' '${REPORT}'; kill -SEGV $$`);
    expect(problemsOf(await run())).toContain('nmap ended with SIGSEGV');
  });

  test('when it writes no report then there is no scan', async () => {
    install('echo hello');
    const found = await run();
    expect(found.inventory.scans).toEqual([]);
    expect(found.inventory.inputs).toMatchObject([{ name: 'nmap' }]);
    expect(found.inventory.inputs[0]).not.toHaveProperty('format');
    expect(problemsOf(found)).toHaveLength(1);
  });

  test('when it writes much to standard error then only the beginning is kept', async () => {
    install(`yes 'a warning' | head -n 100000 >&2; printf '%s' '${REPORT}${END}'`);
    const { messages } = await run();
    expect(messages[0]).toBe('a warning');
    expect(messages.join('\n').length).toBeLessThan(5000);
  });

  test('when it leaves out a target then that is a problem, not a message', async () => {
    const line = 'Failed to resolve "nowhere.invalid".';
    install(`echo '${line}' >&2; echo 'else' >&2; printf '%s' '${REPORT}${END}'`);
    const found = await run();
    expect(problemsOf(found)).toEqual([line]);
    expect(found.messages).toEqual(['else']);
  });

  test('when it reports its progress then that is passed on', async () => {
    const progress = '<taskprogress task="Service scan" time="1" percent="40.5" remaining="9"/>';
    install(`printf '%s' '${REPORT}${progress}${END}'`);
    const seen: NmapProgress[] = [];
    await run([], [], NEVER, (found) => seen.push(found));
    expect(seen).toEqual([{ task: 'Service scan', percent: 40.5, remaining: 9, hostsCompleted: 1 }]);
  });

  test('when the signal is aborted then it is stopped, and everything found until then counts', async () => {
    install(`printf '%s' '${REPORT}'; touch '${folder}/begun'; exec sleep 60`);
    const controller = new AbortController();
    const running = run([], [], controller.signal);
    while (!existsSync(`${folder}/begun`)) await new Promise((resolve) => setTimeout(resolve, 20));
    controller.abort();
    const found = await running;
    expect(found.inventory.scans).toMatchObject([{ isComplete: false, hosts: [{}] }]);
    expect(problemsOf(found)).toContain('nmap was stopped');
  });
});
