// Where options may stand: before the name of a command and behind it.

import { describe, expect, test } from 'vitest';
import { synsum } from '../helpers/program.js';
import { HOSTS, OFFICE } from './office.js';

const [OPTION = '', FILE = ''] = HOSTS;

describe('options before and after the name of a command', () => {
  test.each([
    ['services', []],
    ['hosts', []],
    ['save', []],
    ['summary', []],
    ['services', ['-f', 'json']],
    ['hosts', ['--remote', '-f', 'markdown']],
    ['summary', ['--by', 'server,port', '--sort', 'count', '--top', '3']],
    ['summary', ['-f', 'csv', '-n']],
  ])('when those of %s %j stand before it then it is the same', async (command, options) => {
    const behind = await synsum([command, OPTION, FILE, ...options, OFFICE]);
    expect(behind.status).toBe(0);
    expect(behind.stdout).not.toBe('');
    expect(await synsum([OPTION, FILE, command, ...options, OFFICE])).toEqual(behind);
    expect(await synsum([command, OFFICE, ...options, OPTION, FILE])).toEqual(behind);
  });

  test('when all options of summary stand before it then it is the same', async () => {
    const options = [
      '-q',
      '-n',
      '--by',
      'server',
      '--sort',
      'count',
      '--top',
      '2',
      '-f',
      'csv',
      '--server',
      'pluto',
    ];
    const behind = await synsum(['summary', ...HOSTS, ...options, OFFICE]);
    expect(behind.stdout.split('\n')).toHaveLength(3);
    expect(await synsum([...HOSTS, ...options, 'summary', OFFICE])).toEqual(behind);
  });

  test('when an option stands on both sides then the later one counts', async () => {
    const expected = await synsum(['summary', '--by', 'server', ...HOSTS, OFFICE]);
    expect(await synsum(['--by', 'port', 'summary', '--by', 'server', ...HOSTS, OFFICE])).toEqual(expected);
    expect(await synsum(['--hosts', 'missing.yaml', 'summary', '--by', 'server', ...HOSTS, OFFICE])).toEqual(
      expected,
    );
  });

  test('when --quiet stands before it then it is quiet', async () => {
    for (const command of ['services', 'hosts', 'save', 'summary']) {
      expect((await synsum(['-q', command, OFFICE])).stderr).toBe('');
    }
  });

  test('when an option of the program means nothing to a command then it is refused, and never taken for another', async () => {
    expect(await synsum(['services', '--by', 'server', OFFICE])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("unknown option '--by'"),
    });
    expect(await synsum(['hosts', '--open-unused', OFFICE])).toMatchObject({ status: 2 });
    expect(await synsum(['--by', 'server', 'services', OFFICE])).toMatchObject({
      status: 2,
      stderr: 'synsum: --by: synsum services has no such option\n',
    });
  });
});
