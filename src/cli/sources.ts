// The sources that a command line names: words, files that list them, directories.

import fs from 'node:fs';
import { STDIN_NAME } from '../capture/input.js';
import { isTerminal } from '../files/output.js';
import { describeFolderError, describeSystemError } from '../files/system-error.js';
import type { Names } from '../names/names.js';
import { isFolder, readFolder } from '../sources/expand.js';
import { countNoun } from '../text/count-noun.js';
import { visible } from '../text/escape.js';
import { nearest } from '../text/nearest.js';
import { COMMAND_NAMES } from './command-names.js';
import type { Context } from './context.js';
import { UsageError } from './usage-error.js';

/** Enough for a million names. */
const MAX_LIST_LENGTH = 64 * 1024 * 1024;
/** The names of files that were left out are listed up to this number. */
const MAX_LISTED = 3;

/**
 * The sources to read. Without any, standard input is read, unless it is a keyboard.
 * @throws UsageError
 */
export async function namedSources(
  words: readonly string[],
  { filesFrom }: { readonly filesFrom?: string | undefined },
  context: Context,
): Promise<readonly string[]> {
  const named = filesFrom === undefined ? words : [...words, ...readList(filesFrom)];
  if (filesFrom === STDIN_NAME && named.includes(STDIN_NAME)) {
    throw new UsageError('standard input has the list of files, so it cannot be a source', STDIN_NAME);
  }
  if (named.length === 0) {
    if (filesFrom !== undefined) throw new UsageError('names no files', `--files-from ${filesFrom}`);
    if (isTerminal(0)) {
      throw new UsageError('synsum: no capture given; name files, or - for standard input (see --help)');
    }
    return [STDIN_NAME];
  }
  refuseRepeatedStdin(named);
  return expandFolders(named, context);
}

/** Puts the captures of a directory in its place. @throws UsageError for a directory that cannot be read */
export async function expandFolders(named: readonly string[], { stderr }: Context): Promise<string[]> {
  const sources: string[] = [];
  for (const name of named) {
    if (name === STDIN_NAME || !isFolder(name)) {
      sources.push(name);
      continue;
    }
    const { captures, others } = await listCaptures(name);
    const shown = others.slice(0, MAX_LISTED).map((file) => visible(file));
    if (others.length > MAX_LISTED) shown.push('…');
    if (others.length > 0) {
      const left = `left out ${countNoun(others.length, 'file')} that ${others.length === 1 ? 'is not a capture' : 'are not captures'}`;
      stderr.write(`synsum: ${visible(name)}: ${left}: ${shown.join(', ')}\n`);
    }
    // The reader reports a directory without captures, and reads the other sources.
    for (const capture of captures.length === 0 ? [name] : captures) sources.push(capture);
  }
  return sources;
}

async function listCaptures(name: string): ReturnType<typeof readFolder> {
  try {
    return await readFolder(name, new AbortController().signal);
  } catch (error) {
    throw new UsageError(describeFolderError(error), visible(name));
  }
}

/** Standard input can be read only once. @throws UsageError */
export function refuseRepeatedStdin(sources: readonly string[]): void {
  if (sources.filter((name) => name === STDIN_NAME).length > 1) {
    throw new UsageError('standard input is named twice, expected it once', STDIN_NAME);
  }
}

/**
 * Refuses the name of a command that comes after a source, and a first word that is neither a file nor like the name of
 * one, but nearly the name of a command, or followed by sources. @throws UsageError
 */
export function refuseMistyped(words: readonly string[]): void {
  const [word, ...others] = words;
  if (word === undefined) return;
  const late = others.find((other) => isCommand(other) && !fs.existsSync(other));
  if (late !== undefined) {
    throw new UsageError(
      `synsum: ${late} is a command: write it first, as in synsum ${late} ${visible(word)}`,
    );
  }
  if (!/^[a-z]+$/i.test(word) || fs.existsSync(word)) return;
  const command = nearest(word, COMMAND_NAMES);
  if (command !== undefined) {
    throw new UsageError(
      `synsum: ${JSON.stringify(word)} is not a file; did you mean the command ${command}?`,
    );
  }
  if (others.length > 0) {
    throw new UsageError(
      `synsum: ${JSON.stringify(word)} is neither a command nor a file (synsum --help lists the commands)`,
    );
  }
}

function isCommand(word: string): boolean {
  return COMMAND_NAMES.some((name) => name === word);
}

/** Refuses the name of a machine among the sources of a list. @throws UsageError */
export function refuseMachines(words: readonly string[], names: Names): void {
  for (const word of words) {
    if (word === STDIN_NAME || fs.existsSync(word) || !names.isName(word)) continue;
    throw new UsageError(
      `synsum: ${visible(word)} is a machine, not a file: use --machine, --client or --server`,
    );
  }
}

/** The names in a list, one to a line, or with a NUL after each, as `find -print0` writes them. @throws UsageError */
function readList(list: string): string[] {
  const subject = `--files-from ${list}`;
  let text: string;
  try {
    const bytes = fs.readFileSync(list === STDIN_NAME ? 0 : list);
    if (bytes.length > MAX_LIST_LENGTH) {
      throw new UsageError(`found ${bytes.length} bytes, expected at most ${MAX_LIST_LENGTH}`, subject);
    }
    text = bytes.toString('utf8');
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(describeSystemError(error), subject);
  }
  const names = text.includes('\0') ? text.split('\0') : text.split(/\r?\n/);
  return names.filter((name) => name !== '');
}
