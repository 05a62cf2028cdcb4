// Writes the captures in samples/: a working day at the perimeter of the office, and two shorter days that differ.

import { type Connections, DUMBO, GOOFY, MINNIE, PLUTO, writeSample } from './sample-capture.js';

/** The SYN-ACKs in the article's table. */
const OFFICE: readonly Connections[] = [
  { count: 62, server: MINNIE, port: 80 },
  { count: 2496, server: PLUTO, port: 22 },
  { count: 9179, server: PLUTO, port: 873 },
  { count: 324, client: DUMBO, port: 25 },
  { count: 10, client: GOOFY, port: 80 },
  { count: 21, client: MINNIE, port: 80 },
];

const MONDAY: readonly Connections[] = [
  { count: 118, server: MINNIE, port: 80 },
  { count: 95, server: MINNIE, port: 21 },
  { count: 41, server: PLUTO, port: 22 },
  { count: 30, client: DUMBO, port: 25 },
  { count: 3, client: GOOFY, server: PLUTO, port: 445 },
];

/** Compared with Monday: minnie no longer serves ftp, pluto's database can be reached, and there is a new machine. */
const TUESDAY: readonly Connections[] = [
  { count: 124, server: MINNIE, port: 80 },
  { count: 38, server: PLUTO, port: 22 },
  { count: 7, server: PLUTO, port: 3306 },
  { count: 33, client: DUMBO, port: 25 },
  { count: 5, client: GOOFY, server: PLUTO, port: 445 },
  { count: 12, server: '12.13.15.170', port: 8080 },
];

const folder = process.argv[2] ?? 'samples';
const day = (number: number): number => Date.UTC(2007, 5, number, 8) / 1000;
const seconds = 10 * 3600;
writeSample(`${folder}/office.pcap`, OFFICE, { begins: day(21), seconds, seed: 0x2007_0621 });
writeSample(`${folder}/monday.pcap`, MONDAY, { begins: day(25), seconds, seed: 0x2007_0625 });
writeSample(`${folder}/tuesday.pcap`, TUESDAY, { begins: day(26), seconds, seed: 0x2007_0626 });
