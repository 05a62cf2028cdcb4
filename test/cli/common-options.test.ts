// The same words work in every command: a table of all common options and all commands that have them. An exception is
// listed here, with the reason that the command gives.

import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AnyCommand } from '../../src/cli/commander.js';
import { buildProgram, run } from '../../src/cli/run.js';
import type { Output } from '../../src/files/output.js';
import { ROOT } from '../helpers/program.js';
import { hasNmap, NMAP_NOTE } from './lab.js';
import { OFFICE } from './office.js';

const NAMES = path.join(ROOT, 'samples/hosts.yaml');
const MONDAY = path.join(ROOT, 'samples/monday.pcap');
const TUESDAY = path.join(ROOT, 'samples/tuesday.pcap');

/** The words after the name of each command that make it do its work on the samples. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  summary: [OFFICE],
  services: [OFFICE],
  hosts: [OFFICE],
  scan: ['192.0.2.1'],
  diff: [MONDAY, TUESDAY],
  check: ['--baseline', MONDAY, '--dir', ROOT],
  save: [OFFICE],
  live: [OFFICE],
  rules: ['--accept', 'all', OFFICE],
  report: [OFFICE],
};
const NAMES_OF_COMMANDS = Object.keys(COMMANDS);

interface CommonOption {
  readonly flag: string;
  /** Values that every command refuses alike, with its message. */
  readonly wrong: readonly (readonly [value: string, message: RegExp])[];
  /** Commands that refuse it, with the reason. */
  readonly exceptions?: Readonly<Record<string, string>>;
  /** Its help differs on purpose. */
  readonly hasOwnHelp?: true;
  readonly value?: string;
}

const WHOLE = 'an inventory is saved whole; filter and sort it when you read it';
const ALL_CHANGES = 'changes are reported by kind and machine, all of them';
const IN_PAGE = 'a report shows everything; sort and filter it in the page';
const SLASH = 'the key / filters the table';
const KEYS = 'the keys s and r sort the table';
const NEWLY_USED = 'changes say what is newly used; -v adds what only answered';
const BY_NUMBER = 'rules are sorted by number, so that they can be compared';
const ORDER = {
  diff: ALL_CHANGES,
  check: ALL_CHANGES,
  save: WHOLE,
  report: IN_PAGE,
  live: KEYS,
  rules: BY_NUMBER,
};
const AT_ONCE = 'each capture is checked once and as a whole; synsum diff takes times';
const NOW = 'a scan shows what is open now';
const LIVE = 'synsum services judges what --save keeps';
const ONLY_LISTS = {
  diff: NEWLY_USED,
  check: NEWLY_USED,
  scan: NOW,
  save: WHOLE,
  report: IN_PAGE,
  live: LIVE,
  rules: '--accept chooses what is allowed, and --comments evidence shows why',
};

const MACHINE: CommonOption['wrong'] = [['12.13.15', /found "12\.13\.15", expected a name, an address/]];

const OPTIONS: readonly CommonOption[] = [
  {
    flag: '--client',
    value: 'dumbo',
    wrong: MACHINE,
    exceptions: { scan: 'a scan finds no clients; a capture shows them', save: WHOLE, live: SLASH },
  },
  { flag: '--server', value: 'pluto', wrong: MACHINE, exceptions: { save: WHOLE, live: SLASH } },
  {
    flag: '--service',
    value: 'ssh',
    wrong: [['70000', /found "70000", expected ports from 0 to 65535/]],
    exceptions: { save: WHOLE, live: SLASH },
  },
  {
    flag: '--since',
    value: '2007-06-21',
    wrong: [['never', /^synsum: --since: found "never", expected a time such as/]],
    exceptions: { scan: NOW, check: AT_ONCE },
  },
  {
    flag: '--until',
    value: '2027-06-21',
    wrong: [['never', /^synsum: --until: found "never", expected a time such as/]],
    exceptions: { scan: NOW, check: AT_ONCE },
  },
  {
    flag: '--numeric',
    wrong: [],
    exceptions: {
      save: 'names are applied when an inventory is read, not when it is saved',
      rules: 'rules have addresses; --comments none leaves out the names',
    },
  },
  {
    flag: '--sort',
    value: 'count',
    wrong: [['size', /'size' is invalid\. Allowed choices are/]],
    exceptions: ORDER,
    hasOwnHelp: true,
  },
  { flag: '--top', value: '2', wrong: [['0', /Expected a whole number, at least 1\./]], exceptions: ORDER },
  { flag: '--reverse', wrong: [], exceptions: ORDER },
  {
    flag: '--only',
    value: 'yes',
    wrong: [['used', /'used' is invalid\. Allowed choices are yes, maybe, all/]],
    exceptions: ONLY_LISTS,
  },
  { flag: '--evidence', wrong: [], exceptions: ONLY_LISTS, hasOwnHelp: true },
  { flag: '--tz', value: 'utc', wrong: [['Mars', /Expected local, utc or a time zone/]] },
  {
    flag: '--format',
    value: 'json',
    wrong: [['xml', /'xml' is invalid\. Allowed choices are .*json/]],
    exceptions: {
      save: 'an inventory is always JSON',
      live: 'the summary is a table; --save keeps everything for other formats',
      report: 'a report is always HTML; synsum map has other formats',
    },
    hasOwnHelp: true,
  },
  {
    flag: '--output',
    value: '/nonexistent/x',
    wrong: [['/nonexistent/x', /^synsum: -o \/nonexistent\/x: no such file or directory\n$/]],
    exceptions: { live: 'the view needs the terminal; --save writes a file' },
    hasOwnHelp: true,
  },
  { flag: '--quiet', wrong: [] },
  { flag: '--verbose', wrong: [], hasOwnHelp: true },
  {
    flag: '--names',
    value: NAMES,
    wrong: [['/nonexistent.yaml', /^\/nonexistent\.yaml: found no such file/]],
  },
];

