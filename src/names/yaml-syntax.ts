// Parses text as YAML 1.2.2 and describes its mistakes. Knows nothing of hosts files. Offsets are in UTF-16
// code units.

import {
  Composer,
  type CST,
  type Document,
  Lexer,
  type ParsedNode,
  Parser,
  type YAMLParseError,
  type YAMLWarning,
} from 'yaml';
import { countNoun } from '../text/count-noun.js';
import { quote, visible } from '../text/escape.js';
import { findLine, indexLines } from '../text/line-index.js';
import type { OffsetMistake } from './mistakes.js';

/** The parsed text and its mistakes. `document` is undefined if the text passes a limit. */
export interface YamlText {
  readonly document: Document.Parsed | undefined;
  readonly mistakes: readonly OffsetMistake[];
  /** From this offset on, the document may be other than meant; absent without mistakes. */
  readonly spoiledFrom?: number;
}

type YamlError = YAMLParseError | YAMLWarning;

// A hosts file needs 4 levels, and each takes about 2 entries on the parser's stack. The composer is
// recursive: on hostile text it exhausts the stack in a way that aborts the process, so it must never see
// such text.
const MAX_PARSER_STACK = 50;

// Enough for 400,000 hosts, which take 1 GB of memory: twice that does not fit into Node's default memory.
const MAX_LEXEMES = 4_000_000;

// The composer takes quadratic time if one node has many of these.
const MAX_PROPERTIES = 1000;

/** A value followed by a deeper entry is reported as one of these. */
const SPREADING: ReadonlySet<YamlError['code']> = new Set([
  'BLOCK_AS_IMPLICIT_KEY',
  'MULTILINE_IMPLICIT_KEY',
]);

const QUOTES = 'quotes around text that begins with this character';

// Only the text of scalars is used (their `source`). `uniqueKeys` would compare every key with every other.
const OPTIONS = { prettyErrors: false, uniqueKeys: false, schema: 'core', version: '1.2' } as const;

/**
 * Parses one YAML document. Reports at most one mistake a line, because the others on it are usually its
 * echo.
 */
export function parseYaml(text: string): YamlText {
  const tokens: CST.Token[] = [];
  const excess = parseTokens(text, tokens);
  if (excess !== undefined) return { document: undefined, mistakes: [excess] };
  const documents = new Composer(OPTIONS).compose(tokens, true, text.length);
  const document = documents.next().value as Document.Parsed;
  const second = documents.next();
  const errors: YamlError[] = [...document.errors, ...document.warnings];
  const sound = dropEchoes(errors);
  const mistakes = sound.map((error) => describeError(error, text));
  const [first] = sound;
  if (!second.done) mistakes.push(describeSecondDocument(second.value, text));
  return {
    document,
    mistakes: keepFirstOfLine(mistakes, text),
    ...(first === undefined ? {} : { spoiledFrom: first.pos[0] }),
  };
}

// Fills `tokens`; stops and returns a mistake if the text passes a limit.
function parseTokens(text: string, tokens: CST.Token[]): OffsetMistake | undefined {
  const parser = new Parser();
  let lexemes = 0;
  let properties = 0;
  for (const lexeme of new Lexer().lex(text)) {
    const { offset } = parser;
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > MAX_PARSER_STACK) {
      return { offset, found: 'lists or mappings nested too deeply', expected: 'at most 4 levels' };
    }
    if (/^[&*!]/.test(lexeme) && ++properties > MAX_PROPERTIES) {
      return { offset, found: 'one more anchor, alias or tag', expected: `at most ${MAX_PROPERTIES}` };
    }
    if (++lexemes > MAX_LEXEMES) {
      return { offset, found: 'one more word or mark', expected: `at most ${MAX_LEXEMES} in a file` };
    }
  }
  for (const token of parser.end()) tokens.push(token);
  return undefined;
}

