// Writes the manual page of a command: its definition gives names, options and help, the docs give the rest.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Token, Tokens } from 'marked';
import type { AnyCommand } from '../../src/cli/commander.js';
import { DOCUMENTS, PAGE_OF_DOCUMENT, type Part } from './documents.js';
import { blocks, type Section, sectionsOf } from './markdown.js';
import { code, fill, literal, prose, withoutEmptyParagraphs } from './roff.js';

export interface Package {
  readonly version: string;
  /** The day of the pages, as in "November 28, 2026". */
  readonly date: string;
  readonly root: string;
  /** All commands, which the page of the program lists. */
  readonly commands: readonly AnyCommand[];
}

/** `synsum`, or `synsum-diff`. */
export function pageName(command: AnyCommand): string {
  return command.parent === null ? 'synsum' : `synsum-${command.name()}`;
}

export function writePage(command: AnyCommand, context: Package): string {
  const name = pageName(command);
  const key = command.parent === null ? 'synsum' : command.name();
  const { parts = [], statuses, seeAlso = [] } = DOCUMENTS[key] ?? {};
  const [summary = '', ...more] = command.description().split('\n\n');
  const { notes, sections } = closingHelp(command);
  const lines = [
    `.Dd ${context.date}`,
    `.Dt ${name.toUpperCase()} 1`,
    `.Os synsum ${context.version}`,
    '.Sh NAME',
    `.Nm ${name}`,
    `.Nd ${oneLine(summary)}`,
    '.Sh SYNOPSIS',
    ...synopsis(command),
    '.Sh DESCRIPTION',
    ...paragraphs([command.parent === null ? summary : `${sentence(summary)}`, ...more]),
    ...notes,
    ...introOf(parts, context),
    ...commandList(command, context),
    ...options(command),
    ...sections.filter(({ title }) => !STANDARD.has(title)).flatMap(heading),
    ...parts.flatMap((part) => sectionLines(part, context)),
    ...table('ENVIRONMENT', 'Environment', command, context),
    ...table('FILES', 'Files', command, context),
    '.Sh EXIT STATUS',
    ...statusLines(command, statuses, sections, context),
    ...examples(command, sections, parts, context),
    '.Sh SEE ALSO',
    ...references(command, seeAlso, context),
  ];
  return `${withoutEmptyParagraphs(lines).join('\n')}\n`;
}

function heading({ title, lines }: HelpSection): string[] {
  return [`.Sh ${prose(title)}`, ...lines];
}

function oneLine(text: string): string {
  const line = text.replaceAll('\n', ' ').replace(/\.$/, '');
  return prose(`${line[0]?.toLowerCase()}${line.slice(1)}`);
}

