// What kill -9 leaves behind, at any moment: files are whole, old or new, and the next run makes up for what was missed.

import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ethernet, ipv4, pcap, tcp } from '../helpers/packets.js';
import { resultOf, start, synsum } from '../helpers/program.js';
import { CheckFolder, SILENT } from './commands/check-folder.js';

const FOLDER = fs.mkdtempSync(path.join(tmpdir(), 'synsum-kill-'));
afterAll(() => fs.rmSync(FOLDER, { recursive: true }));

/** `SYNSUM_KILLS=30` in the nightly run, as in test/store/record.test.ts: these take less time. */
const KILLS = 2 * Number(process.env['SYNSUM_KILLS'] ?? 10);
/** Enough for the writing to be a good part of a run. */
const ROWS = 20_000;
const START = 1_767_225_600;

/** A capture with so many services of 10.0.0.0/16, each used once. */
function captureOf(services: number, number: number): Uint8Array {
  const records = Array.from({ length: services }, (_, at) => {
    const payload = tcp({ sourcePort: 1000 + (at & 0xff) });
    const packet = ipv4({ source: `10.0.${at >>> 8}.1`, destination: '10.0.0.100', payload });
    return { seconds: START + number * ROWS + at, data: ethernet({ payload: packet }) };
  });
  return pcap({ records });
}

/** Runs the program and kills it, at a moment that may be any of its life; true if it was through before that. */
async function kill(args: readonly string[], moment: number): Promise<boolean> {
  const child = start(args);
  const timer = setTimeout(() => child.kill('SIGKILL'), moment);
  const { status } = await resultOf(child);
  clearTimeout(timer);
  return status !== null;
}

/** Milliseconds that a run takes that is left alone, by a first guess. It is mended by how far each run came. */
class Duration {
  #milliseconds = 1000;

  /** A moment that may be any of a run's life. */
  moment(): number {
    return Math.random() * this.#milliseconds;
  }

  adapt(isThrough: boolean): void {
    this.#milliseconds *= isThrough ? 0.8 : 1.1;
  }
}

/** Whether the round is needed: the killing also goes on until a file was left half-written, so that something was tried. */
function isNeeded(round: number, abandoned: number): boolean {
  return round < KILLS || abandoned === 0;
}

describe.concurrent('synsum save', () => {
  test(`when it is killed ${KILLS} times then the file is the old or the new one, and whole`, async () => {
    const place = fs.mkdtempSync(path.join(FOLDER, 'save-'));
    const [one, two] = ['1.pcap', '2.pcap'].map((name, number) => {
      const file = path.join(place, name);
      fs.writeFileSync(file, captureOf(ROWS, number));
      return file;
    }) as [string, string];
    const target = path.join(place, 'target.json');
    const save = (source: string): string[] => ['save', '--force', '-q', '-o', target, source];
    await synsum(save(two));
    const next = fs.readFileSync(target);
    await synsum(save(one));
    const old = fs.readFileSync(target);
    const duration = new Duration();
    let abandoned = 0;
    for (let round = 0; isNeeded(round, abandoned); round++) {
      fs.writeFileSync(target, old);
      const isThrough = await kill(save(two), duration.moment());
      duration.adapt(isThrough);
      const found = fs.readFileSync(target);
      if (isThrough || !found.equals(old)) expect(found.equals(next)).toBe(true);
      if (fs.readdirSync(place).some((name) => name.endsWith('.tmp'))) abandoned += 1;
    }
    expect(await synsum(save(two))).toEqual(SILENT);
    expect(fs.readFileSync(target).equals(next)).toBe(true);
    expect(fs.readdirSync(place).sort()).toEqual(['1.pcap', '2.pcap', 'target.json']);
  });
});

describe.concurrent('synsum check', () => {
  test(`when it is killed ${KILLS} times then nothing is counted twice or lost`, async () => {
    const folder = new CheckFolder(fs.mkdtempSync(path.join(FOLDER, 'check-')));
    const check = ['check', '--baseline', folder.baseline, '--dir', folder.captures, '--ignore', '*'];
    folder.add('0.pcap', captureOf(ROWS / 2, 0));
    await folder.save();
    folder.add('1.pcap', captureOf(ROWS / 20, 1));
    await synsum(check);
    folder.add('2.pcap', captureOf(ROWS / 40, 2));
    const files = [folder.baseline, folder.pending, folder.state];
    const read = (): (Buffer | undefined)[] =>
      files.map((file) => (fs.existsSync(file) ? fs.readFileSync(file) : undefined));
    const before = read();
    await synsum(check);
    const pending = read();
    await synsum([...check, '--update']);
    const accepted = read();
    expect(accepted[1]).toBeUndefined();
    const place = (contents: readonly (Buffer | undefined)[]): void => {
      for (const [at, content] of contents.entries()) {
        if (content === undefined) fs.rmSync(files[at] ?? '', { force: true });
        else fs.writeFileSync(files[at] ?? '', content);
      }
    };

    // Kills rarely come between the two files, so the state that is left then is tried in any case.
    const left = new Map([['0,0,2', [before[0], before[1], accepted[2]]]]);
    const duration = new Duration();
    let abandoned = 0;
    for (let round = 0; isNeeded(round, abandoned); round++) {
      place(before);
      // Now and then it is a run from cron that is killed first.
      if (round % 4 === 0) await kill(check, duration.moment());
      duration.adapt(await kill([...check, '--update'], duration.moment()));
      const found = read();
      const versions = found.map((content, at) =>
        [before, pending, accepted].findIndex((version) => isSame(content, version[at])),
      );
      expect(versions).not.toContain(-1);
      // The end of the old baseline must be remembered before that is replaced.
      if (versions[0] === 2) expect(versions[2]).toBe(2);
      left.set(versions.join(), found);
      if (fs.readdirSync(folder.place).some((name) => name.endsWith('.tmp'))) abandoned += 1;
    }
    for (const found of left.values()) {
      place(found);
      expect((await synsum([...check, '--update'])).status).toBe(0);
      for (const [at, content] of read().entries()) expect(isSame(content, accepted[at])).toBe(true);
    }
    expect(await synsum(check)).toEqual(SILENT);
    expect(fs.readdirSync(folder.place).sort()).toEqual(['base.json', 'base.json.state', 'captures']);
  });
});

function isSame(one: Buffer | undefined, other: Buffer | undefined): boolean {
  return one === undefined ? other === undefined : other?.equals(one) === true;
}
