// Escapes and lines of roff, with the macros of mdoc(7). It knows no Markdown and no command.

/** Characters that roff, or groff's UTF-8 output, would replace in code that people copy. groff_char(7). */
const CODE: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '-': '\\-',
  '^': '\\(ha',
  '~': '\\(ti',
  '`': '\\(ga',
  "'": '\\(aq',
  '"': '\\(dq',
};

/** Characters with a simpler form that every terminal shows. */
const PLAIN: Readonly<Record<string, string>> = {
  '…': '...',
  '─': '\\-',
  '→': '->',
  '“': '\\(lq',
  '”': '\\(rq',
};

function outsideAscii(text: string): string {
  return text.replace(/[^ -~\n]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return PLAIN[character] ?? `\\[u${code.toString(16).toUpperCase().padStart(4, '0')}]`;
  });
}

/** Escapes prose. */
export function prose(text: string): string {
  const escaped = text.replaceAll('\\', '\\e');
  // The dashes of options are not hyphens.
  return outsideAscii(escaped.replace(/(?<![\w)])-+(?=[\w\s]|$)/g, (dashes) => '\\-'.repeat(dashes.length)));
}

/** Escapes code, so that its characters are shown as they are. */
export function code(text: string): string {
  return outsideAscii(text.replace(/[\\\-^~`'"]/g, (character) => CODE[character] as string));
}

export function bold(escaped: string): string {
  return `\\fB${escaped}\\fR`;
}

/** A line that begins with a dot or an apostrophe would be a request. */
function notRequest(line: string): string {
  return /^[.']/.test(line) ? `\\&${line}` : line;
}

/** Words that roff must not hyphenate, as people copy them. */
const IS_CODE = /[_$/]|\\-|\\fB/;

/** Breaks escaped prose into lines of less than 80 bytes. Each sentence begins a line, so that roff sees where it ends. */
export function fill(escaped: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const plain of escaped.trim().split(/\s+/)) {
    const word = IS_CODE.test(plain) ? `\\%${plain}` : plain;
    const isSentence =
      /[.!?](?:\\f[BR])?[)"']?$|[.!?]\\\(rq$/.test(line) && !/(?:\be\.g|\bi\.e|\betc|\.\.\.)\.?$/.test(line);
    if (line !== '' && (isSentence || line.length + word.length > 76)) {
      lines.push(notRequest(line));
      line = '';
    }
    line += `${line === '' ? '' : ' '}${word}`;
  }
  if (line !== '') lines.push(notRequest(line));
  return lines;
}

/** Columns that the margins leave on a terminal of 80 columns. */
const CODE_WIDTH = 68;

/** Code that is shown as it is. Commands, and with `isOutput` lines, that are too wide for 80 columns are continued. */
export function literal(text: string, { isOutput = false }: { readonly isOutput?: boolean } = {}): string[] {
  const isTable = isOutput && /^ *(?:─+ +)+─+$/m.test(text);
  const lines = text
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      if (line.length <= CODE_WIDTH) return [line];
      if (isTable) return [`${line.slice(0, CODE_WIDTH - 4)} ...`];
      if (COMMAND_LINE.test(line)) return narrow(line, ' \\', OPTION_OR_PIPE);
      return isOutput && !CRON_LINE.test(line) ? narrow(line, '', /^[ ,]/) : [line];
    });
  return ['.Bd -literal -offset 2n', ...lines.map((line) => notRequest(code(line))), '.Ed'];
}

const COMMAND_LINE = /^(?:[#$] )?(?:synsum|tcpdump|ssh|sudo|find|nft|aclgen|curl|windump|journalctl|cp)\b/;
/** cron cannot continue a line. */
const CRON_LINE = /^(?:[\d*,/-]+ +){5}/;
const OPTION_OR_PIPE = /^ (?:-|[|<>&]|--)/;

/** Breaks a line before a match of `where` if it can, else at a blank. */
function narrow(line: string, continued: string, where: RegExp): string[] {
  const [, command = line, comment] = /^(.*?\S) {2,}(#.*)$/.exec(line) ?? [];
  if (comment !== undefined) return [comment, ...narrow(command, continued, where)];
  const lines: string[] = [];
  let rest = line;
  while (rest.length > CODE_WIDTH) {
    const at = breakOf(rest, where) ?? breakOf(rest, /^ /);
    if (at === undefined) break;
    lines.push(`${rest.slice(0, at).trimEnd()}${continued}`);
    rest = `    ${rest.slice(at).trimStart()}`;
  }
  return [...lines, rest];
}

/** The last place outside of quotes, within the width, before what matches. */
function breakOf(line: string, where: RegExp): number | undefined {
  let quote = '';
  let at: number | undefined;
  for (let i = 0; i < CODE_WIDTH - 1; i++) {
    const character = line[i] as string;
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (where.test(line.slice(i)) && line.slice(0, i).trim() !== '') at = character === ' ' ? i : i + 1;
  }
  return at;
}

const BEGINS = /^\.(?:Sh|Ss|It|Bd)\b/;
const ENDS_OR_SPACES = /^\.(?:Sh|Ss|It|El|Ed|Bl|Bd|Pp)\b/;

/** Removes the paragraphs that a list, a heading or the end of an item makes by its own space. */
export function withoutEmptyParagraphs(lines: readonly string[]): string[] {
  const kept: string[] = [];
  for (const [at, line] of lines.entries()) {
    const next = lines[at + 1];
    const isEmpty = BEGINS.test(kept.at(-1) ?? '.Sh') || next === undefined || ENDS_OR_SPACES.test(next);
    if (line !== '.Pp' || !isEmpty) kept.push(line);
  }
  return kept;
}
