// The user's choice of what is shown, and how keys change it.

import { LIVE_COLUMNS, type LiveColumn, type LiveKind } from '../../inventory/live/select.js';
import type { Key } from './keys.js';

export interface LiveState {
  readonly kind: LiveKind;
  readonly sorts: Readonly<Record<LiveKind, LiveColumn>>;
  readonly reversed: Readonly<Record<LiveKind, boolean>>;
  readonly filter: string;
  /** Whether the filter is being typed. */
  readonly isTyping: boolean;
  /** Items before the first one on the screen. */
  readonly offset: number;
  readonly isPaused: boolean;
  readonly isHelpShown: boolean;
}

/** The busiest first. */
export const INITIAL_STATE: LiveState = {
  kind: 'services',
  sorts: { services: 'rate', rows: 'rate', machines: 'rate' },
  reversed: { services: false, rows: false, machines: false },
  filter: '',
  isTyping: false,
  offset: 0,
  isPaused: false,
  isHelpShown: false,
};

/** Something that a key asks of the program, not of the view. */
export type Action = 'quit' | 'suspend' | 'redraw';

/** The numbers of items that the screen has, to move by. */
export interface Extent {
  readonly height: number;
  readonly matching: number;
}

const KINDS: readonly LiveKind[] = ['services', 'rows', 'machines'];
const MAX_FILTER_LENGTH = 60;

export function press(
  state: LiveState,
  key: Key,
  extent: Extent,
): { readonly state: LiveState; readonly action?: Action } {
  switch (key.kind) {
    case 'interrupt':
      return { state, action: 'quit' };
    case 'suspend':
      return { state, action: 'suspend' };
    case 'redraw':
      return { state, action: 'redraw' };
    default:
      break;
  }
  if (state.isTyping) return { state: typeFilter(state, key) };
  if (state.isHelpShown) return pressInHelp(state, key);
  if (key.kind === 'text' && key.text === 'q') return { state, action: 'quit' };
  return { state: key.kind === 'text' ? pressText(state, key.text, extent) : move(state, key, extent) };
}

/** Any key leaves the help. */
function pressInHelp(state: LiveState, key: Key): { readonly state: LiveState; readonly action?: Action } {
  if (key.kind === 'text' && key.text === 'q') return { state, action: 'quit' };
  return { state: { ...state, isHelpShown: false } };
}

function typeFilter(state: LiveState, key: Key): LiveState {
  const { filter } = state;
  switch (key.kind) {
    case 'text':
      return { ...state, filter: (filter + key.text).slice(0, MAX_FILTER_LENGTH), offset: 0 };
    case 'erase':
      return filter === ''
        ? { ...state, isTyping: false }
        : { ...state, filter: [...filter].slice(0, -1).join(''), offset: 0 };
    case 'eraseAll':
      return { ...state, filter: '', offset: 0 };
    case 'escape':
      return { ...state, filter: '', isTyping: false, offset: 0 };
    case 'enter':
      return { ...state, isTyping: false };
    default:
      return state;
  }
}

function pressText(state: LiveState, text: string, extent: Extent): LiveState {
  const { kind, sorts, reversed } = state;
  switch (text) {
    case '1':
    case '2':
    case '3':
      return show(state, KINDS[Number(text) - 1] as LiveKind);
    case '/':
      return { ...state, isTyping: true };
    case 's':
      return { ...state, sorts: { ...sorts, [kind]: nextColumn(state, 1) }, offset: 0 };
    case 'S':
      return { ...state, sorts: { ...sorts, [kind]: nextColumn(state, -1) }, offset: 0 };
    case 'r':
      return { ...state, reversed: { ...reversed, [kind]: !reversed[kind] }, offset: 0 };
    case 'p':
    case ' ':
      return { ...state, isPaused: !state.isPaused };
    case '?':
    case 'h':
      return { ...state, isHelpShown: true };
    case 'j':
      return move(state, { kind: 'down' }, extent);
    case 'k':
      return move(state, { kind: 'up' }, extent);
    case 'g':
      return move(state, { kind: 'home' }, extent);
    case 'G':
      return move(state, { kind: 'end' }, extent);
    default:
      return state;
  }
}

function show(state: LiveState, kind: LiveKind): LiveState {
  return { ...state, kind, offset: 0 };
}

function nextColumn({ kind, sorts }: LiveState, step: 1 | -1): LiveColumn {
  const columns = LIVE_COLUMNS[kind];
  const at = columns.indexOf(sorts[kind]) + step + columns.length;
  return columns[at % columns.length] as LiveColumn;
}

function move(state: LiveState, { kind }: Key, { height, matching }: Extent): LiveState {
  const last = Math.max(0, matching - height);
  const to = (offset: number): LiveState => ({ ...state, offset: Math.max(0, Math.min(offset, last)) });
  switch (kind) {
    case 'up':
      return to(state.offset - 1);
    case 'down':
      return to(state.offset + 1);
    case 'pageUp':
      return to(state.offset - height);
    case 'pageDown':
      return to(state.offset + height);
    case 'home':
      return to(0);
    case 'end':
      return to(last);
    case 'tab':
      return show(state, KINDS[(KINDS.indexOf(state.kind) + 1) % KINDS.length] as LiveKind);
    case 'escape':
      return state.filter === '' ? state : { ...state, filter: '', offset: 0 };
    default:
      return state;
  }
}
