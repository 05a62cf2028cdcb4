// Makes text from outside (names, addresses, file names) harmless wherever it may be shown. It knows no
// format but JSON (RFC 8259); CSV and Markdown add their own rules to what is visible here.

// \p{C} is control (C0, DEL, C1), format (bidirectional overrides, zero-width), private, unassigned and
// lone surrogates; \p{Zl} and \p{Zp} are the line and paragraph separators, which break a line as \n does.
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]/gu;
const NOT_PLAIN_ASCII = /[^ -~]/;

/**
 * Shows every character that a terminal would obey, or hide, as `\u{1b}`.
 *
 * A backslash stays as it is, so that harmless names do: what comes out is for eyes, and only JSON can be
 * turned back into the name.
 */
export function visible(text: string): string {
  if (!NOT_PLAIN_ASCII.test(text)) return text;
  return text.replace(HIDDEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
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
