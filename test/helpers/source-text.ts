// Finds the comments and the string literals in a source file. It is a lexer for just as much of TypeScript as that needs:
// comments, strings, templates, and regular expressions, which it skips.

export interface SourceText {
  readonly kind: 'comment' | 'string';
  /** Counted from 1. */
  readonly line: number;
  /** Without the signs of the comment, and with single spaces for white space; `…` stands for an expression. */
  readonly text: string;
}

/** After these a slash begins a regular expression; after anything else it divides. */
const BEFORE_REGEX = /(?:^|[([{}=,:;!&|?+\-*%<>~^]|\b(?:return|typeof|case|of|in|await|yield|void))\s*$/;
const STRING = /'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"/y;
const REGEX = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y;
const COMMENT = /(?:\/\/[^\n]*(?:\n[ \t]*(?=\/\/))?)+|\/\*[\s\S]*?\*\//y;
const TEMPLATE_PART = /(?:\\[\s\S]|\$(?!\{)|[^`\\$])*/y;

export function textsOf(source: string): SourceText[] {
  const texts: SourceText[] = [];
  const add = (kind: SourceText['kind'], at: number, text: string): void => {
    const line = source.slice(0, at).split('\n').length;
    texts.push({ kind, line, text: text.replace(/\s+/g, ' ').trim() });
  };
  const match = (pattern: RegExp, at: number): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };

  /** Reads code up to the brace that closes an expression in a template, or to the end. */
  const readCode = (start: number, isNested: boolean): number => {
    let depth = 0;
    let code = '';
    for (let at = start; at < source.length; ) {
      const comment = match(COMMENT, at);
      if (comment !== undefined) {
        add('comment', at, comment.replace(/^\/\*+|\*\/$/g, '').replace(/^[ \t]*(?:\/\/|\*(?!\*))/gm, ''));
        at += comment.length;
        continue;
      }
      const string = match(STRING, at);
      if (string !== undefined) {
        add('string', at, string.slice(1, -1).replace(/\\(['"`])/g, '$1'));
        at += string.length;
        code += "''";
        continue;
      }
      const character = source[at] as string;
      if (character === '`') {
        at = readTemplate(at);
        code += "''";
        continue;
      }
      const regex = character === '/' && BEFORE_REGEX.test(code.slice(-20)) ? match(REGEX, at) : undefined;
      if (regex !== undefined) {
        at += regex.length;
        code += 'x';
        continue;
      }
      if (character === '{') depth += 1;
      if (character === '}' && --depth < 0 && isNested) return at + 1;
      code += character;
      at += 1;
    }
    return source.length;
  };

  const readTemplate = (start: number): number => {
    let text = '';
    for (let at = start + 1; ; ) {
      const part = match(TEMPLATE_PART, at) ?? '';
      text += part;
      at += part.length;
      if (source[at] !== '$') {
        add('string', start, text);
        return at + 1;
      }
      text += '…';
      at = readCode(at + 2, true);
    }
  };

  readCode(0, false);
  return texts;
}
