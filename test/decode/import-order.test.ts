// Decoders import one another in circles, because protocols nest. So whichever of them is imported first, and in
// whatever order the others follow, none may need at import time something that another has yet to set. Node's own
// modules are used here, each set of them in a thread of its own: vitest's yield `undefined` where Node's throw.

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYN_ACK } from '../../src/decode/packet-class.js';
import { bytesOf, LINK_FRAMES } from './link/link-frames.js';

const SRC = fileURLToPath(new URL('../../src/decode/', import.meta.url));
const MODULES = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replace(/\.ts$/, '.js'));
const FRAMES = LINK_FRAMES.map((frame) => ({ linkType: frame.linkType, bytes: bytesOf(frame) }));

/** Imports modules in order, then decodes frames of all link types and posts their packet classes. */
const THREAD = `
const { parentPort, workerData: { modules, linkTypes, packet, frames } } = require('node:worker_threads');
(async () => {
  for (const module of modules) await import(module);
  const { linkDecoder } = await import(linkTypes);
  const { NO_LIMIT, Packet } = await import(packet);
  parentPort.postMessage(frames.map(({ linkType, bytes }) => {
    const packet = new Packet();
    packet.point(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), bytes.length);
    return linkDecoder(linkType)(packet, 0, NO_LIMIT);
  }));
})();
`;

describe('modules of decoders', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'synsum-'));
  const urlOf = (module: string): string => pathToFileURL(path.join(folder, module)).href;

  beforeAll(async () => {
    const entryPoints = MODULES.map((module) => path.join(SRC, module.replace(/\.js$/, '.ts')));
    await build({ entryPoints, outdir: folder, outbase: SRC, format: 'esm', target: 'node20' });
    writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  async function decodeAfterImporting(modules: readonly string[]): Promise<void> {
    const workerData = {
      modules: modules.map(urlOf),
      linkTypes: urlOf('link/link-types.js'),
      packet: urlOf('packet.js'),
      frames: FRAMES,
    };
    const classes = await new Promise((resolve, reject) => {
      const thread = new Worker(THREAD, { eval: true, workerData });
      thread.once('message', resolve).once('error', reject);
    });
    expect(classes).toEqual(FRAMES.map(() => SYN_ACK));
  }

  test.each(MODULES)('when %s is imported first then frames are decoded', async (module) => {
    await decodeAfterImporting([module]);
  });

  test('when they are imported in any order then frames are decoded', async () => {
    const anyOrder = fc.shuffledSubarray(MODULES, { minLength: MODULES.length });
    await fc.assert(fc.asyncProperty(anyOrder, decodeAfterImporting), { numRuns: 10 });
  });
});
