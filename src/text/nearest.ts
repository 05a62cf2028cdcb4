// Finds the name that a mistyped word was probably meant to be.

/** A word may have one mistake for each of these runs of characters. */
const CHARACTERS_PER_MISTAKE = 3;

/** Comparing longer words takes time, and they are not typing mistakes. */
const MAX_LENGTH = 64;

/** Returns the most similar candidate; undefined if none is similar. The first one wins if several are. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const text = word.toLowerCase();
  if (text.length > MAX_LENGTH) return undefined;
  let best: string | undefined;
  let limit = Math.max(1, Math.floor(text.length / CHARACTERS_PER_MISTAKE)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - text.length) > limit) continue;
    const distance = countMistakes(text, candidate.toLowerCase());
    // People rarely mistype the first letter.
    const isLikelier = distance === limit && candidate[0] === word[0] && best?.[0] !== word[0];
    if (distance >= limit && !(best !== undefined && isLikelier)) continue;
    limit = distance;
    best = candidate;
  }
  return best;
}

/** Counts letters that are missing, added, replaced, or swapped with the next: the restricted Damerau–Levenshtein distance. */
function countMistakes(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let cost = Math.min(
        (last[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (last[j - 1] as number) + Number(!isSame),
      );
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwapped) cost = Math.min(cost, (beforeLast[j - 2] as number) + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] as number;
}