// After a document that ends too early, every further token of the text is reported as an error of its own.
function dropEchoes(errors: readonly YamlError[]): YamlError[] {
  const ordered = [...errors].sort((a, b) => a.pos[0] - b.pos[0]);
  const end = ordered.findIndex(({ message }) => /at node end$|in YAML stream/.test(message));
  return ordered.filter(({ message }, index) => index <= end || !message.includes('in YAML stream'));
}

function keepFirstOfLine(mistakes: readonly OffsetMistake[], text: string): OffsetMistake[] {
  const lineStarts = indexLines(text);
  const seen = new Set<number>();
  return mistakes.filter(({ offset }) => {
    const line = findLine(lineStarts, offset);
    return !seen.has(line) && seen.add(line);
  });
}

function describeSecondDocument(document: Document.Parsed<ParsedNode>, text: string): OffsetMistake {
  const offset = document.range[0];
  return { offset, found: quote(restOfLine(text, offset)), expected: 'the file to be one YAML document' };
}

function describeError(error: YamlError, text: string): OffsetMistake {
  const end = text.trimEnd().length;
  const offset = Math.min(error.pos[0], end);
  const expected = describeExpected(error);
  if (offset === end) return { offset, found: 'the end of the file', expected };
  if (error.code === 'TAB_AS_INDENT') return { offset, found: 'a tab', expected };
  const deeper = SPREADING.has(error.code) ? findDeeperEntry(text, offset) : undefined;
  if (deeper !== undefined) return deeper;
  const rest = restOfLine(text, offset);
  const indent = rest.length - rest.trimStart().length;
  return {
    offset: offset + indent,
    found: rest === '' ? 'the end of the line' : quote(rest.trim()),
    expected,
  };
}

/**
 * An entry that is indented more than the one above, which has a value already, makes that value the mistake to YAML. Finds
 * the entry; undefined if the mistake is in the line itself.
 */
function findDeeperEntry(text: string, offset: number): OffsetMistake | undefined {
  if (/:(?:\s|$)/.test(restOfLine(text, offset))) return undefined;
  const line = restOfLine(text, text.lastIndexOf('\n', offset - 1) + 1);
  // After a tab, the indentation is another mistake.
  if (/^ *\t/.test(line)) return undefined;
  const indent = line.length - line.trimStart().length;
  const next = /\n(?:[ \t]*(?:#.*)?\r?\n)*( *)(?=[^\s#][^\n]*:(?:\s|$))/g;
  next.lastIndex = offset;
  const found = next.exec(text);
  const isNext = found !== null && !text.slice(offset, found.index).includes('\n');
  const deeper = found?.[1]?.length ?? 0;
  if (!isNext || deeper <= indent) return undefined;
  const at = found.index + found[0].length;
  return {
    offset: at,
    found: `${quote(restOfLine(text, at))} after ${countNoun(deeper, 'space')}`,
    expected: `${countNoun(indent, 'space')}, as before the entry above`,
  };
}

function restOfLine(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  return text.slice(offset, end < 0 ? text.length : end).trimEnd();
}

function describeExpected({ code, message }: YamlError): string {
  const closing = /end with a (.)$/.exec(message)?.[1];
  if (closing !== undefined) return `a closing ${closing}`;
  if (message.startsWith('Missing closing')) return 'a closing quote';
  if (message.startsWith('Missing ,')) return 'a comma between entries';
  if (message.startsWith('Implicit map keys')) return 'a colon and a value after it';
  if (message === 'Alias cannot be an empty string') return QUOTES;
  if (message.endsWith('at node end'))
    return 'nothing after the closing mark, or quotes around the whole value';
  if (message.includes('same column')) return 'the same indentation as the entries above';
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'spaces: YAML does not allow tabs for indentation';
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'one value; text with a colon at its end or before a space needs quotes';
    case 'MULTILINE_IMPLICIT_KEY':
      return 'a key, a colon and a value on one line, indented like the entries around it';
    case 'BAD_SCALAR_START':
      return QUOTES;
    case 'TAG_RESOLVE_FAILED':
      return 'text without a tag';
    default:
      return `valid YAML (${visible(message.slice(0, 100))})`;
  }
}
