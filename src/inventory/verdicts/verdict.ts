// The words for what handshakes say about a service: whether it is used, merely answers, or cannot be judged.

/**
 * Says whether a service is used. `used`: data was sent. `likely`: only SYN-ACKs were captured, and nothing
 * speaks against use. `opened`: completed, but no data was ever sent. `proxied`: a SYN proxy answered. `uncertain`: only
 * SYN-ACKs were captured, and the client or its packets look like a scan or a flood. `probed`: touched by a scan. `reset`:
 * the client reset each handshake. `unanswered`: the client never answered. `answers on all ports`: a tarpit, or a host
 * that redirects all ports. The last three name connections that are not the use of a service at all.
 */
export type Verdict =
  | 'used'
  | 'likely'
  | 'opened'
  | 'proxied'
  | 'uncertain'
  | 'probed'
  | 'reset'
  | 'unanswered'
  | 'answers on all ports'
  | 'backscatter'
  | 'FTP data'
  | 'simultaneous open';

/** Whether something is used. */
export type Level = 'yes' | 'maybe' | 'no';

/** Which levels a list keeps: `maybe` also keeps `yes`, and what is not known. */
export type Only = 'yes' | 'maybe' | 'all';
export const ONLY: readonly Only[] = ['yes', 'maybe', 'all'];

/** The levels of verdicts, the strongest verdict first: a service has the strongest one of its clients. */
const LEVELS: ReadonlyMap<Verdict, Level> = new Map([
  ['used', 'yes'],
  ['likely', 'yes'],
  ['opened', 'maybe'],
  ['proxied', 'maybe'],
  ['uncertain', 'maybe'],
  ['probed', 'no'],
  ['reset', 'no'],
  ['unanswered', 'no'],
  ['answers on all ports', 'no'],
  ['backscatter', 'no'],
  ['FTP data', 'no'],
  ['simultaneous open', 'no'],
]);

/** All verdicts, the strongest first. */
export const VERDICTS: readonly Verdict[] = [...LEVELS.keys()];

const NOT_SERVICES: readonly Verdict[] = ['backscatter', 'FTP data', 'simultaneous open'];

export function levelOf(verdict: Verdict): Level {
  return LEVELS.get(verdict) as Level;
}

/** Orders verdicts, the strongest first. */
export function compareVerdicts(a: Verdict, b: Verdict): number {
  return VERDICTS.indexOf(a) - VERDICTS.indexOf(b);
}

/** Whether a list that keeps these levels keeps something with this judgement. */
export function isLevelIn(only: Only, judgement: Judgement | undefined): boolean {
  return isVerdictIn(only, judgement?.verdict);
}

export function isVerdictIn(only: Only, verdict: Verdict | undefined): boolean {
  if (only === 'all') return true;
  const level = verdict === undefined ? 'maybe' : levelOf(verdict);
  return level === 'yes' || (only === 'maybe' && level === 'maybe');
}

/** Whether the connections are the use of a service, wanted or not; otherwise nobody serves. */
export function isUse(verdict: Verdict): boolean {
  return !NOT_SERVICES.includes(verdict);
}

/** A verdict with the handshakes that it rests on, among all of the same client, server and port, or of the service. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly handshakes: number;
  readonly of: number;
}

/**
 * Returns the strongest verdict, with the handshakes that have it. Undefined if one of the judgements is.
 */
export function joinJudgements(judgements: readonly (Judgement | undefined)[]): Judgement | undefined {
  if (judgements.length === 0) return undefined;
  const known: Judgement[] = [];
  for (const judgement of judgements) {
    if (judgement === undefined) return undefined;
    known.push(judgement);
  }
  const of = known.reduce((sum, judgement) => sum + judgement.of, 0);
  const verdict = known.map((judgement) => judgement.verdict).sort(compareVerdicts)[0] as Verdict;
  const handshakes = known
    .filter((judgement) => judgement.verdict === verdict)
    .reduce((sum, judgement) => sum + judgement.handshakes, 0);
  return { verdict, handshakes, of };
}
