// The names that a shell completes: machines and services of the hosts.yaml that applies, sensors of the stores on the
// command line. A command line that is being typed may be wrong in any way: without names, nothing is completed.

import { type Stats, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { listCandidates, loadNames } from '../../names/find-hosts-file.js';
import { listRegisteredNames } from '../../names/registry.js';
import type { Context } from '../context.js';
import { parseStore } from '../store/upkeep.js';

/** More names than anybody looks through. */
const MAX_NAMES = 1000;

/** In bytes. Reading a larger one takes longer than anybody waits for Tab. */
const MAX_HOSTS_FILE = 2 << 20;

/** Spaces and quotes are the shell's to quote. These characters could end a line, or be obeyed by a terminal. */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]/u;

/**
 * Lists the names of a kind that begin with the word that is being typed. Never throws.
 * @param shell the shell whose words these are: bash passes them as typed, the others without their quotes
 */
export async function listNames(
  [shell = '', kind = '', typed = '', ...words]: readonly string[],
  context: Context,
): Promise<string[]> {
  const line = shell === 'bash' ? joinAssignments(words).map(unquote) : words;
  const [, before = '', current = ''] = /^(!?(?:.*,)?)(.*)$/s.exec(unquote(typed)) ?? [];
  try {
    const names = await findNames(kind, current, line, context);
    return names
      .filter((name) => name.startsWith(current) && name !== '' && !UNSAFE.test(name))
      .slice(0, MAX_NAMES)
      .map((name) => `${before}${name}`);
  } catch {
    return [];
  }
}

async function findNames(
  kind: string,
  current: string,
  words: readonly string[],
  context: Context,
): Promise<readonly string[]> {
  if (kind === 'zones') return ['local', 'utc', ...Intl.supportedValuesOf('timeZone')];
  if (kind === 'sensors')
    return [...new Set((await Promise.all(storesIn(words, context).map(sensorsOf))).flat())];
  const hosts = valuesOf(['--names', '--hosts'], words).at(-1);
  const { env, cwd } = context;
  const options = { ...(hosts === undefined ? {} : { hosts: expandHome(hosts) }), env, cwd };
  const file = listCandidates(options)
    .map((candidate) => stateOf(candidate.path))
    .find((state) => state !== undefined);
  if (file?.isFile() !== true || file.size > MAX_HOSTS_FILE) return [];
  const { names } = await loadNames(options);
  const { machines, services } = names.listNames();
  if (kind === 'machines') return machines;
  if (kind !== 'services') return [];
  // Thousands of names are too many to choose from.
  return [...new Set([...services, ...(current === '' ? [] : listRegisteredNames())])];
}

async function sensorsOf(file: string): Promise<string[]> {
  try {
    const { openForReading } = await import('../../store/sqlite/store.js');
    const { sensorNames } = await import('../../store/sqlite/history.js');
    const store = await openForReading(file);
    try {
      return sensorNames(store);
    } finally {
      store.close();
    }
  } catch {
    return [];
  }
}

/** Files that may be stores: those that `--store` and `store:` name, and those that follow `history`. */
function storesIn(words: readonly string[], { cwd }: Context): string[] {
  const operands = words.includes('history') ? words.filter((word) => !word.startsWith('-')) : [];
  const named = words.filter((word) => word.startsWith('store:'));
  const files = [...valuesOf(['--store'], words), ...operands, ...named].map((word) =>
    path.resolve(cwd, expandHome(parseStore(word).path)),
  );
  // Opening a pipe would wait for its writer.
  return [...new Set(files)].filter((file) => stateOf(file)?.isFile() === true);
}

function stateOf(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function valuesOf(flags: readonly string[], words: readonly string[]): string[] {
  return words.flatMap((word, at) => {
    const next = words[at + 1];
    if (flags.includes(word)) return next === undefined ? [] : [next];
    const flag = flags.find((one) => word.startsWith(`${one}=`));
    return flag === undefined ? [] : [word.slice(flag.length + 1)];
  });
}

/** bash separates `--names=FILE` into three words. */
function joinAssignments(words: readonly string[]): string[] {
  return words.filter((word) => word !== '=');
}

/** Removes quotes and backslashes as a shell does. Variables and commands stay as they are typed. */
function unquote(word: string): string {
  return word.replace(
    /\\(.)|'([^']*)'?|"((?:[^"\\]|\\.)*)"?/gs,
    (_, escaped, single, double: string | undefined) =>
      escaped ?? single ?? (double ?? '').replace(/\\([$`"\\])/g, '$1'),
  );
}

function expandHome(file: string): string {
  return file.startsWith('~/') ? path.join(homedir(), file.slice(2)) : file;
}
