// Changes as one line of a monitoring plugin, with its exit status. Nagios reads the text up to `|`, and passes it on to
// shells and browsers: a name must neither end the text nor be executed there.
// https://www.monitoring-plugins.org/doc/guidelines.html

import type { Changes, MachineAt, ServiceAt } from '../../inventory/changes/changes.js';
import { countNoun } from '../../text/count-noun.js';
import { visible } from '../../text/escape.js';
import { formatPort } from '../wording.js';
import { countChanges } from './counts.js';
import { distinguish } from './machine-names.js';
import { isAlert, type PluginRange, parsePluginRange } from './nagios-range.js';

/** The exit statuses of plugins. */
export const PLUGIN_STATUS = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 } as const;

export interface Thresholds {
  /** By default, any change is a warning. */
  readonly warning?: PluginRange;
  readonly critical?: PluginRange;
}

export interface Judgement {
  readonly status: 0 | 1 | 2 | 3;
  /** Ends with `\n`. */
  readonly line: string;
}

const ANY_CHANGE = parsePluginRange('0');

/** The most characters of text. Old NRPE passes on 1 KiB, Nagios 4 KiB, including the performance data. */
const MAX_TEXT = 500;
/** The most characters of a name. */
const MAX_NAME = 60;

/** Judges changes by their number. */
export function judge(changes: Changes, { warning = ANY_CHANGE, critical }: Thresholds = {}): Judgement {
  const count = countChanges(changes);
  const level =
    critical !== undefined && isAlert(critical, count)
      ? 'CRITICAL'
      : isAlert(warning, count)
        ? 'WARNING'
        : 'OK';
  const text = count === 0 ? 'no changes' : `${summarize(changes)}: ${enumerate(describeEach(changes))}`;
  const remote = changes.remoteBefore.length;
  const note = remote === 0 ? '' : `; ${countNoun(remote, 'machine')} counted as remote in the baseline`;
  const thresholds = `${warning.text};${critical?.text ?? ''}`;
  const metrics = [
    `changes=${count};${thresholds};0`,
    `added=${changes.added.length};;;0`,
    `gone=${changes.gone.length};;;0`,
    `changed=${changes.changed.length};;;0`,
    `new_machines=${changes.newMachines.length};;;0`,
    `gone_machines=${changes.goneMachines.length};;;0`,
    `clients=${changes.clients.length};;;0`,
  ];
  return { status: PLUGIN_STATUS[level], line: `SYNSUM ${level} - ${text}${note} | ${metrics.join(' ')}\n` };
}

/** Makes the line for a check that failed, with an error message. */
export function unknownLine(message: string): string {
  // Messages contain quotes, which would be escaped below, and may have several lines.
  const line = message.replace(/["']/g, '').trim().replace(/\s+/g, ' ');
  return `SYNSUM UNKNOWN - ${harmless(line, MAX_TEXT)}\n`;
}

/** `2 services added, 1 gone, 1 new machine`. */
function summarize(changes: Changes): string {
  const parts: string[] = [];
  for (const [kind, { length }] of [
    ['added', changes.added],
    ['gone', changes.gone],
    ['changed', changes.changed],
    ['with other clients', changes.clients],
  ] as const) {
    if (length > 0) parts.push(`${parts.length === 0 ? countNoun(length, 'service') : length} ${kind}`);
  }
  const [added, gone] = [changes.newMachines.length, changes.goneMachines.length];
  if (added > 0) parts.push(countNoun(added, 'new machine'));
  if (gone > 0) parts.push(`${countNoun(gone, 'machine')} gone`);
  return parts.join(', ');
}

function* describeEach(changes: Changes): Generator<string, void, undefined> {
  const { added, gone, changed, newMachines, goneMachines, clients } = changes;
  const nameOf = distinguish([added, gone, changed, newMachines, goneMachines, clients].flat());
  const service = (at: ServiceAt): string => `${machine(at)} ${formatPort(at)} ${harmless(at.service)}`;
  const machine = (at: MachineAt): string => harmless(nameOf(at));
  for (const at of added) yield `${service(at)} added`;
  for (const at of gone) yield `${service(at)} gone`;
  for (const at of changed) yield `${service(at)} changed`;
  for (const at of newMachines) yield `${machine(at)} new`;
  for (const at of goneMachines) yield `${machine(at)} gone`;
  for (const at of clients) yield `${service(at)} with other clients`;
}

/** Lists items while there is room, and counts the others. */
function enumerate(items: Iterable<string>): string {
  let text = '';
  let more = 0;
  for (const item of items) {
    const longer = text === '' ? item : `${text}, ${item}`;
    if (more === 0 && longer.length <= MAX_TEXT) text = longer;
    else more += 1;
  }
  return more === 0 ? text : `${text}, and ${more} more`;
}

// Nagios ends the text at `|` and reads `\n` as a line end. Its macros reach shells and web pages, and only a setting
// (illegal_macro_output_chars) keeps the other characters out of them.
const SPECIAL = /[\\|`~$&'"<>]/g;

/** Writes special characters of text from outside by their numbers, and cuts it if it is too long. */
function harmless(text: string, length: number = MAX_NAME): string {
  const shown = visible(text.replace(SPECIAL, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`));
  if (shown.length <= length) return shown;
  // Never in the middle of a surrogate pair.
  return `${shown.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