/** The help of commands has no capital and no full stop. */
function sentence(text: string): string {
  return `${text[0]?.toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}

function paragraphs(texts: readonly string[]): string[] {
  return texts.flatMap((text) => ['.Pp', ...fill(prose(text))]);
}

function synopsis(command: AnyCommand): string[] {
  if (command.parent === null) {
    return [
      '.Nm synsum',
      '.Op Ar option ...',
      '.Op Ar source ...',
      '.Nm synsum',
      '.Ar command',
      '.Op Ar option ...',
      '.Op Ar argument ...',
    ];
  }
  const words = command.usage().match(/\[[^\]]*\]|<[^>]*>|\S+/g) ?? [];
  return [`.Nm synsum ${command.name()}`, ...words.map(synopsisWord)];
}

function synopsisWord(word: string): string {
  if (word === '[options]') return '.Op Ar option ...';
  const text = word.slice(1, -1).replace(/\.\.\.$/, ' ...');
  if (word.startsWith('<')) return `.Ar ${text}`;
  return text.startsWith('-- ') ? `.Op Fl - Ar ${text.slice(3)}` : `.Op Ar ${text}`;
}

function commandList(command: AnyCommand, { commands }: Package): string[] {
  if (command.parent !== null) return [];
  const items = commands.flatMap((one) => [`.It Xr ${pageName(one)} 1`, ...fill(prose(one.description()))]);
  return ['.Sh COMMANDS', '.Bl -tag -width Ds', ...items, '.El'];
}

function options(command: AnyCommand): string[] {
  const help = command.createHelp();
  const groups = new Map<string, string[]>();
  for (const argument of help.visibleArguments(command)) {
    const text = help.argumentDescription(argument);
    groups.set('Arguments', [
      ...(groups.get('Arguments') ?? []),
      `.It Ar ${argument.name()}`,
      ...fill(prose(text)),
    ]);
  }
  for (const option of help.visibleOptions(command)) {
    const title = (option.helpGroupHeading ?? 'Options').replace(/:$/, '');
    const text = fill(prose(help.optionDescription(option)));
    groups.set(title, [...(groups.get(title) ?? []), `.It ${flagsOf(option.flags)}`, ...text]);
  }
  const lists = [...groups].flatMap(([title, items]) => [
    `.Ss ${prose(title)}`,
    '.Bl -tag -width Ds',
    ...items,
    '.El',
  ]);
  return ['.Sh OPTIONS', ...lists];
}

/** `-f, --format <format>` as mdoc. */
function flagsOf(flags: string): string {
  return flags
    .split(/, | /)
    .map((word, at) => {
      if (word.startsWith('-')) return `${at > 0 ? ', ' : ''}Fl ${code(word.slice(1))}`;
      return `Ar ${prose(word.replace(/[<>[\]]/g, ''))}`;
    })
    .join(' ')
    .replace(/ , /g, ' , ');
}

interface HelpSection {
  /** In capitals. */
  readonly title: string;
  readonly lines: readonly string[];
  readonly commands: readonly string[];
}

/** Help that other sections have, or that has a section of its own in every page. */
const STANDARD = new Set(['EXAMPLES', 'EXIT STATUS']);

/** The text that a command prints after its options, by its titles. Text without a title describes the command. */
function closingHelp(command: AnyCommand): {
  readonly notes: readonly string[];
  readonly sections: readonly HelpSection[];
} {
  let text = '';
  const output = command.configureOutput();
  const before = { ...output };
  command.configureOutput({
    ...before,
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  command.configureOutput(before);
  const closing = text.slice(command.helpInformation().length).trim();
  const notes: string[] = [];
  const sections: HelpSection[] = [];
  for (const part of closing.split(/\n\n+/).filter((each) => each !== '')) {
    const [, title, rest] = /^([A-Z][a-z ]+):(?:\s*\n| )([\s\S]*)$/.exec(part) ?? [];
    if (title === undefined || rest === undefined) notes.push(...helpText(part));
    else {
      const isIndented = rest.split('\n').every((line) => /^ {2}/.test(line));
      const commands = rest.split('\n').map((line) => line.trim());
      sections.push({
        title: title.toUpperCase(),
        lines: isIndented ? helpList(commands) : helpText(rest),
        commands,
      });
    }
  }
  return { notes, sections };
}

/** Paragraphs with indented commands between them. */
function helpText(text: string): string[] {
  const lines: string[] = ['.Pp'];
  for (const line of text.split('\n')) {
    if (line.startsWith('  ')) lines.push(...literal(line.trim()), '.Pp');
    else lines.push(line);
  }
  const isCode = (line: string): boolean => line.startsWith('.') || line.startsWith('synsum ');
  return lines.some((line) => line.startsWith('.Bd'))
    ? lines.flatMap((line) => (isCode(line) ? [line] : fill(prose(line))))
    : ['.Pp', ...fill(prose(text))];
}

/** Lines such as `new       the services that …` are items of a list; others are commands. */
function helpList(lines: readonly string[]): string[] {
  const items = lines.map((line) => /^(\S+) {2,}(.*)$/.exec(line));
  if (!items.every((item) => item !== null)) return literal(lines.join('\n'));
  return [
    '.Bl -tag -width Ds',
    ...items.flatMap((item) => [`.It Cm ${code(item[1] as string)}`, ...fill(prose(item[2] as string))]),
    '.El',
  ];
}

function readDocument(file: string, { root }: Package): ReturnType<typeof sectionsOf> {
  return sectionsOf(readFileSync(path.join(root, file), 'utf8'));
}

function linesOf(tokens: readonly Token[]): string[] {
  return blocks(tokens, (target) => {
    const file = target.replace(/^(?:\.\.?\/)*(?:docs\/)?/, '');
    const page = PAGE_OF_DOCUMENT[file] ?? PAGE_OF_DOCUMENT[file.replace(/#.*/, '')];
    return page === undefined ? undefined : `\\fB${code(page)}\\fR(1)`;
  });
}

/** The introductions of documents, unless a part leaves them out. */
function introOf(parts: readonly Part[], context: Package): string[] {
  return parts
    .filter(({ sections, hasIntro = sections === undefined }) => hasIntro)
    .flatMap(({ file }) => linesOf(readDocument(file, context).intro));
}

function sectionLines({ file, sections, title: above }: Part, context: Package): string[] {
  const found = readDocument(file, context).sections;
  const chosen = sections?.map((title) => sectionNamed(found, title, file)) ?? found;
  if (above === undefined) {
    return chosen.flatMap(({ title, tokens }) => [`.Sh ${prose(title.toUpperCase())}`, ...linesOf(tokens)]);
  }
  const below = chosen.flatMap(({ title, tokens }) => [`.Ss ${prose(title)}`, ...linesOf(tokens)]);
  return [`.Sh ${prose(above.toUpperCase())}`, ...below];
}

/** A section that is missing is left out: test/man.test.ts fails then, but the program can be built. */
function sectionNamed(found: readonly Section[], title: string, file: string): Section {
  const section = found.find((one) => one.title === title);
  if (section === undefined) console.warn(`${file} has no section ${JSON.stringify(title)}`);
  return section ?? { title, tokens: [] };
}

/** The table of the docs, unless the help of the command says it all. */
function statusLines(
  command: AnyCommand,
  file: string | undefined,
  sections: readonly HelpSection[],
  context: Package,
): string[] {
  const own = sections.find(({ title }) => title === 'EXIT STATUS');
  if (file === undefined && own !== undefined) return [...own.lines];
  const from = file ?? 'README.md';
  const { tokens } = sectionNamed(readDocument(from, context).sections, 'Exit status', from);
  const isOthers = ([, meaning]: readonly Tokens.TableCell[]): boolean =>
    /^`[a-z]/.test(meaning?.text ?? '') && !meaning?.text.includes(`\`${command.name()}`);
  return linesOf(
    tokens.map((token) => {
      if (token.type !== 'table' || command.parent === null) return token;
      const { rows } = token as Tokens.Table;
      return { ...token, rows: rows.filter((row) => !isOthers(row)) } as Tokens.Table;
    }),
  );
}

