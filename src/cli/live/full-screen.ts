// The live view on the whole screen: samples, keys and frames brought together.

import { LiveLabels } from '../../inventory/live/labels.js';
import type { Sampler } from '../../inventory/live/sampler.js';
import { countNew, type LiveSelection, select } from '../../inventory/live/select.js';
import { Progress } from '../../sources/progress.js';
import { difference, type Frame } from '../../views/live/frame.js';
import { type Key, KeyReader } from '../../views/live/keys.js';
import { draw, rowsIn, type Scene } from '../../views/live/layout.js';
import { INITIAL_STATE, type LiveState, press } from '../../views/live/state.js';
import { LiveSampler } from './live-sampler.js';
import { type Observer, type ObserverSettings, SAMPLE_INTERVAL } from './observer.js';
import { Terminal } from './terminal.js';

/** A terminal sends the rest of an escape sequence sooner than a person presses another key. */
const ESCAPE_MILLISECONDS = 50;

const NOTHING: LiveSelection = { rows: [], matching: 0, total: 0, offset: 0 };

/** Shows the view until `end` is called; undefined if there is no terminal to take keys from. */
export async function observeOnScreen(settings: ObserverSettings): Promise<Observer | undefined> {
  const view = new LiveView(settings);
  return (await view.open()) ? view : undefined;
}

class LiveView implements Observer {
  readonly progress: Progress = new Progress();
  readonly #settings: ObserverSettings;
  readonly #labels: LiveLabels;
  readonly #keys: KeyReader = new KeyReader();
  readonly #begun: number = performance.now();
  readonly #samples: LiveSampler = new LiveSampler(this.progress, this.#begun);
  #terminal: Terminal | undefined;
  #sampler: Sampler | undefined;
  #state: LiveState = INITIAL_STATE;
  #selection: LiveSelection = NOTHING;
  #shown: Frame | undefined;
  /** Whether the view changed while a frame was being written. */
  #isLate = false;
  #isEndedByKey = false;
  #timer: NodeJS.Timeout | undefined;
  #escapeTimer: NodeJS.Timeout | undefined;
  /** When the last sample was taken: while the view is paused, times stand still. */
  #now = 0;

  constructor(settings: ObserverSettings) {
    this.#settings = settings;
    this.#labels = new LiveLabels(settings.names, settings.labels, settings.known);
  }

  async open(): Promise<boolean> {
    this.#terminal = await Terminal.open({
      keys: (text) => this.#takeKeys(text),
      redraw: () => this.#drawAgain(),
    });
    if (this.#terminal === undefined) return false;
    this.#draw();
    this.#timer = setInterval(() => this.#sample(), SAMPLE_INTERVAL);
    return true;
  }

  readonly isEndedByKey = (): boolean => this.#isEndedByKey;

  readonly end = async (): Promise<void> => {
    clearInterval(this.#timer);
    clearTimeout(this.#escapeTimer);
    await this.#terminal?.close();
  };

  /** A paused view takes no samples: the next one covers the pause. */
  #sample(): void {
    if (this.#state.isPaused) return;
    this.#now = performance.now();
    this.#sampler = this.#samples.sample(this.#now);
    this.#draw();
  }

  #takeKeys(text: string): void {
    clearTimeout(this.#escapeTimer);
    this.#press(this.#keys.read(text));
    if (this.#keys.isWaiting) {
      this.#escapeTimer = setTimeout(() => this.#press(this.#keys.flush()), ESCAPE_MILLISECONDS);
    }
  }

  #press(keys: readonly Key[]): void {
    const { height } = this.#terminal?.size ?? { height: 24 };
    for (const key of keys) {
      const extent = { height: rowsIn(height), matching: this.#selection.matching };
      const { state, action } = press(this.#state, key, extent);
      this.#state = state;
      if (action === 'quit') {
        this.#isEndedByKey = true;
        void this.end();
        this.#settings.stop();
        return;
      }
      if (action === 'suspend') this.#terminal?.suspend();
      if (action === 'redraw') this.#shown = undefined;
    }
    if (keys.length > 0) this.#draw();
  }

  #drawAgain(): void {
    this.#shown = undefined;
    this.#draw();
  }

  #draw(): void {
    const terminal = this.#terminal;
    if (terminal === undefined) return;
    if (!terminal.isReady) {
      this.#isLate = true;
      return;
    }
    const { clock, isAscii, hasColors } = this.#settings;
    const frame = draw(this.#scene(rowsIn(terminal.size.height)), { ...terminal.size, isAscii, clock });
    const text = difference(this.#shown, frame, hasColors);
    this.#shown = frame;
    if (text === '') return;
    this.#isLate = false;
    terminal.write(text, () => {
      if (this.#isLate) this.#draw();
    });
  }

  #scene(height: number): Scene {
    const { source } = this.#settings;
    const { kind, sorts, reversed, filter, offset } = this.#state;
    const sampler = this.#sampler;
    const query = { kind, sort: sorts[kind], isReversed: reversed[kind], filter, offset, height };
    if (sampler !== undefined) this.#selection = select(sampler, this.#labels, query, this.#now);
    this.#state = { ...this.#state, offset: this.#selection.offset };
    const { services, machines } = sampler?.tables ?? {};
    return {
      source,
      state: this.#state,
      selection: this.#selection,
      synAcks: sampler?.synAcks ?? 0,
      rate: sampler?.rateOf(sampler.total, 0) ?? 0,
      history: sampler?.historyOf(sampler.total, 0) ?? [],
      services: services?.size ?? 0,
      newServices: sampler === undefined ? 0 : countNew(sampler, this.#labels, this.#now),
      machines: Math.max(0, (machines?.size ?? 1) - 1),
      seconds: this.#now === 0 ? 0 : (this.#now - this.#begun) / 1000,
    };
  }
}
