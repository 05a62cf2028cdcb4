// Parses the command line that nmap writes into its report, by the rules of nmap itself: GNU getopt_long_only. It knows
// which options take a value and which change the targets, but not how a target is written.
// https://nmap.org/book/man-briefoptions.html, and parse_options() in nmap.cc up to nmap 7.9.

export interface CommandLine {
  /** The arguments that are not options: the targets. */
  readonly operands: readonly string[];
  /** The targets in `--exclude`. */
  readonly excluded: readonly string[];
  readonly family: 4 | 6;
  /** `-sL` was given: nmap looks up names, and sends no packet to a target. */
  readonly isListScan: boolean;
  /** False if nmap also read targets from a file, chose random ones, or excluded those in a file. */
  readonly namesAllTargets: boolean;
}

/** These take a value, which may be the next argument; -O, -d and -v only take one from the same argument. */
const SHORT_WITH_VALUE = 'bDegiMmopPSsT';
const SHORT_WITH_OPTIONAL_VALUE = 'Odv';

/** nmap accepts all of them with one dash or two; names such as oX usually have one. */
const LONG_WITH_VALUE: ReadonlySet<string> = new Set([
  ...['data', 'data-length', 'data-string', 'datadir', 'dns-servers', 'exclude', 'exclude-ports'],
  ...['excludefile', 'host-timeout', 'iL', 'iR', 'initial-rtt-timeout', 'ip-options', 'max-hostgroup'],
  ...['max-os-tries', 'max-parallelism', 'max-rate', 'max-retries', 'max-rtt-timeout', 'max-scan-delay'],
  ...['min-hostgroup', 'min-parallelism', 'min-rate', 'min-rtt-timeout', 'mtu', 'nsock-engine', 'oA', 'oG'],
  ...['oH', 'oM', 'oN', 'oS', 'oX', 'port-ratio', 'proxies', 'proxy', 'resume', 'route-dst', 'sI'],
  ...['scan-delay', 'scanflags', 'script', 'script-args', 'script-args-file', 'script-help'],
  ...['script-timeout', 'servicedb', 'source-port', 'spoof-mac', 'stats-every', 'stylesheet', 'timing'],
  ...['top-ports', 'ttl', 'version-intensity', 'versiondb'],
]);

/** Options without a value whose names are also the beginning of an option with a value. */
const LONG_WITHOUT_VALUE: ReadonlySet<string> = new Set(['version']);

/** With these, the command line does not name all targets; `i` is an old form of -iL. */
const ELSEWHERE: ReadonlySet<string> = new Set(['iL', 'iR', 'i', 'excludefile', 'resume']);

export function readCommandLine(args: string): CommandLine {
  const operands: string[] = [];
  const excluded: string[] = [];
  let family: 4 | 6 = 4;
  let isListScan = false;
  let namesAllTargets = true;

  const apply = (option: string, value = ''): void => {
    if (option === '6') family = 6;
    if (option === 's' && value.includes('L')) isListScan = true;
    if (option === 'exclude') excluded.push(...value.split(','));
    if (ELSEWHERE.has(option)) namesAllTargets = false;
  };

  const [, ...words] = splitArguments(args);
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    if (word === '--') {
      operands.push(...words.slice(at + 1));
      break;
    }
    const options = readWord(word);
    if (options === undefined) {
      operands.push(word);
      continue;
    }
    for (const { name, value, takesNext } of options) apply(name, takesNext ? words[++at] : value);
  }
  return { operands, excluded, family, isListScan, namesAllTargets };
}

interface Option {
  readonly name: string;
  readonly value?: string | undefined;
  readonly takesNext: boolean;
}

/** Returns the options in an argument; undefined if it is not an option. */
function readWord(word: string): Option[] | undefined {
  if (!word.startsWith('-') || word === '-') return undefined;
  const long = readLong(word);
  if (long !== undefined) return [long];
  return word.startsWith('--') ? [] : readShort(word.slice(1));
}

/** A long option of several letters may have a single dash, and may be abbreviated if that is not ambiguous. */
function readLong(word: string): Option | undefined {
  const [, written = '', value] = /^--?([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  if (!word.startsWith('--') && written.length < 2) return undefined;
  // nmap also accepts underscores in most of them.
  const name = written.replaceAll('_', '-');
  if (name === '' || LONG_WITHOUT_VALUE.has(name)) return undefined;
  const full = LONG_WITH_VALUE.has(name)
    ? name
    : [...LONG_WITH_VALUE].find((known) => known.startsWith(name));
  return full === undefined ? undefined : { name: full, value, takesNext: value === undefined };
}

function readShort(letters: string): Option[] {
  const options: Option[] = [];
  for (let at = 0; at < letters.length; at++) {
    const name = letters.charAt(at);
    const rest = letters.slice(at + 1);
    const takesValue = SHORT_WITH_VALUE.includes(name);
    if (takesValue || SHORT_WITH_OPTIONAL_VALUE.includes(name)) {
      options.push({ name, value: rest, takesNext: takesValue && rest === '' });
      break;
    }
    options.push({ name, takesNext: false });
  }
  return options;
}

/**
 * Splits the command line again that nmap joined: it puts a backslash before quotes and backslashes, quotes arguments
 * with white space, and separates arguments, which may be empty, by spaces. nmap 4 and older only put the spaces.
 */
function splitArguments(args: string): string[] {
  const words: string[] = [];
  let word = '';
  let isQuoted = false;
  for (let at = 0; at < args.length; at++) {
    const character = args.charAt(at);
    if (character === '\\') {
      at += 1;
      word += args.charAt(at);
    } else if (character === '"') {
      isQuoted = !isQuoted;
    } else if (!isQuoted && /\s/.test(character)) {
      words.push(word);
      word = '';
    } else {
      word += character;
    }
  }
  return [...words, word];
}
