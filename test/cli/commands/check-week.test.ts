// A week of a small network, checked as cron would: hourly or daily, with --update or without. Every sentence that is
// printed is compared with the truth, which the connections alone tell. SYNSUM_WEEK=all replays all combinations.

import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Result } from '../../helpers/program.js';
import { CheckFolder } from './check-folder.js';
import { type Reported, readJson, readText, type Silent } from './reported.js';
import {
  BEGINNING,
  type Connection,
  captureOf,
  connectionsOf,
  eventsOf,
  type Plan,
  SERVICES,
  Truth,
} from './week.js';

const FOLDER = fs.mkdtempSync(path.join(tmpdir(), 'synsum-week-'));
afterAll(() => fs.rmSync(FOLDER, { recursive: true }));

const HOUR = 3600;
/** A replay starts the program some hundred times. */
const TIMEOUT = 1_800_000;

interface Replay {
  readonly baselineDays: number;
  /** Hours from one check to the next. */
  readonly interval: number;
  /** Hours from one --update to the next. */
  readonly updates?: number;
}

const DAYS = 7;

/** Checks the captures of a week, hour by hour. */
async function replay({ baselineDays, interval, updates }: Replay): Promise<Reported[]> {
  const plan = { baselineDays, days: DAYS };
  const folder = new CheckFolder(fs.mkdtempSync(path.join(FOLDER, 'replay-')));
  const truth = new Truth();
  const all = groupByHour(connectionsOf(plan));
  const reports: Reported[] = [];
  let fresh: (readonly Connection[])[] = [];
  for (let hour = 0; hour < (baselineDays + DAYS) * 24; hour++) {
    const connections = all.get(hour) ?? [];
    folder.add(`${String(hour).padStart(4, '0')}.pcap`, captureOf(connections));
    if (hour < baselineDays * 24) {
      truth.baseline.push(connections);
      if (hour === baselineDays * 24 - 1) await folder.save();
      continue;
    }
    truth.since.push(connections);
    fresh.push(connections);
    if ((hour + 1) % interval !== 0) continue;
    const isJson = reports.length % 2 === 1;
    const report = readResult(await folder.check(...(isJson ? ['-f', 'json'] : ['-v'])), isJson);
    compare(report, truth, fresh, plan, hour);
    reports.push(report);
    fresh = [];
    // How things stand, without new captures.
    if ((hour + 1) % 24 === 0) comparePlugin(await folder.check('-f', 'nagios'), truth, plan);
    if (updates === undefined || (hour + 1) % updates !== 0) continue;
    const accepted = readResult(await folder.check('--update', '-f', 'json'), true);
    compare(accepted, truth, truth.since, plan, hour);
    truth.accept();
    for (const { service } of accepted.gone) truth.forget(service);
  }
  return reports;
}

/** By the number of the hour. */
function groupByHour(connections: readonly Connection[]): ReadonlyMap<number, readonly Connection[]> {
  const hours = new Map<number, Connection[]>();
  for (const connection of connections) {
    const hour = Math.floor((connection.time - BEGINNING) / HOUR);
    hours.set(hour, [...(hours.get(hour) ?? []), connection]);
  }
  return hours;
}

function readResult({ status, stdout, stderr }: Result, isJson: boolean): Reported {
  const notes = stderr.split('\n').filter((line) => line !== '' && !line.endsWith(': counted already'));
  expect(notes).toEqual([]);
  const reported = isJson ? readJson(stdout) : readText(stdout);
  const { added, gone, newMachines, goneMachines } = reported;
  const changes = [added, gone, newMachines, goneMachines].flat().length;
  expect(status).toBe(changes > 0 ? 1 : 0);
  if ('changes' in reported) expect(reported.changes).toBe(changes);
  return reported;
}

/** New services in these captures. */
function addedIn(truth: Truth, captures: readonly (readonly Connection[])[]): string[] {
  return Object.values(SERVICES).filter(
    (service) =>
      truth.timesIn(truth.baseline, service).length === 0 && truth.timesIn(captures, service).length > 0,
  );
}

/** Nothing is gone that is used later, and what is gone is said as soon as it has been silent for a whole hour. */
function goneIn(truth: Truth, plan: Plan): string[] {
  const { ssh } = SERVICES;
  const isGone =
    truth.lastSeen(ssh) >= eventsOf(plan).sshStops - HOUR &&
    truth.timesIn(truth.baseline, ssh).length > 0 &&
    truth.hasSilentHour(ssh);
  return isGone ? [ssh] : [];
}

