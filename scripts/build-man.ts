// Writes the manual pages, one for the program and one for each command, to dist/man/.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildProgram } from '../src/cli/run.js';
import { pageName, writePage } from './man/page.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}dist/man`;
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

// https://reproducible-builds.org/specs/source-date-epoch/
const { SOURCE_DATE_EPOCH } = process.env;
const day = SOURCE_DATE_EPOCH === undefined ? new Date() : new Date(Number(SOURCE_DATE_EPOCH) * 1000);
const date = day.toLocaleDateString('en-US', { dateStyle: 'long', timeZone: 'UTC' });

const nowhere = { isTerminal: false, write: () => true, close: () => {} };
const program = await buildProgram({ stdout: nowhere, stderr: nowhere, env: {}, cwd: root }, () => {});
mkdirSync(folder, { recursive: true });
for (const command of [program, ...program.commands]) {
  const page = writePage(command, { version, date, root, commands: program.commands });
  writeFileSync(`${folder}/${pageName(command)}.1`, page);
}
