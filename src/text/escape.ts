// Makes text from outside (names, addresses, file names) harmless wherever it is shown. Knows no format but
// JSON (RFC 8259); CSV and Markdown apply their own rules to what `visible` returns.

// \p{C} is control (C0, DEL, C1), format (bidirectional overrides, zero-width), private, unassigned and lone
// surrogates; \p{Zl} and \p{Zp} are the line and paragraph separators, which break a line as \n does.
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]/gu;
/** Also characters that look like a space but are not, such as the no-break space. */
const HIDDEN_OR_BLANK = /(?! )[\p{C}\p{Z}]/gu;
const NOT_PLAIN_ASCII = /[^ -~]/;

/** Characters of a quoted text that are shown. */
const MAX_QUOTED = 60;

/**
 * Shows every character that a terminal would obey or hide as `\u{1b}`; with `blanks`, also those that look
 * like a space but are not.
 *
 * A backslash stays as it is, so that harmless names do too: the result is for reading, and only JSON can be
 * turned back into the name.
 */
export function visible(text: string, { blanks = false }: { readonly blanks?: boolean } = {}): string {
  if (!NOT_PLAIN_ASCII.test(text)) return text;
  return text.replace(
    blanks ? HIDDEN_OR_BLANK : HIDDEN,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/** Quotes text from outside for a message: cut after 60 characters, every character visible. */
export function quote(text: string): string {
  const start = [...text.slice(0, 2 * MAX_QUOTED + 2)];
  const cut = start.length > MAX_QUOTED ? `${start.slice(0, MAX_QUOTED).join('')}…` : text;
  return `"${visible(cut, { blanks: true })}"`;
}

/** JSON on one line, with the characters that `visible` shows written as `\uXXXX`: parsing restores them. */
export function stringifyJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (!NOT_PLAIN_ASCII.test(json)) return json;
  return json.replace(HIDDEN, escapeUtf16);
}

function escapeUtf16(character: string): string {
  let escaped = '';
  for (let i = 0; i < character.length; i++) {
    escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;
  }
  return escaped;
}