/** The rows of a table in docs/environment.md that apply to a command: its second column says to which. */
function table(title: string, section: string, command: AnyCommand, context: Package): string[] {
  const file = 'docs/environment.md';
  const { tokens } = sectionNamed(readDocument(file, context).sections, section, file);
  const found = tokens.find((token): token is Tokens.Table => token.type === 'table');
  const rows = (found?.rows ?? []).filter(([, users]) => {
    const [, word = ''] = /`(.*)`/.exec(users?.text ?? '') ?? [];
    const isOption = word.startsWith('--');
    if (word === '' || (command.parent === null && !isOption)) return true;
    return isOption ? command.options.some(({ long }) => long === word) : word === command.name();
  });
  const twoColumns = {
    ...found,
    type: 'table',
    rows: rows.map(([first, , last]) => [first, last]),
  } as Tokens.Table;
  return [
    `.Sh ${title}`,
    ...linesOf([{ ...twoColumns, header: [found?.header[0], found?.header[2]] } as Tokens.Table]),
  ];
}

/** Those of the help, or the commands of this name in the docs of the page and in the README. */
function examples(
  command: AnyCommand,
  sections: readonly HelpSection[],
  parts: readonly Part[],
  context: Package,
): string[] {
  const own = sections.find(({ title }) => title === 'EXAMPLES')?.commands;
  const isExample = new RegExp(
    command.name() === 'summary' ? '^synsum (?:-|[\\w.-]+\\.pcap)' : `^(?:[#$] )?synsum ${command.name()}\\b`,
  );
  const inDocs = [...parts.map(({ file }) => file), 'README.md'].flatMap((file) =>
    readFileSync(path.join(context.root, file), 'utf8')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => isExample.test(line)),
  );
  const lines = own ?? [...new Set(inDocs.map((line) => line.replace(/^[#$] /, '')))].slice(0, MAX_EXAMPLES);
  if (lines.length === 0) return [];
  return ['.Sh EXAMPLES', ...literal(lines.join('\n'))];
}

const MAX_EXAMPLES = 10;

function references(command: AnyCommand, others: readonly string[], { commands }: Package): string[] {
  const own =
    command.parent === null
      ? commands.map(pageName)
      : ['synsum', ...others.filter(isCommand).map((name) => `synsum-${name}`)];
  const foreign = others.filter((name) => !isCommand(name)).map((name) => name.replace(/\((\d)\)$/, ' $1'));
  const pages = [...own.map((name) => `${name} 1`), ...foreign].sort(bySectionAndName);
  return pages.map((page, at) => `.Xr ${page}${at < pages.length - 1 ? ' ,' : ''}`);
}

const isCommand = (name: string): boolean => !name.includes('(');

/** As mdoc(7) wants them. */
function bySectionAndName(a: string, b: string): number {
  const [nameA = '', sectionA = ''] = a.split(' ');
  const [nameB = '', sectionB = ''] = b.split(' ');
  return sectionA.localeCompare(sectionB) || (nameA < nameB ? -1 : 1);
}
