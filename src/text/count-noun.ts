/** Writes a count and a noun, in the plural if it has to be: `1 packet`, `2 packets`. */
export function countNoun(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
