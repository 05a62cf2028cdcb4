// The live view in a pipe, or on a terminal that can only print: a line for each new service.

import { LiveLabels } from '../../inventory/live/labels.js';
import { takeUnreported } from '../../inventory/live/select.js';
import { Progress } from '../../sources/progress.js';
import { describeAppearance } from '../../views/live/lines.js';
import { LiveSampler } from './live-sampler.js';
import { type Observer, type ObserverSettings, SAMPLE_INTERVAL } from './observer.js';

/** Prints lines until `end` is called. */
export function observeInLines({
  names,
  labels: options,
  known,
  clock,
  isAscii,
  stop,
  context: { stdout },
}: ObserverSettings): Observer {
  const progress = new Progress();
  const labels = new LiveLabels(names, options, known);
  const samples = new LiveSampler(progress, performance.now());
  const print = (): void => {
    const sampler = samples.sample(performance.now());
    if (sampler === undefined) return;
    const lines = takeUnreported(sampler, labels).map((found) => describeAppearance(found, clock, isAscii));
    if (lines.length > 0 && !stdout.write(lines.join(''))) stop();
  };
  const timer = setInterval(print, SAMPLE_INTERVAL);
  return {
    progress,
    end() {
      clearInterval(timer);
      print();
    },
    isEndedByKey: () => false,
  };
}
