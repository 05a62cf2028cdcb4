// The command line that nmap writes into its report, taken apart as nmap itself does it: GNU getopt_long_only. Knows
// the options that take a value and what they mean for the targets, and nothing of targets.
// https://nmap.org/book/man-briefoptions.html, and parse_options() in nmap.cc up to nmap 7.9.

export interface CommandLine {
  /** What is no option: the targets. */
  readonly operands: readonly string[];
  /** What `--exclude` names. */
  readonly excluded: readonly string[];
  readonly family: 4 | 6;
  /** `-sL`: names are looked up, and no packet goes to a target. */
  readonly isListScan: boolean;
  /** False if targets were also read from a file, made up, or left out by a file. */
  readonly namesAllTargets: boolean;
}

/** These take a value, even if it is in the next argument; -O, -d and -v only if it is in the same one. */
const SHORT_WITH_VALUE = 'bDegiMmopPSsT';
const SHORT_WITH_OPTIONAL_VALUE = 'Odv';

/** Those without a dash before the letters come with one dash, as -oX. */
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

/** The only ones without a value whose names others with a value begin with. */
const LONG_WITHOUT_VALUE: ReadonlySet<string> = new Set(['version']);

/** With these the targets are not, or not only, on the command line; `i` is an old way to write -iL. */
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

/** The options in an argument; undefined if it is none. */
function readWord(word: string): Option[] | undefined {
  if (!word.startsWith('-') || word === '-') return undefined;
  const long = readLong(word);
  if (long !== undefined) return [long];
  return word.startsWith('--') ? [] : readShort(word.slice(1));
}

/** Long options may have one dash, if they are not one letter, and be cut where it stays clear which is meant. */
function readLong(word: string): Option | undefined {
  const [, written = '', value] = /^--?([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  if (!word.startsWith('--') && written.length < 2) return undefined;
  // nmap knows most with underscores too.
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
 * Undoes what nmap does when it writes its arguments: it puts a backslash before quotes and backslashes, quotes what
 * has white space in it, and a space between any two, which may be empty. Up to 4.x it only put the space.
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
