// The manual pages that the build makes: complete, without a mistake that a formatter finds, and installed by npm.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { DOCUMENTS } from '../scripts/man/documents.js';
import { buildProgram } from '../src/cli/run.js';
import { ROOT } from './helpers/program.js';

const FOLDER = path.join(ROOT, 'dist/man');
const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
const missing = ['man', 'groff', 'mandoc'].filter((program) => !has(program));
const NOTE = missing.length === 0 ? '' : ` (skipped: ${missing.join(' and ')} missing)`;

const nowhere = { isTerminal: false, write: () => true, close: () => {} };
const program = await buildProgram({ stdout: nowhere, stderr: nowhere, env: {}, cwd: ROOT }, () => {});
const commands = [program, ...program.commands];
const pageOf = (name: string): string =>
  path.join(FOLDER, name === 'synsum' ? 'synsum.1' : `synsum-${name}.1`);

const temporary: string[] = [];
afterAll(() => {
  for (const folder of temporary) rmSync(folder, { recursive: true });
});

/** As a terminal of 80 columns shows it, without bold and italics. */
function show(file: string, ...options: string[]): { readonly text: string; readonly warnings: string } {
  const { stdout, stderr } = spawnSync('man', ['-E', 'UTF-8', '--warnings', ...options, file], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], MANWIDTH: '80', LC_ALL: 'C.UTF-8', GROFF_NO_SGR: '1', MANPAGER: 'cat' },
  });
  // Bold is a character, a backspace and the character again.
  return { text: stdout.replace(/.\x08/gu, ''), warnings: stderr };
}

describe('the manual', () => {
  test('when package.json lists the pages, then it lists all that the build makes', () => {
    const { man } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
    const made = readdirSync(FOLDER).map((name) => `dist/man/${name}`);
    expect([...man].sort()).toEqual(made.sort());
    expect(made).toHaveLength(commands.length);
  });

  test.each(commands.map((command) => ({ name: command.name(), command })))(
    'when the page of $name is compared with its help, then it has the same options and arguments',
    ({ name, command }) => {
      const source = readFileSync(pageOf(name), 'utf8').replaceAll('\\-', '-');
      const [, options = ''] = /^\.Sh OPTIONS\n([\s\S]*?)^\.Sh /m.exec(source) ?? [];
      const shown = [...options.matchAll(/^\.It (Fl .*)$/gm)].map(([, flags = '']) =>
        flags
          .replaceAll(/Fl /g, '-')
          .replaceAll(' , ', ', ')
          .replaceAll(/Ar (\S+)/g, '<$1>'),
      );
      const help = command.createHelp();
      // The page has them in groups.
      expect(shown.sort()).toEqual(
        help
          .visibleOptions(command)
          .map(({ flags }) => flags)
          .sort(),
      );
      for (const option of command.options.filter(({ hidden }) => hidden)) {
        expect(options).not.toContain(`Fl ${option.long?.slice(1)}\n`);
      }
      for (const argument of help.visibleArguments(command)) {
        expect(options).toContain(`.It Ar ${argument.name()}\n`);
      }
    },
  );

  test.each(commands.map((command) => command.name()))(
    'when the page of %s is read, then it has the sections that readers look for',
    (name) => {
      const titles = [...readFileSync(pageOf(name), 'utf8').matchAll(/^\.Sh (.*)$/gm)].map(
        ([, title]) => title,
      );
      const usual = ['NAME', 'SYNOPSIS', 'DESCRIPTION', 'OPTIONS', 'ENVIRONMENT', 'FILES', 'EXIT STATUS'];
      usual.push('EXAMPLES', 'SEE ALSO');
      expect(titles.filter((title) => usual.includes(title as string))).toEqual(usual);
    },
  );

  test.skipIf(missing.length > 0)(
    `when mandoc, groff and man format the pages, then they find no mistake${NOTE}`,
    () => {
      for (const name of commands.map((command) => command.name())) {
        const file = pageOf(name);
        // Level "style" leaves out the conventions of BSD's own pages. Pages of other programs may not be installed.
        const { stdout } = spawnSync('mandoc', ['-T', 'lint', '-W', 'style', file], { encoding: 'utf8' });
        const complaints = stdout.split('\n').filter((line) => !line.includes('referenced manual not found'));
        expect(complaints).toEqual(['']);
        const groff = spawnSync('groff', ['-mandoc', '-ww', '-T', 'utf8', file], { encoding: 'utf8' });
        expect({ name, warnings: groff.stderr }).toEqual({ name, warnings: '' });
        expect({ name, warnings: show(file, '--local-file').warnings }).toEqual({ name, warnings: '' });
      }
    },
  );

  test.skipIf(missing.length > 0)(`when they refer to pages of synsum, then these exist${NOTE}`, () => {
    for (const name of commands.map((command) => command.name())) {
      const named = readFileSync(pageOf(name), 'utf8').matchAll(/\.Xr (synsum\S*) 1/g);
      for (const [, page] of named) expect(readdirSync(FOLDER)).toContain(`${page}.1`);
    }
  });

  test.skipIf(missing.length > 0)(
    `when npm installs the package globally, then man shows its pages on 80 columns${NOTE}`,
    () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'synsum-man-'));
      temporary.push(folder);
      const npm = (...args: string[]): string =>
        execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
          cwd: ROOT,
          encoding: 'utf8',
          stdio: 'pipe',
        });
      const [{ filename }] = JSON.parse(
        npm('pack', '--json', '--ignore-scripts', '--pack-destination', folder),
      );
      npm('install', '--global', '--prefix', folder, path.join(folder, filename));
      for (const page of ['synsum', 'synsum-diff', 'synsum-history']) {
        const { text } = show(page, '-M', path.join(folder, 'share/man'));
        expect(text).toContain(`${page.toUpperCase()}(1)`);
        // Lines of configuration and SQL are shown as they are, because people copy them.
        const wide = text.split('\n').filter((line) => line.length > 80);
        for (const line of wide) expect(line).toMatch(/^ {7}\S/);
      }
    },
    120_000,
  );

  test('when a page has sections of the docs, then the docs have them', () => {
    for (const { file, sections = [] } of Object.values(DOCUMENTS).flatMap(({ parts = [] }) => parts)) {
      const text = readFileSync(path.join(ROOT, file), 'utf8').replaceAll('`', '');
      for (const section of sections) expect(text).toContain(`\n## ${section}\n`);
    }
    for (const { statuses } of Object.values(DOCUMENTS)) {
      if (statuses !== undefined)
        expect(readFileSync(path.join(ROOT, statuses), 'utf8')).toContain('\n## Exit status\n');
    }
  });

  test('when the day of the build is given, then it is the day of the pages', () => {
    expect(readFileSync(pageOf('synsum'), 'utf8')).toMatch(
      /^\.Dd [A-Z][a-z]+ \d{1,2}, \d{4}\n\.Dt SYNSUM 1\n/,
    );
  });
});
