// Reports that tests of pages look at: the sample, a small and a big office, and a comparison, written by the program.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { ROOT, synsum } from '../../helpers/program.js';
import { BIG, makeTraffic, type Office, SMALL } from '../../helpers/traffic.js';

const SAMPLES = path.join(ROOT, 'samples');

export const REPORTS = ['office', 'small', 'big'] as const;
export type ReportName = (typeof REPORTS)[number];

const made = new Map<string, Promise<string>>();
let folder: string | undefined;

/** A folder that is removed after the tests of a file. */
export function reportFolder(): string {
  if (folder === undefined) {
    const own = mkdtempSync(path.join(tmpdir(), 'synsum-'));
    folder = own;
    afterAll(() => rmSync(own, { recursive: true, force: true }));
  }
  return folder;
}

/** The path of a report, which is written once. */
export function reportOf(name: ReportName, ...options: string[]): Promise<string> {
  const key = [name, ...options].join(' ');
  const known = made.get(key) ?? write(name, options, `${made.size}.html`);
  made.set(key, known);
  return known;
}

async function write(name: ReportName, options: readonly string[], file: string): Promise<string> {
  const output = path.join(reportFolder(), file);
  const [capture, names] = sourcesOf(name);
  const { status, stderr } = await synsum([
    'report',
    '-q',
    '-o',
    output,
    '--names',
    names,
    ...options,
    capture,
  ]);
  if (status !== 0) throw new Error(stderr);
  return output;
}

/** The capture and the names. */
function sourcesOf(name: ReportName): readonly [capture: string, names: string] {
  if (name === 'office') return [path.join(SAMPLES, 'office.pcap'), path.join(SAMPLES, 'hosts.yaml')];
  return officeOf(name, name === 'big' ? BIG : SMALL);
}

const offices = new Map<string, readonly [capture: string, names: string]>();

function officeOf(name: string, office: Office): readonly [capture: string, names: string] {
  const known = offices.get(name);
  if (known !== undefined) return known;
  const files = [
    path.join(reportFolder(), `${name}.pcap`),
    path.join(reportFolder(), `${name}.yaml`),
  ] as const;
  const { capture, names } = makeTraffic(office);
  writeFileSync(files[0], capture);
  writeFileSync(files[1], names);
  offices.set(name, files);
  return files;
}

/** What changed between the two days of the samples. */
export async function comparisonReport(): Promise<string> {
  const output = path.join(reportFolder(), 'tuesday.html');
  const baseline = path.join(SAMPLES, 'monday.pcap');
  const tuesday = path.join(SAMPLES, 'tuesday.pcap');
  const names = path.join(SAMPLES, 'hosts.yaml');
  await synsum(['report', '-q', '-o', output, '--force', '--names', names, '--baseline', baseline, tuesday]);
  return output;
}
