// Names with wildcards: `*` stands for any number of characters, `?` for one, every other character for
// itself. This is not done with a regular expression, which would take ages for `*a*a*a*a*b` and a long name
// of a's.

/** A pattern, character by character, without two stars in a row. */
export type Glob = readonly string[];

export function parseGlob(text: string): Glob {
  return [...text.replace(/\*+/g, '*')];
}

/** Whether the pattern matches the whole text. Takes at most n² steps for a text of n characters. */
export function matchesGlob(glob: Glob, text: string): boolean {
  const characters = [...text];
  let at = 0;
  let next = 0;
  // The last star passed, and where the text continues after the characters that the star stands for. If the
  // rest does not match, the star takes one more character. Earlier stars need no second try: this one can
  // make up for them.
  let star = -1;
  let resume = 0;
  while (at < characters.length) {
    if (glob[next] === '*') {
      star = next++;
      resume = at;
    } else if (glob[next] === '?' || glob[next] === characters[at]) {
      next++;
      at++;
    } else if (star >= 0) {
      next = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  if (glob[next] === '*') next++;
  return next === glob.length;
}
