// Counts as people read them.

/** Writes a count with thousands separated, for people: `12,092`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Writes a count and a noun, in the plural if it has to be: `1 packet`, `2,000 packets`. */
export function countNoun(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
