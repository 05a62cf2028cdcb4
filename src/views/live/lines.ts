// The live view of a terminal that can only print: a line for each service that has appeared.

import type { Appearance } from '../../inventory/live/select.js';
import type { Clock } from '../../text/clock.js';
import { padTo, plainText } from './cells.js';

const SERVER_WIDTH = 24;
const SERVICE_WIDTH = 14;

/** `2007-06-21 14:45:28Z  + pluto                     ssh             client dumbo`. Longer names are not cut. */
export function describeAppearance(
  { server, service, client, firstSeen }: Appearance,
  clock: Clock,
  isAscii: boolean,
): string {
  const [ofServer, ofService, ofClient] = [server, service, client].map((text) => plainText(text, isAscii));
  const names = `${padTo(ofServer ?? '', SERVER_WIDTH)}  ${padTo(ofService ?? '', SERVICE_WIDTH)}`;
  return `${clock.spaced(firstSeen)}  + ${names}  client ${ofClient}\n`;
}