/** Compares a report with the truth. @param shown the captures that are reported */
function compare(
  { added, gone, unseen, newMachines, goneMachines }: Reported,
  truth: Truth,
  shown: readonly (readonly Connection[])[],
  plan: Plan,
  hour: number,
): void {
  const where = `after hour ${hour % 24} of day ${Math.floor(hour / 24) + 1 - plan.baselineDays}`;

  // What is new, and what is said of it.
  const expectedAdded = addedIn(truth, shown).map((service) => {
    const times = truth.timesIn(truth.since, service);
    return { service, connections: times.length, firstSeen: times[0] };
  });
  expect(sorted(added), where).toEqual(sorted(expectedAdded));
  expect(newMachines, where).toEqual(
    expectedAdded.map(({ service, firstSeen }) => ({ address: service.split(':')[0], firstSeen })),
  );

  expect(
    gone.map(({ service }) => service),
    where,
  ).toEqual(goneIn(truth, plan));
  expect(goneMachines, where).toEqual([]);
  for (const silent of gone) expectSilence(silent, truth, where);

  // What is silent was not seen since the baseline, and all of that is listed.
  if (unseen.length > 0) {
    const silent = Object.values(SERVICES).filter(
      (service) =>
        truth.timesIn(truth.baseline, service).length > 0 && truth.timesIn(truth.since, service).length === 0,
    );
    const goneOnes = gone.map(({ service }) => service);
    expect(unseen.map(({ service }) => service).sort(), where).toEqual(
      silent.filter((service) => !goneOnes.includes(service)).sort(),
    );
  }
  for (const silent of unseen) expectSilence(silent, truth, where);
}

/** Compares what a plugin says with the truth: all changes that were not accepted. */
function comparePlugin({ status, stdout, stderr }: Result, truth: Truth, plan: Plan): void {
  const added = addedIn(truth, truth.since);
  const gone = goneIn(truth, plan);
  const [machines, services] = [added.length, added.length + gone.length];
  const items = [
    ...added.map((service) => `${described(service)} added`),
    ...gone.map((service) => `${described(service)} gone`),
    ...added.map((service) => `${service.split(':')[0]} new`),
  ];
  const [, text = '', changes = ''] = /^SYNSUM (.*) \| changes=(\d+);/.exec(stdout) ?? [];
  expect({ status, stderr }).toEqual({ status: items.length > 0 ? 1 : 0, stderr: '' });
  expect(Number(changes)).toBe(machines + services);
  const listed = text.replace(/^\w+ - (?:[^:]*\d (?:service|gone|new)[^:]*: |no changes$)/, '').split(', ');
  expect(listed.map((item) => item.replace(/tcp \S+ /, 'tcp '))).toEqual(items.length > 0 ? items : ['']);
}

/** `10.0.0.1 22/tcp`. */
function described(service: string): string {
  return `${service.replace(':', ' ')}/tcp`;
}

function expectSilence(
  { service, lastSeen, expected, seen, silent }: Silent,
  truth: Truth,
  where: string,
): void {
  const about = `${service} ${where}`;
  expect(lastSeen, about).toBe(truth.lastSeen(service));
  expect(seen ?? 0, about).toBe(truth.timesIn(truth.since, service).length);
  const truly = truth.expected(service);
  expect(Math.abs(expected - truly), `${about}: ${expected}, not ${truly}`).toBeLessThan(0.02 + 0.08 * truly);
  if (silent === undefined) return;
  const seconds = truth.silentSeconds(service);
  expect(
    Math.abs(silent.seconds - seconds),
    `${about}: ${silent.seconds} s, not ${seconds}`,
  ).toBeLessThanOrEqual(silent.exactness);
}

function sorted<Item extends { readonly service: string }>(items: readonly Item[]): Item[] {
  return items.toSorted((a, b) => (a.service < b.service ? -1 : 1));
}

const isNightly = process.env['SYNSUM_WEEK'] === 'all';

describe('a week', () => {
  test(
    'when it is checked every hour after a baseline of two days then every sentence is true',
    async () => {
      const reports = await replay({ baselineDays: 2, interval: 1 });
      expect(reports.length).toBe(DAYS * 24);
      // There was something to be said of each kind.
      expect(reports.flatMap(({ added }) => added).length).toBeGreaterThan(20);
      expect(reports.flatMap(({ gone }) => gone).length).toBeGreaterThan(20);
      expect(reports.flatMap(({ unseen }) => unseen).length).toBeGreaterThan(20);
    },
    TIMEOUT,
  );

  test(
    'when it is checked and accepted every day after a baseline of a week then every sentence is true',
    async () => {
      const reports = await replay({ baselineDays: 7, interval: 24, updates: 24 });
      expect(reports.flatMap(({ added }) => added)).toMatchObject([{ service: SERVICES.fresh }]);
      expect(reports.flatMap(({ gone }) => gone)).toMatchObject([{ service: SERVICES.ssh, seen: 120 }]);
    },
    TIMEOUT,
  );

  const combinations = [1, 2, 3, 7, 14].flatMap((baselineDays) =>
    [1, 5, 24].flatMap((interval) =>
      [undefined, 24, 48].map(
        (updates): Replay => ({ baselineDays, interval, ...(updates === undefined ? {} : { updates }) }),
      ),
    ),
  );
  for (const combination of isNightly ? combinations : []) {
    const { baselineDays, interval, updates } = combination;
    test(
      `when the days of the baseline are ${baselineDays}, the hours between checks ${interval} and between updates ${updates} then every sentence is true`,
      async () => {
        await replay(combination);
      },
      TIMEOUT,
    );
  }
});
