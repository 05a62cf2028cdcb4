// Spark lines: a bar for each sample, as high as its part of the highest.

const BARS = '▁▂▃▄▅▆▇█';
const ASCII_BARS = '_.-=+*%#';

/** Draws the last `width` numbers. All spark lines of a screen may share a maximum; 0 is a space. */
export function spark(numbers: readonly number[], width: number, isAscii: boolean): string {
  const shown = numbers.slice(Math.max(0, numbers.length - width));
  const highest = Math.max(...shown, 0);
  const bars = isAscii ? ASCII_BARS : BARS;
  const line = shown.map((number) => {
    if (number <= 0 || highest === 0) return ' ';
    return bars[Math.min(bars.length - 1, Math.floor((number / highest) * bars.length))];
  });
  return line.join('').padStart(width);
}
