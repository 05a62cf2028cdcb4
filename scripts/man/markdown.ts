// Turns the Markdown of our docs into mdoc(7). It knows no command.

import { marked, type Token, type Tokens } from 'marked';
import { bold, code, fill, literal, prose } from './roff.js';

/** Returns the text for a link to a file of the docs, as a reader of the manual finds it. */
export type NameDocument = (target: string) => string | undefined;

/** A part of a document: from its heading to the next of the same level. */
export interface Section {
  readonly title: string;
  readonly tokens: readonly Token[];
}

/** The sections of a document below its title, and the text before the first. */
export function sectionsOf(markdown: string): {
  readonly intro: readonly Token[];
  readonly sections: readonly Section[];
} {
  const intro: Token[] = [];
  const sections: { title: string; tokens: Token[] }[] = [];
  for (const token of marked.lexer(markdown)) {
    if (token.type === 'heading' && token.depth === 1) continue;
    if (token.type === 'heading' && token.depth === 2)
      sections.push({ title: plain(token.text), tokens: [] });
    else (sections.at(-1)?.tokens ?? intro).push(token);
  }
  return { intro, sections };
}

/** Text without its markup. */
function plain(markdown: string): string {
  return markdown.replace(/[`*]/g, '');
}

/** The languages of code blocks that show what a program prints. Indented blocks have none. */
const OUTPUT = new Set(['', 'text', 'json']);

/** Titles of columns that a reader does not miss. */
const OBVIOUS = /^(?:meaning|contents|for|answer|what .*)$/;

/** Everything below a heading of the first two levels. */
export function blocks(tokens: readonly Token[], nameDocument: NameDocument): string[] {
  return tokens.flatMap((token) => block(token, nameDocument));
}

function block(token: Token, nameDocument: NameDocument): string[] {
  const inner = (tokens: readonly Token[] = []): string => inline(tokens, nameDocument);
  switch (token.type) {
    case 'heading':
      return [`.Ss ${prose(plain(token['text']))}`];
    case 'paragraph':
    case 'text': {
      const text = inner(token['tokens'] ?? [token]);
      return text.trim() === '' ? [] : ['.Pp', ...fill(text)];
    }
    case 'code':
      return literal(token['text'], { isOutput: OUTPUT.has(token['lang'] ?? '') });
    case 'list': {
      const { ordered, items } = token as Tokens.List;
      const list = items.flatMap((item) => ['.It', ...blocks(item.tokens, nameDocument)]);
      return [ordered ? '.Bl -enum' : '.Bl -bullet', ...list, '.El'];
    }
    case 'table': {
      const { header, rows } = token as Tokens.Table;
      const titleOf = (at: number): string => inner(header[at]?.tokens);
      const withTitle = (text: string, at: number): string =>
        header.length === 2 || (at === 1 && OBVIOUS.test(titleOf(at))) ? text : `${titleOf(at)}: ${text}`;
      const list = joinContinued(rows).flatMap(([first, ...others]) => {
        const values = others.map((cell) => inner(cell.tokens));
        const shown = values.map((text, at) => (text === '' ? '' : withTitle(text, at + 1)));
        return [
          `.It ${inner(first?.tokens).trim()}`,
          ...fill(shown.filter((text) => text !== '').join('; ')),
        ];
      });
      return ['.Bl -tag -width Ds', ...list, '.El'];
    }
    case 'space':
    case 'html':
      return [];
    default:
      throw new Error(`Markdown of type ${token.type} is not known: ${token.raw}`);
  }
}

/** A row whose first cell is empty continues the one above. */
function joinContinued(rows: readonly Tokens.TableCell[][]): Tokens.TableCell[][] {
  const joined: Tokens.TableCell[][] = [];
  for (const row of rows) {
    const above = row[0]?.text === '' ? joined.pop() : undefined;
    const blank: Token = { type: 'text', raw: ' ', text: ' ' };
    joined.push(
      above?.map((cell, at) => ({ ...cell, tokens: [...cell.tokens, blank, ...(row[at]?.tokens ?? [])] })) ??
        row,
    );
  }
  return joined;
}

function inline(tokens: readonly Token[], nameDocument: NameDocument): string {
  return tokens
    .map((token): string => {
      const children: Token[] | undefined = 'tokens' in token ? token.tokens : undefined;
      const inner = (): string => inline(children ?? [], nameDocument);
      switch (token.type) {
        case 'text':
          return children === undefined ? prose(unescapeHtml(token['text'])) : inner();
        case 'escape':
          return prose(token['text']);
        case 'codespan':
          return bold(code(token['text']));
        case 'strong':
          return bold(inner());
        case 'em':
          return `\\fI${inner()}\\fR`;
        case 'br':
          return ' ';
        case 'image':
          return '';
        case 'link': {
          const { href, text } = token as Tokens.Link;
          if (/^https?:/.test(href)) return text === href ? prose(href) : `${inner()} (${code(href)})`;
          const page = /\.(?:md|json)$/.test(text) ? nameDocument(href) : undefined;
          return page === undefined ? inner() : page;
        }
        default:
          throw new Error(`Markdown of type ${token.type} is not known: ${token.raw}`);
      }
    })
    .join('');
}

/** The entities that Markdown takes from HTML. */
function unescapeHtml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
