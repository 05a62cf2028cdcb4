// The screen that results for people are drawn on, as the terminal and the environment describe it.

import type { Output } from '../files/output.js';
import { clockOf } from '../text/clock.js';
import type { Screen } from '../views/index.js';
import type { Context } from './context.js';

/** When to colour the result. */
export type ColorChoice = 'auto' | 'always' | 'never';
export const COLOR_CHOICES: readonly ColorChoice[] = ['auto', 'always', 'never'];

/** The width of terminals that do not know theirs. */
const USUAL_WIDTH = 80;

/** $COLUMNS wins over the terminal. Without both, as in a pipe, nothing needs to be cut. */
export function screenOf(
  output: Output,
  color: ColorChoice | undefined,
  { env }: Pick<Context, 'env'>,
  tz?: string,
): Screen {
  const { isTerminal } = output;
  const { COLUMNS = '' } = env;
  const asked = /^[1-9]\d{0,4}$/.test(COLUMNS) ? Number(COLUMNS) : undefined;
  const width = asked ?? (isTerminal ? (output.columns?.() ?? USUAL_WIDTH) : undefined);
  const clock = tz === undefined ? {} : { clock: clockOf(tz) };
  return { width, hasColors: hasColors(isTerminal, color, env), ...clock };
}

/** As ripgrep decides. https://no-color.org */
function hasColors(isTerminal: boolean, color: ColorChoice = 'auto', env: Context['env']): boolean {
  if (color !== 'auto') return color === 'always';
  const { NO_COLOR = '', TERM } = env;
  const isRefused = NO_COLOR !== '' || TERM === 'dumb';
  return isTerminal && !isRefused;
}
