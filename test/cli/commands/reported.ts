// What `synsum check` says, read back: from its text line by line, and from its JSON. A line that it does not know is an
// error, so that no sentence goes unread.

interface Added {
  readonly service: string;
  readonly connections: number;
  /** Seconds since the epoch. */
  readonly firstSeen: number;
}

/** Numbers are as they were written: `about 9.8` is 9.8, and `less than 0.01` is 0. */
export interface Silent {
  readonly service: string;
  readonly lastSeen: number;
  readonly expected: number;
  /** Connections since the baseline; undefined if it only says that it saw none. */
  readonly seen: number | undefined;
  /** Seconds of captures without connections, and how exactly it is said; undefined if it is not. */
  readonly silent: { readonly seconds: number; readonly exactness: number } | undefined;
}

export interface Reported {
  readonly added: readonly Added[];
  readonly gone: readonly Silent[];
  readonly unseen: readonly Silent[];
  readonly newMachines: readonly { readonly address: string; readonly firstSeen: number }[];
  readonly goneMachines: readonly (Omit<Silent, 'service'> & { readonly address: string })[];
}

type Growing = { -readonly [List in keyof Reported]: Reported[List][number][] };

const TIME = String.raw`(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)`;
const EXPECTED = String.raw`(about [\d.]+|less than 0\.01)`;
const SERVICE = String.raw`(\d+)/tcp +\S+`;
const ADDED = new RegExp(`^\\+ ${SERVICE} +(\\d+) connections?; first seen ${TIME}$`);
const NONE = `expected ${EXPECTED} connections? in this time, saw none`;
const THEN_NONE = String.raw`saw (\d+) connections?, then none in (\d+) (second|minute|hour|day)s? of captures \(expected ${EXPECTED}\)`;
const GONE = new RegExp(`^- (?:${SERVICE}|(\\S+)) +(?:${NONE}|${THEN_NONE}); last seen ${TIME}$`);
const UNSEEN = new RegExp(
  `^\\? ${SERVICE} +not seen yet \\(expected ${EXPECTED} in this time\\); last seen ${TIME}$`,
);
const NEW_MACHINE = new RegExp(`^\\+ (\\S+) +in the captures; first seen ${TIME}$`);
const UNITS: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3600, day: 86_400 };

export function readText(text: string): Reported {
  const reported: Growing = { added: [], gone: [], unseen: [], newMachines: [], goneMachines: [] };
  for (const block of text.split('\n\n')) {
    const [heading = '', ...lines] = block.split('\n').filter((line) => line !== '');
    const [, machine = '', kind] =
      /^(\S+) has (?:had )?the following (services added|services removed|silent services):$/.exec(heading) ??
      [];
    const service = (port: string | undefined): string => `${machine}:${port}`;
    for (const line of lines) {
      if (kind === 'services added') {
        const [, port, connections, time] = matchOf(ADDED, line);
        reported.added.push({
          service: service(port),
          connections: Number(connections),
          firstSeen: secondsOf(time),
        });
      } else if (kind === 'services removed') {
        reported.gone.push({ service: service(matchOf(GONE, line)[1]), ...silenceOf(line) });
      } else if (kind === 'silent services') {
        const [, port, expected, time] = matchOf(UNSEEN, line);
        const silence = { expected: numberOf(expected), lastSeen: secondsOf(time), seen: undefined };
        reported.unseen.push({ service: service(port), ...silence, silent: undefined });
      } else if (heading === 'The following machines are new:') {
        const [, address = '', time] = matchOf(NEW_MACHINE, line);
        reported.newMachines.push({ address, firstSeen: secondsOf(time) });
      } else if (heading === 'The following machines are gone:') {
        reported.goneMachines.push({ address: matchOf(GONE, line)[2] ?? '', ...silenceOf(line) });
      } else throw new Error(`found the line ${line} under ${heading}`);
    }
    if (
      lines.length === 0 &&
      heading !== '' &&
      !/^A silent service is reported as gone only if /.test(heading)
    ) {
      throw new Error(`found the line ${heading}`);
    }
  }
  return reported;
}

function silenceOf(line: string): Omit<Silent, 'service'> {
  const [, , , none, seen, count, unit = '', then, time] = matchOf(GONE, line);
  const seconds = UNITS[unit] ?? Number.NaN;
  return {
    expected: numberOf(none ?? then),
    lastSeen: secondsOf(time),
    seen: seen === undefined ? undefined : Number(seen),
    silent: count === undefined ? undefined : { seconds: Number(count) * seconds, exactness: seconds / 2 },
  };
}

function matchOf(pattern: RegExp, line: string): (string | undefined)[] {
  const match = pattern.exec(line);
  if (match === null) throw new Error(`found the line ${line}`);
  return match;
}

function secondsOf(time: string | undefined): number {
  return Date.parse(time ?? '') / 1000;
}

function numberOf(expected = ''): number {
  return expected.startsWith('about ') ? Number(expected.slice('about '.length)) : 0;
}

interface JsonItem {
  readonly address: string;
  readonly port: number;
  readonly connections: number;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly expected: number;
  readonly observed_seconds: number;
  readonly absence: {
    readonly expected: number;
    readonly observed_seconds: number;
    readonly connections: number;
  };
}

export function readJson(text: string): Reported & { readonly changes: number } {
  const document = JSON.parse(text) as Readonly<Record<string, readonly JsonItem[]>> & { changes: number };
  const serviceOf = ({ address, port }: JsonItem): string => `${address}:${port}`;
  const timesOf = (item: JsonItem): { firstSeen: number; lastSeen: number } => ({
    firstSeen: secondsOf(item.first_seen),
    lastSeen: secondsOf(item.last_seen),
  });
  const absenceOf = ({ absence }: JsonItem): Pick<Silent, 'expected' | 'seen' | 'silent'> => ({
    expected: absence.expected,
    seen: absence.connections,
    silent: { seconds: absence.observed_seconds, exactness: 0.001 },
  });
  const list = (name: string): readonly JsonItem[] => document[name] ?? [];
  return {
    changes: document.changes,
    added: list('added').map((item) => ({
      service: serviceOf(item),
      connections: item.connections,
      firstSeen: timesOf(item).firstSeen,
    })),
    gone: list('gone').map((item) => ({
      service: serviceOf(item),
      lastSeen: timesOf(item).lastSeen,
      ...absenceOf(item),
    })),
    unseen: list('unseen').map((item) => ({
      service: serviceOf(item),
      lastSeen: timesOf(item).lastSeen,
      expected: item.expected,
      seen: 0,
      silent: { seconds: item.observed_seconds, exactness: 0.001 },
    })),
    newMachines: list('new_machines').map((item) => ({
      address: item.address,
      firstSeen: timesOf(item).firstSeen,
    })),
    goneMachines: list('gone_machines').map((item) => ({
      address: item.address,
      lastSeen: timesOf(item).lastSeen,
      ...absenceOf(item),
    })),
  };
}
