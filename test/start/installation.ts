// A copy of the built program that a test may damage, and ways to run it.

import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Result, ROOT, resultOf } from '../helpers/program.js';

export const ARGS: readonly string[] = ['samples/office.pcap', '--hosts', 'samples/hosts.yaml'];
export const EXPECTED = '   2496 _               pluto                  ssh\n';

export interface Installation {
  readonly root: string;
  /** The folder of the program, where its cache should be. */
  readonly bin: string;
  readonly home: string;
  caches(): string[];
}

/** Copies what a user has. There is no cache yet. The caller removes `root`. */
export function makeInstallation(): Installation {
  const root = mkdtempSync(path.join(tmpdir(), 'synsum-start-'));
  for (const folder of ['config', 'samples', 'package.json']) {
    cpSync(path.join(ROOT, folder), path.join(root, folder), { recursive: true });
  }
  cpSync(path.join(ROOT, 'dist'), path.join(root, 'dist'), {
    recursive: true,
    filter: (file) => !/\.(cache|tmp)$/.test(file),
  });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(root, 'node_modules'));
  const home = path.join(root, 'home');
  mkdirSync(home);
  const bin = path.join(root, 'dist/bin');
  const caches = (): string[] => readdirSync(bin).filter((name) => name.endsWith('.cache'));
  return { root, bin, home, caches };
}

export interface RunOptions {
  readonly node?: string;
  readonly nodeOptions?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
  readonly uid?: number;
}

export async function run(
  { root, bin, home }: Installation,
  { node = process.execPath, nodeOptions = [], args = ARGS, env = {}, uid }: RunOptions = {},
): Promise<Result> {
  const child = spawn(node, [...nodeOptions, path.join(bin, 'synsum.cjs'), ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: home, XDG_CONFIG_HOME: '/nonexistent', TZ: 'UTC', ...env },
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  child.stdin.end();
  return resultOf(child);
}
