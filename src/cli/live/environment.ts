// Reads the environment for what the terminal can do: move its cursor, show UTF-8, show colours.

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether a terminal of this kind moves its cursor. */
export function canMoveCursor({ TERM = '' }: Environment): boolean {
  return TERM !== '' && TERM !== 'dumb' && TERM !== 'unknown';
}

/** Whether the terminal shows nothing but ASCII: the first of these variables that is set names the encoding. POSIX 8.2. */
export function isAsciiOnly({ LC_ALL, LC_CTYPE, LANG }: Environment): boolean {
  return !/utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}

/** Whether a terminal of this kind has no colours: DEC made the series from VT52 to VT420 without. */
export function isMonochrome({ TERM = '' }: Environment): boolean {
  return /^(?:vt\d|.*-m$)/.test(TERM);
}
