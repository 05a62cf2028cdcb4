// A small made-up network: which of its services are used when, as captures of an hour each; and the truth about it,
// from the connections alone. It knows nothing of how the program counts or judges.

import { ethernet, ipv4, pcap, type RecordParts, tcp } from '../../helpers/packets.js';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;

/** Seconds since the epoch. A Wednesday. */
export const BEGINNING: number = Date.UTC(2026, 0, 7) / 1000;

export interface Connection {
  /** `ADDRESS:PORT` of the server. */
  readonly service: string;
  readonly client: string;
  /** Seconds since the epoch. */
  readonly time: number;
}

/** Services whose use differs in kind. */
export const SERVICES = {
  web: '10.0.0.1:443',
  ssh: '10.0.0.1:22',
  backup: '10.0.0.2:873',
  mail: '10.0.0.3:25',
  printer: '10.0.0.4:631',
  files: '10.0.0.6:445',
  fresh: '10.0.0.5:8080',
} as const;

const SERVER = '10.0.0.100';
const LAPTOP = '10.0.0.101';

/** Numbers that look random, and are the same each time: mulberry32. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    yield ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

function* every(seconds: number, from: number, to: number): Generator<number> {
  for (let time = from; time < to; time += seconds) yield time;
}

export interface Plan {
  readonly baselineDays: number;
  readonly days: number;
}

/** When ssh was used last, and the new service for the first time; both are of the days after the baseline. */
export function eventsOf({ baselineDays }: Plan): {
  readonly sshStops: number;
  readonly freshAppears: number;
} {
  const day = (number: number): number => BEGINNING + (baselineDays + number - 1) * DAY;
  return { sshStops: day(4) + 12 * HOUR, freshAppears: day(3) + 9 * HOUR };
}

/** All connections, ascending. */
export function connectionsOf(plan: Plan): Connection[] {
  const { sshStops, freshAppears } = eventsOf(plan);
  const end = BEGINNING + (plan.baselineDays + plan.days) * DAY;
  const random = numbers(20_260_107);
  const connections: Connection[] = [];
  const add = (service: string, times: Iterable<number>, client: string = SERVER): void => {
    for (const time of times) if (time < end) connections.push({ service, client, time });
  };
  for (const day of every(DAY, BEGINNING, end)) {
    for (const hour of every(HOUR, day, day + DAY)) {
      const isBusy = hour >= day + 8 * HOUR && hour < day + 20 * HOUR;
      add(SERVICES.web, every(isBusy ? 30 : 2 * MINUTE, hour + 10, hour + HOUR));
    }
    const start = day + 2 * HOUR + 5 * MINUTE + Math.floor(random.next().value * 180);
    add(SERVICES.backup, every(40, start, start + 20 * MINUTE));
    add(SERVICES.mail, [day + 6 * HOUR + 25 * MINUTE + 1]);
    const isWorkday = ![0, 6].includes(new Date(day * 1000).getUTCDay());
    if (isWorkday) add(SERVICES.files, every(3 * MINUTE, day + 8 * HOUR + 20, day + 18 * HOUR), LAPTOP);
  }
  add(SERVICES.ssh, every(6 * MINUTE, BEGINNING + 3 * MINUTE, sshStops));
  add(SERVICES.fresh, every(10 * MINUTE, freshAppears + 2 * MINUTE, end));
  for (let time = BEGINNING + 5 * HOUR + 7; time < end; ) {
    add(SERVICES.printer, [time]);
    time += Math.ceil(-Math.log(1 - random.next().value) * 36 * HOUR);
  }
  return connections.sort((a, b) => a.time - b.time);
}

/** A capture of these connections. */
export function captureOf(connections: readonly Connection[]): Uint8Array {
  const records = connections.map(({ service, client, time }): RecordParts => {
    const [source = '', port] = service.split(':');
    const payload = tcp({ sourcePort: Number(port) });
    return { seconds: time, data: ethernet({ payload: ipv4({ source, destination: client, payload }) }) };
  });
  return pcap({ records });
}

/** What captures have seen: of the baseline, and since then. Each is the connections of an hour. */
export class Truth {
  readonly baseline: (readonly Connection[])[] = [];
  readonly since: (readonly Connection[])[] = [];
  /** How many captures the baseline had each time when it was written anew. */
  readonly #states: number[] = [];

  accept(): void {
    this.#states.push(this.baseline.length);
    this.baseline.push(...this.since.splice(0));
  }

  /** Forgets a service that was accepted to be gone. */
  forget(service: string): void {
    for (const [at, capture] of this.baseline.entries()) {
      this.baseline[at] = capture.filter((connection) => connection.service !== service);
    }
  }

  /** Times of the connections of a service, ascending. */
  timesIn(captures: readonly (readonly Connection[])[], service: string): number[] {
    return captures.flat().flatMap((connection) => (connection.service === service ? [connection.time] : []));
  }

  lastSeen(service: string): number {
    return Math.max(...this.timesIn([...this.baseline, ...this.since], service));
  }

  /** The captures by which silence is judged: those before the baseline was first written after the last use in it. */
  #usual(service: string): (readonly Connection[])[] {
    const last = Math.max(...this.timesIn(this.baseline, service));
    const count =
      this.#states.find((state) => endOf(this.baseline[state - 1]) >= last) ?? this.baseline.length;
    return this.baseline.slice(0, count);
  }

  /** Where captures show that a service is silent: after the hour of its last use, and not in the baseline. */
  silence(service: string): (readonly [from: number, to: number])[] {
    const usual = this.#usual(service).length;
    const isSeen = this.timesIn(this.since, service).length > 0;
    const last = isSeen ? hourOf(this.lastSeen(service)) + HOUR : this.lastSeen(service);
    return [...this.baseline, ...this.since]
      .slice(usual)
      .map((capture) => [Math.max(startOf(capture), last), endOf(capture)] as const)
      .filter(([from, to]) => from < to);
  }

  silentSeconds(service: string): number {
    return this.silence(service).reduce((sum, [from, to]) => sum + to - from, 0);
  }

  /** Whether the captures show a whole hour of silence. */
  hasSilentHour(service: string): boolean {
    const last = Math.floor(this.lastSeen(service) / HOUR);
    return this.silence(service).some(
      ([from, to]) => Math.floor(from / HOUR) > last && to - from > 0.8 * HOUR,
    );
  }

  /** The mean of the same hours of the day in the baseline; of the same day of the week, if it has them all. */
  expected(service: string): number {
    const usual = this.#usual(service);
    const isWeek = endOf(usual.at(-1)) - startOf(usual[0]) > 7 * DAY - HOUR;
    const period = isWeek ? 7 * DAY : DAY;
    let expected = 0;
    for (const [from, to] of this.silence(service)) {
      const alike = usual.filter((capture) => (hourOf(startOf(capture)) - hourOf(from)) % period === 0);
      const counts = alike.map((capture) => this.timesIn([capture], service).length);
      const seconds = alike.reduce((sum, capture) => sum + endOf(capture) - startOf(capture), 0);
      expected += (counts.reduce((sum, count) => sum + count, 0) * (to - from)) / seconds;
    }
    return expected;
  }
}

function hourOf(time: number): number {
  return time - (time % HOUR);
}

function startOf(capture: readonly Connection[] | undefined): number {
  return capture?.[0]?.time ?? Number.NaN;
}

function endOf(capture: readonly Connection[] | undefined): number {
  return capture?.at(-1)?.time ?? Number.NaN;
}
