// A word test that rejects the worst habits of our English in everything that users and readers see. It cannot judge
// whether English is good; it only knows phrases that a native speaker would not have written here.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DOCUMENTS, proseOf } from './helpers/documents.js';
import { ROOT } from './helpers/program.js';
import { textsOf } from './helpers/source-text.js';

interface Habit {
  readonly pattern: RegExp;
  /** Words that usually serve better; often the sentence wants to be turned round. */
  readonly better: string;
}

const HABITS: readonly Habit[] = [
  { pattern: /\bbehind\b/i, better: 'after' },
  { pattern: /\b(?:tells?|told|telling)\b(?! (?:\w+ )*apart)/i, better: 'say, report, show, recognise' },
  {
    // "There is no X" is fine, and so is "is no longer".
    pattern:
      /(?<!there |there's |, )\b(?:is|are|was|were) no (?!longer\b|more\b|\w+er than\b|\w+ (?:in|here|there)\b)\w/i,
    better: 'is not a …',
  },
  {
    pattern: /(?<!(?:has|have|had) )\bso many\b(?! (?:that|of|rows|survive))|\bas many as\b/i,
    better: 'this number of, up to',
  },
  { pattern: /\bat the (?:most|least)\b/i, better: 'at most, at least' },
  { pattern: /(?<!\d)1 more \w+s\b/i, better: '1 more mistake' },
  { pattern: /\ball the same\b(?! \w)/i, better: 'anyway' },
  { pattern: /\bin hand\b/i, better: 'current' },
  {
    pattern: /\bin (?:the|this|that) place\b(?! in\b)|\bin place of\b/i,
    better: 'here, at this offset, instead of',
  },
  { pattern: /\bfor want of\b|\bsuch as are\b/i, better: 'because there is no' },
  { pattern: /\b(?:be it|(?<!let )it be|they be|shall)\b/i, better: 'is, are, must, will' },
  { pattern: /\bwhoever\b|\bwhatever (?:it|they)\b/i, better: 'anyone who, the reader, any' },
  { pattern: /\b(?:has|have|had) the say\b/i, better: 'decides' },
  { pattern: /\bmakes? itself\b/i, better: 'makes' },
  { pattern: /\bgo(?:es)? with\b/i, better: 'grows with, depends on, belongs to' },
  { pattern: /\bby (?:itself|themselves)\b/i, better: 'alone, separately, on its own' },
  { pattern: /\bpass(?:es|ed)? over\b/i, better: 'skip, ignore' },
  { pattern: /\bsome (?:\d|ten\b|twenty|thirty|hundred|thousand|half)/i, better: 'about' },
  { pattern: /\banew\b/i, better: 'again' },
  { pattern: /\bbeside\b/i, better: 'next to, in addition to, with' },
  { pattern: /\bno news\b/i, better: 'not reported' },
  { pattern: /\bin silence\b/i, better: 'silently, without a message' },
  { pattern: /\b(?:read|written|used|kept) whole\b/i, better: 'completely' },
  { pattern: /\bgoes on\b/i, better: 'continues, resumes' },
  { pattern: /\bthough (?:it|he|she|they|[a-z ]{1,20}) be\b/i, better: 'even if' },
  { pattern: /(?:^|[.!] )What(?:ever)?\b(?![^.]*\?)/, better: 'the subject itself' },
  { pattern: /(?:^|[.!] )Who(?:ever)?\b(?![^.]*\?)/, better: 'the subject itself' },
  { pattern: /(?:^|[.!] )Of \w/, better: 'the subject and the verb first' },
  { pattern: /(?:^|[.!] )Gives\b(?! up\b)/, better: 'Returns' },
  { pattern: /^error:/, better: 'synsum:' },
];

interface Exception {
  readonly file: string;
  readonly text: string;
  readonly reason: string;
}

const EXCEPTIONS: readonly Exception[] = [
  { file: 'config/services.yaml', text: 'tell', reason: 'the name that IANA registered for port 754' },
  {
    file: 'src/cli/commands/report.ts',
    text: 'Who serves what to whom',
    reason: 'the title of a report: an indirect question',
  },
  { file: 'scripts/man/documents.ts', text: 'What ', reason: 'the titles of sections in our docs' },
];

interface Sentence {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** A paragraph, a list item or a table cell each; headings are titles, which may begin with "What". */
function sentencesOf(file: string, markdown: string): Sentence[] {
  const sentences: Sentence[] = [];
  let begun: { line: number; text: string } | undefined;
  const end = (): void => {
    if (begun !== undefined) sentences.push({ file, ...begun });
    begun = undefined;
  };
  for (const [at, line] of proseOf(markdown).split('\n').entries()) {
    const isText = line.trim() !== '' && !/^(?:#| {4}|<!--)/.test(line);
    if (!isText || /^\s*(?:[-*]|\d+\.) /.test(line) || line.startsWith('|')) end();
    if (!isText) continue;
    if (line.startsWith('|')) {
      for (const cell of line.split('|')) sentences.push({ file, line: at + 1, text: cell.trim() });
      continue;
    }
    const text = line.trim().replace(/^(?:[-*]|\d+\.) (?:\*\*(.*?)\*\*)?/, '$1');
    begun = begun === undefined ? { line: at + 1, text } : { ...begun, text: `${begun.text} ${text}` };
  }
  end();
  return sentences;
}

function filesIn(folder: string, pattern: RegExp): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => pattern.test(name) && !name.includes('captures/'))
    .map((name) => `${folder}/${name}`)
    .sort();
}

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

const inCode = (file: string): Sentence[] =>
  textsOf(read(file)).map(({ line, text }) => ({ file, line, text }));

const inComments = (file: string): Sentence[] =>
  read(file)
    .split('\n')
    .flatMap((line, at) => {
      const [, text] = /(?:^|\s)##? (.*)$/.exec(line) ?? [];
      return text === undefined ? [] : [{ file, line: at + 1, text }];
    });

/** The titles of tests, and of groups of them. */
const inTitles = (file: string): Sentence[] => {
  const source = read(file);
  const groups = new Set(
    [...source.matchAll(/\bdescribe(?:\.\w+)?\(\s*'([^']*)'/g)].map(([, title]) => title),
  );
  return inCode(file).filter(({ text }) => /^(?:when|if) /.test(text) || groups.has(text));
};

function habitsIn(sentences: readonly Sentence[]): string[] {
  return sentences.flatMap(({ file, line, text }) =>
    HABITS.flatMap(({ pattern, better }) => {
      const found = pattern.exec(text);
      if (found === null) return [];
      if (EXCEPTIONS.some((exception) => exception.file === file && text.includes(exception.text))) return [];
      const around = text.slice(Math.max(0, found.index - 40), found.index + 60);
      return [`${file}:${line}: found "${found[0]}", expected ${better}: …${around}…`];
    }),
  );
}

const CODE = [
  ...filesIn('src', /\.ts$/),
  ...filesIn('scripts', /\.(?:ts|mjs)$/),
  ...filesIn('bench', /\.(?:ts|mjs)$/),
];
const SETTINGS = [
  '.ci/run',
  'bench/synack-summary.sed',
  'samples/hosts.yaml',
  ...filesIn('config', /\.yaml$/),
  ...filesIn('docs/examples', /./),
];

describe('our English', () => {
  test.each(DOCUMENTS)('when $file is read, then it has none of our bad habits', ({ file, text }) => {
    const sentences = sentencesOf(file, text);
    expect(sentences.length).toBeGreaterThan(10);
    expect(habitsIn(sentences)).toEqual([]);
  });

  test('when comments and messages in the code are read, then they have none', () => {
    const sentences = CODE.flatMap(inCode);
    expect(sentences.length).toBeGreaterThan(1000);
    expect(habitsIn(sentences)).toEqual([]);
  });

  test('when the comments of settings and examples are read, then they have none', () => {
    const sentences = SETTINGS.flatMap(inComments);
    expect(sentences.length).toBeGreaterThan(50);
    expect(habitsIn(sentences)).toEqual([]);
  });

  test('when the titles of tests are read, then they have none', () => {
    const titles = filesIn('test', /\.test\.ts$/).flatMap(inTitles);
    expect(titles.length).toBeGreaterThan(1000);
    expect(habitsIn(titles)).toEqual([]);
  });

  test('when an exception is made, then it is still needed', () => {
    const all = [...CODE.flatMap(inCode), ...SETTINGS.flatMap(inComments)];
    const unneeded = EXCEPTIONS.filter(
      ({ file, text }) =>
        !all.some(
          (sentence) =>
            sentence.file === file &&
            sentence.text.includes(text) &&
            HABITS.some(({ pattern }) => pattern.test(sentence.text)),
        ),
    );
    expect(unneeded).toEqual([]);
  });

  test('when a source file is split, then its comments and strings are found, and nothing else', () => {
    const source = [
      '// One comment',
      '// in two lines.',
      'const a = b / c; // not a regular expression: / tell /',
      "const d = /tell 'me/.test('it\\'s');",
      '/** A docstring\n * in two lines. */',
      'const e = `$' + '{f(`inner $' + '{1}`)} outer`;',
      "import g from './g.js';",
    ].join('\n');
    expect(textsOf(source)).toEqual([
      { kind: 'comment', line: 1, text: 'One comment in two lines.' },
      { kind: 'comment', line: 3, text: 'not a regular expression: / tell /' },
      { kind: 'string', line: 4, text: "it's" },
      { kind: 'comment', line: 5, text: 'A docstring in two lines.' },
      { kind: 'string', line: 7, text: 'inner …' },
      { kind: 'string', line: 7, text: '… outer' },
      { kind: 'string', line: 8, text: './g.js' },
    ]);
  });
});
