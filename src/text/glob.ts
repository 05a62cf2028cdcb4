// Names with wildcards: `*` stands for any characters, also none, and `?` for one. All else stands for itself.
// Not a regular expression: a pattern such as *a*a*a*a*b keeps one busy for ages with a long name of a's.

/** What it is made of, character by character; never two stars in a row. */
export type Glob = readonly string[];

export function parseGlob(text: string): Glob {
  return [...text.replace(/\*+/g, '*')];
}

/** Whether the whole text fits. Takes at most as many steps as the square of the text's length. */
export function matchesGlob(glob: Glob, text: string): boolean {
  const characters = [...text];
  let at = 0;
  let next = 0;
  // The last star passed, and where the text goes on behind what it stands for. Where what follows does not
  // fit, it stands for one character more. Earlier stars need no second try: this one can make up for them.
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
