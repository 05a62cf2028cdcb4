// The hosts.yaml in force, a store that the user names, and the terminal.

import { existsSync } from 'node:fs';
import { listCandidates, loadNames, SHIPPED_HOSTS_FILE } from '../../names/find-hosts-file.js';
import { openToAsk } from '../../store/open.js';
import { localZone } from '../../text/clock.js';
import { countNoun } from '../../text/count-noun.js';
import type { Context } from '../context.js';
import { canMoveCursor, isAsciiOnly } from '../live/environment.js';
import { screenOf } from '../screen.js';
import { parseStore, withStore } from '../store/upkeep.js';
import { type Check, check, messageOf } from './check.js';

export async function checkHosts(named: string | undefined, { env, cwd }: Context): Promise<Check> {
  const options = { ...(named === undefined ? {} : { hosts: named }), env, cwd };
  const places = listCandidates(options);
  const at = places.findIndex(({ path, askedBy }) => askedBy !== undefined || existsSync(path));
  const found = places[at];
  try {
    const { names, file, warnings } = await loadNames(options);
    const { machines, services } = names.listNames();
    const before = places.slice(0, at).map((place) => place.file);
    const contents = `names ${countNoun(machines.length, 'machine')} and ${countNoun(services.length, 'service')}`;
    const problem = warnings[0] === undefined ? '' : `; ${warnings[0]}`;
    const shipped = file === SHIPPED_HOSTS_FILE;
    const what = shipped ? 'the file that ships with synsum, without names' : `${file} ${contents}`;
    return check('hosts.yaml', 'ok', `${what}; ${reason(found?.askedBy, before)}${problem}`);
  } catch (error) {
    const mistakes = (error as Error).message.match(/^\S.*: found /gm)?.length ?? 1;
    const others = mistakes <= 1 ? '' : `; ${countNoun(mistakes - 1, 'more mistake')}`;
    return check('hosts.yaml', 'broken', `${messageOf(error)}${others}`);
  }
}

/** Why this file applies. */
function reason(askedBy: string | undefined, before: readonly string[]): string {
  if (askedBy !== undefined) return `${askedBy} names it`;
  return before.length === 0 ? 'it is in the current folder' : `not found before it: ${before.join(', ')}`;
}

/** Asks a store which sensors it has, as any command would. */
export async function checkStore(named: string): Promise<Check> {
  try {
    const { path } = parseStore(named);
    const { sensors, missing } = await withStore(path, openToAsk, async (store) => ({
      sensors: await store.sensorStates(),
      missing: store.missing,
    }));
    const captures = sensors.reduce((sum, sensor) => sum + sensor.captures, 0);
    const contents = `${countNoun(captures, 'capture')} of ${countNoun(sensors.length, 'sensor')}`;
    const [fault] = missing;
    if (fault === undefined) return check('store', 'ok', `${path}: ${contents}`);
    return check('store', 'broken', `${path}: ${contents}, but a part is missing: ${fault.message}`);
  } catch (error) {
    return check('store', 'broken', messageOf(error).replace(/^synsum: /, ''));
  }
}

export function checkTerminal(context: Context): Check {
  const { env, stdout } = context;
  const { TERM = '', LC_ALL, LC_CTYPE, LANG } = env;
  const { width, hasColors } = screenOf(stdout, undefined, context);
  const kind = stdout.isTerminal
    ? `${TERM || 'of a kind that $TERM does not name'}`
    : 'none, as output is not to one';
  const locale = LC_ALL || LC_CTYPE || LANG || 'none';
  const facts = [
    kind,
    ...(width === undefined ? [] : [countNoun(width, 'column')]),
    ...(stdout.isTerminal ? [hasColors ? 'colours' : 'no colours'] : []),
    `locale ${locale}${isAsciiOnly(env) ? ' (synsum live draws in ASCII)' : ''}`,
    ...(stdout.isTerminal && !canMoveCursor(env) ? ['synsum live prints lines'] : []),
  ];
  return check('terminal', 'ok', facts.join(', '));
}

export function checkTimeZone({ env }: Context): Check {
  const timeZone = localZone();
  const { TZ } = env;
  const asked = TZ === undefined || TZ === '' || TZ === timeZone ? '' : ` ($TZ is ${TZ})`;
  return check(
    'time zone',
    'ok',
    `${timeZone}${asked}; times without a zone are read in it, and shown in UTC`,
  );
}