interface Result {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function synsum(...args: string[]): Promise<Result> {
  const texts = { stdout: '', stderr: '' };
  const outputTo = (name: keyof typeof texts): Output => ({
    isTerminal: false,
    write(text) {
      texts[name] += text;
      return true;
    },
    close() {},
  });
  const context = { stdout: outputTo('stdout'), stderr: outputTo('stderr'), env: {}, cwd: '/' };
  const status = await run(args, context);
  return { status, ...texts };
}

const program = await buildProgram(
  { stdout: process.stdout, stderr: process.stderr, env: {}, cwd: '/' } as never,
  () => {},
);
const commandOf = (name: string): AnyCommand =>
  program.commands.find((command: AnyCommand) => command.name() === name) as AnyCommand;
const wordsOf = (name: string): readonly string[] => COMMANDS[name] ?? [];

const cells = OPTIONS.flatMap((option) => NAMES_OF_COMMANDS.map((command) => ({ ...option, command })));
const supported = cells.filter(({ command, exceptions = {} }) => exceptions[command] === undefined);
const refused = cells.filter(({ command, exceptions = {} }) => exceptions[command] !== undefined);

describe('help', () => {
  test.each(supported)(
    'when $command has $flag then its help says so as everywhere',
    ({ command, flag, hasOwnHelp }) => {
      const [option, usual] = [
        commandOf(command),
        commandOf(
          NAMES_OF_COMMANDS.find((name) =>
            supported.some((cell) => cell.command === name && cell.flag === flag),
          ) as string,
        ),
      ].map(({ options }) => options.find(({ long }) => long === flag));
      expect(option).toMatchObject({
        hidden: false,
        flags: usual?.flags,
        helpGroupHeading: usual?.helpGroupHeading,
      });
      if (hasOwnHelp !== true) expect(option?.description).toBe(usual?.description);
    },
  );

  test.each(refused)('when $command refuses $flag then its help does not have it', ({ command, flag }) => {
    expect(commandOf(command).options.find(({ long }) => long === flag)?.hidden).toBe(true);
  });

  test.each(NAMES_OF_COMMANDS)(
    'when the help of %s is read then its groups are in the same order',
    (name) => {
      const headings = commandOf(name)
        .helpInformation()
        .split('\n')
        .filter((line) => /^\S.*:$/.test(line));
      const order = [
        'Arguments:',
        'Comparing:',
        'Choosing what counts:',
        'Making rules:',
        'Checking rules:',
        'Arranging the result:',
        'Output:',
        'Names and reading:',
        'Other:',
      ];
      expect(headings).toEqual(order.filter((heading) => headings.includes(heading)));
      expect(headings.length).toBeGreaterThan(3);
      for (const line of commandOf(name).helpInformation().split('\n'))
        expect(line.length).toBeLessThanOrEqual(80);
    },
  );
});

describe('mistakes', () => {
  const wrong = supported.flatMap((cell) =>
    cell.wrong.map(([value, message]) => ({ ...cell, value, message })),
  );
  test.each(wrong)(
    'when $command gets $flag $value then it says what every command says',
    async ({ command, flag, value, message }) => {
      const { status, stdout, stderr } = await synsum(command, flag, value, ...wordsOf(command));
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(message);
    },
  );

  test.each(refused)(
    'when $command gets $flag, before or after its name, then it says why it has none',
    async (cell) => {
      const { command, flag, value, exceptions = {} } = cell;
      const words = value === undefined ? [flag] : [flag, value];
      for (const args of [
        [command, ...wordsOf(command), flag],
        [command, ...words, ...wordsOf(command)],
        [...words, command, ...wordsOf(command)],
      ]) {
        expect(await synsum(...args)).toEqual({
          status: 2,
          stdout: '',
          stderr: `synsum: ${flag}: ${exceptions[command]}\n`,
        });
      }
    },
  );
});

const LISTS = ['summary', 'services', 'hosts'];
const listed = async (command: string, ...options: string[]): Promise<Record<string, unknown>[]> => {
  const { status, stdout } = await synsum(
    command,
    '--names',
    NAMES,
    '-q',
    '-f',
    'ndjson',
    ...options,
    OFFICE,
  );
  expect(status).toBe(0);
  return stdout
    .trimEnd()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
};
const countOf = (row: Record<string, unknown>): number => Number(row['count'] ?? row['connections']);

describe.each(LISTS)('the rows of %s', (command) => {
  test('when they are sorted, reversed and cut then they are those of the whole list', async () => {
    const all = await listed(command, '--sort', 'count');
    expect(all.map(countOf)).toEqual(all.map(countOf).toSorted((a, b) => b - a));
    expect(await listed(command, '--sort', 'count', '--reverse')).toEqual(all.toReversed());
    expect(await listed(command, '--top', '2')).toEqual(all.slice(0, 2));
    expect(await listed(command, '--top', '2', '--reverse')).toEqual(all.toReversed().slice(0, 2));
    const usual = await listed(command);
    expect(await listed(command, '--reverse')).toEqual(usual.toReversed());
    for (const column of ['first_seen', 'last_seen']) {
      const times = (await listed(command, '--sort', column)).map((row) => String(row[column]));
      expect(times).toEqual(column === 'first_seen' ? times.toSorted() : times.toSorted().toReversed());
    }
  });

  test('when names are not wanted then there are addresses and ports', async () => {
    const text = JSON.stringify(await listed(command, '-n'));
    expect(text).toContain('12.13.15.166');
    expect(text).toContain('22/tcp');
    expect(text).not.toMatch(/"(?:pluto|minnie|ssh|rsync)"/);
  });

  test('when filters take lists and exclude then each says the same as its parts', async () => {
    const usual = await listed(command);
    expect(await listed(command, '--service', 'ssh,rsync')).toEqual(
      await listed(command, '--service', 'ssh', '--service', 'rsync'),
    );
    expect(await listed(command, '--service', '!ssh,!rsync')).toEqual(
      await listed(command, '--service', 'http,smtp'),
    );
    expect(await listed(command, '--server', '!pluto')).toEqual(
      await listed(command, '--server', 'minnie,_'),
    );
    expect(await listed(command, '--client', '*,_')).toEqual(usual);
    expect(await listed(command, '--server', 'pluto', '--server', '!12.13.15.166')).toEqual([]);
    expect((await listed(command, '--client', 'dumbo')).map(countOf)).toContain(324);
  });

  test('when times are given then other SYN-ACKs do not count', async () => {
    const half = await listed(command, '--since', '2007-06-21T13:00', '--tz', 'utc');
    expect(half).toEqual(await listed(command, '--since', '2007-06-21T13:00Z'));
    expect(half).toEqual(await listed(command, '--since', '2007-06-21T15:00', '--tz', 'Europe/Berlin'));
    expect(half.map(countOf)).not.toEqual((await listed(command)).map(countOf));
  });

  test('when a service is chosen by its common name then that is the listed one', async () => {
    const found = await listed(command, '--service', 'www');
    expect(found).toEqual(await listed(command, '--service', 'http'));
    expect(found.length).toBeGreaterThan(0);
    expect(JSON.stringify(found)).not.toContain('www');
    expect(await listed(command, '--service', '!www')).toEqual(await listed(command, '--service', '!http'));
  });

  test('when a pattern matches nothing then that is said, with what was probably meant', async () => {
    const { status, stderr } = await synsum(command, '--names', NAMES, '--service', 'htpt', OFFICE);
    expect(status).toBe(0);
    expect(stderr).toContain('synsum: --service htpt: matches nothing here; did you mean http?\n');
    expect(stderr).not.toContain('nothing to show');
    const late = await synsum(command, '--names', NAMES, '--service', '22', '--since', '2030-01-01', OFFICE);
    expect(late.stderr).toContain('synsum: --service 22: matches nothing between --since and --until\n');
  });

  test('when there is nothing to show then the reason is said', async () => {
    const { stderr } = await synsum(command, '--names', NAMES, '--since', '2020-01-01', OFFICE);
    expect(stderr).toContain(
      'synsum: nothing to show: all SYN-ACKs are outside --since and --until; ' +
        'those in the captures are from 2007-06-21T08:00:02Z to 2007-06-21T17:59:58Z\n',
    );
  });

  test('when the old spelling of an option is used then it still works', async () => {
    const { stdout } = await synsum(command, '--names', NAMES, OFFICE);
    expect((await synsum(command, '--hosts', NAMES, OFFICE)).stdout).toBe(stdout);
  });

  test('when more is to be said then the names file and every class of packets are', async () => {
    const { stderr } = await synsum(command, '-v', '--names', NAMES, OFFICE);
    expect(stderr).toContain(`synsum: names from ${NAMES}\n`);
    expect(stderr).toMatch(/^synsum: +12,092 {2}SYN-ACK$/m);
    expect((await synsum(command, '-q', '--names', NAMES, OFFICE)).stderr).toBe('');
  });
});

describe('other old spellings', () => {
  test('when --host is used then it is --machine', async () => {
    expect(await listed('hosts', '--host', 'pluto')).toEqual(await listed('hosts', '--machine', 'pluto'));
  });

  test('when --clients is used then it is --changed-clients', async () => {
    const [old, now] = await Promise.all(
      ['--clients', '--changed-clients'].map((flag) =>
        synsum('diff', '--names', NAMES, flag, MONDAY, TUESDAY),
      ),
    );
    expect(old).toEqual(now);
  });
});

describe('changes', () => {
  const changes = async (...options: string[]): Promise<Record<string, unknown>[]> => {
    const { stdout } = await synsum('diff', '--names', NAMES, '-f', 'ndjson', ...options, MONDAY, TUESDAY);
    return stdout
      .trimEnd()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  };

  test('when they are filtered then only those of chosen servers and services are reported', async () => {
    const all = (await changes()).filter(({ type }) => type === 'added' || type === 'gone');
    expect(all.length).toBeGreaterThan(1);
    for (const { server, port } of all) {
      const chosen = await changes('--server', String(server), '--service', String(port));
      expect(chosen.filter(({ type }) => type === 'added' || type === 'gone')).toEqual(
        all.filter((change) => change['server'] === server && change['port'] === port),
      );
    }
    expect(await changes('--service', '!1-65535')).toEqual([]);
  });

  test('when a machine has another service than before then a filter does not make it new', async () => {
    const machines = (await changes()).filter(({ type }) => type === 'new_machine');
    const chosen = (await changes('--service', 'mysql')).filter(({ type }) => type === 'new_machine');
    expect(machines).toEqual(expect.arrayContaining(chosen));
    expect(chosen.map(({ machine }) => machine)).not.toContain('pluto');
  });

  test('when names are not wanted then there are addresses and ports', async () => {
    expect(JSON.stringify(await changes('-n'))).not.toMatch(/"(?:pluto|minnie|mysql)"/);
  });

  test('when they are CSV then each has a row', async () => {
    const { stdout } = await synsum('diff', '--names', NAMES, '-f', 'csv', MONDAY, TUESDAY);
    const counted = (await changes()).filter(({ type }) => type !== 'unseen' && type !== 'remote_before');
    expect(stdout.trimEnd().split('\n')).toHaveLength(1 + counted.length);
  });
});

describe('a scan', () => {
  test('when options of nmap stand before -- then it says where they belong', async () => {
    for (const words of [['-p', '80'], ['-sS'], ['-oX', 'file']]) {
      const { status, stderr } = await synsum('scan', '192.0.2.1', ...words);
      expect(status).toBe(2);
      expect(stderr).toContain("put nmap's options after --");
    }
  });

  test.skipIf(!hasNmap)(`when it is done then its list is arranged as others are${NMAP_NOTE}`, async () => {
    const { status, stdout } = await synsum(
      'scan',
      '-q',
      '-n',
      '--top',
      '1',
      '--sort',
      'port',
      '127.0.0.1',
      '--',
      '-sL',
    );
    expect({ status, lines: stdout.split('\n')[0] }).toMatchObject({
      lines: expect.stringMatching(/^server,address,port/),
    });
  });
});
