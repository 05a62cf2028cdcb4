#!/usr/bin/env node
// Starts the program with the code that V8 compiled in an earlier run; see start/code-cache.ts.

import './start/node-version.js';
import fs from 'node:fs';
import { Script } from 'node:vm';
import { wordFor } from './start/cache-key.js';
import { findCodeCache } from './start/code-cache.js';

const PROGRAM = `${__dirname}/program.cjs`;
const EXIT_USAGE = 2;
/** V8 throws away code that it has not run for a while, so a long run would leave a poor cache. */
const MAX_SECONDS = 60;

// If the text changes after its state was read, the cache has the key of the earlier state, which no later run asks for.
const descriptor = fs.openSync(PROGRAM, 'r');
const state = fs.fstatSync(descriptor);
const text = fs.readFileSync(descriptor, 'latin1');
fs.closeSync(descriptor);
const cache = findCodeCache(PROGRAM, state, useOf(process.argv.slice(2)));
const script = new Script(text, {
  filename: PROGRAM,
  ...(cache.data === undefined ? {} : { cachedData: cache.data }),
});
if (cache.isIncomplete || script.cachedDataRejected === true) process.on('exit', writeCache);
script.runInThisContext()(require, PROGRAM);

/** Writes the cache at the end, so that it contains all functions that the run needed. */
function writeCache(status: number): void {
  if (status === EXIT_USAGE || process.uptime() > MAX_SECONDS) return;
  try {
    cache.write(() => script.createCachedData());
  } catch {
    // The next run compiles again.
  }
}

/** A word for the command and its options, each of which needs code that others do not. */
function useOf([first = '', ...rest]: readonly string[]): string {
  const command = /^[a-z]{1,10}$/.test(first) ? first : '';
  const options = [first, ...rest].filter((word) => word.startsWith('-')).map((word) => word.split('=')[0]);
  return wordFor([command, ...new Set(options.sort())].join(' '));
}
