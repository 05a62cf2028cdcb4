// Captures of HP-UX nettl. Each record says what its link layer is, and Wireshark's programs write such packets
// to another format only under a link layer that their user names.

import fs from 'node:fs';
import type { Readable } from 'node:stream';
import { startProgram, watchProgram } from '../child-program.js';
import { CaptureError } from '../errors.js';
import { NETTL } from './foreign-formats.js';

/** The link layers that can carry TCP: capinfos and `editcap -T` call them so. */
const LINK_LAYERS: ReadonlyMap<string, string> = new Map([
  ['Ethernet with nettl headers', 'ether'],
  ['Raw IP with nettl headers', 'rawip'],
  ['FDDI with nettl headers', 'fddi'],
  ['Token Ring with nettl headers', 'tr'],
]);

/** A line of capinfos: the link layer of all packets, or one of several. */
const ENCAPSULATION = /^(?:File encapsulation:)? +(\w.* with nettl headers)/gm;

/**
 * Returns the link layer of a nettl capture, as `editcap -T` calls it; undefined without the program capinfos, or on a
 * system where a file cannot be opened again by its descriptor.
 * @param fd a file with the capture, whose position stays the same
 * @throws CaptureError UNREADABLE if the packets have several link layers, or one that cannot carry TCP
 */
export async function nettlLinkLayer(fd: number, stop: AbortSignal): Promise<string | undefined> {
  const again = reopen(fd);
  if (again === undefined) return undefined;
  let output: string;
  try {
    const child = await startProgram('capinfos', ['-E', '-'], stop, again);
    if (child === undefined) return undefined;
    const end = watchProgram(child, 'capinfos');
    output = await readText(child.stdout as Readable);
    await end();
  } finally {
    fs.closeSync(again);
  }
  const found = [...output.matchAll(ENCAPSULATION)].map(([, name = '']) => name);
  const [first] = found;
  // editcap will say what is wrong.
  if (first === undefined) return undefined;
  if (found.length > 1) {
    const list = found.join(', ');
    throw refusal(
      `packets of ${found.length} link layers (${list}), which editcap cannot write into one capture`,
    );
  }
  const linkLayer = LINK_LAYERS.get(first);
  if (linkLayer === undefined) throw refusal(`packets of the link layer ${first}, which cannot carry TCP`);
  return linkLayer;
}

/** Opens a file again, so that it is read from its beginning by another descriptor. */
function reopen(fd: number): number | undefined {
  try {
    return fs.openSync(`/proc/self/fd/${fd}`, 'r');
  } catch {
    return undefined;
  }
}

async function readText(stdout: Readable): Promise<string> {
  let text = '';
  for await (const piece of stdout.setEncoding('latin1')) text += piece;
  return text;
}

function refusal(what: string): CaptureError {
  return new CaptureError('UNREADABLE', `found a capture of ${NETTL} with ${what}`);
}
