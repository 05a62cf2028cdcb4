// The panels of a map that were asked for, each with its title.

import { DIRECTIONS, type Direction, type Panel } from '../../inventory/picture/panels.js';
import type { Picture } from '../../inventory/picture/picture.js';

export const PANEL_TITLES: Readonly<Record<Direction, string>> = {
  in: 'From the Internet to us',
  among: 'Among ourselves',
  out: 'From us to the Internet',
  remote: 'Between remote machines',
};

/** Panels without connections are left out. @param asked by default all */
export function choosePanels({ panels }: Picture, asked: readonly Direction[] = DIRECTIONS): Panel[] {
  return DIRECTIONS.filter((direction) => asked.includes(direction))
    .map((direction) => panels[direction])
    .filter(({ links }) => links.length > 0);
}
