// The help of the live view.

import type { Look } from '../screen.js';

const LINES: readonly (readonly [keys: string, meaning: string])[] = [
  ['1  2  3', 'services, rows (client, server and service), machines; Tab for the next'],
  ['/', 'filter: all words must occur in names, addresses or ports; !word leaves out'],
  ['s  S', 'sort by the next or the previous column'],
  ['r', 'reverse the order'],
  ['p  Space', 'pause the view; counting continues'],
  ['Up  Down  PgUp  PgDn', 'move; also j k, Home End, g G'],
  ['Esc', 'clear the filter'],
  ['Ctrl-L', 'draw again'],
  ['Ctrl-Z', 'suspend; fg returns'],
  ['q  Ctrl-C', 'quit, and print the summary'],
];

const NOTES: readonly string[] = [
  'Rates are the mean of the last 10 seconds. A bar of a spark line is a second, relative to the highest.',
  '+ marks services that the baseline does not have or, without a baseline, that appeared in the last minute.',
  '_ stands for all remote machines.',
];

/** Every line of the help. */
export function helpLines(isAscii: boolean): { readonly text: string; readonly look?: Look }[] {
  const rule = (isAscii ? '-' : '─').repeat(4);
  return [
    { text: 'Keys', look: 'heading' },
    ...LINES.map(([keys, meaning]) => ({ text: `${keys.padEnd(22)}${meaning}` })),
    { text: rule, look: 'faint' },
    ...NOTES.map((text): { text: string; look: Look } => ({ text, look: 'faint' })),
  ];
}
