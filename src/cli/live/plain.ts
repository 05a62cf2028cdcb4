// The live view in a pipe, or on a terminal that can only print: a line for each new service.

import { LiveLabels } from '../../inventory/live/labels.js';
import { Sampler } from '../../inventory/live/sampler.js';
import { takeUnreported } from '../../inventory/live/select.js';
import { Progress } from '../../sources/progress.js';
import { describeAppearance } from '../../views/live/lines.js';
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
  let sampler: Sampler | undefined;
  const print = (): void => {
    const { tally } = progress;
    if (tally === undefined) return;
    sampler ??= new Sampler(tally, performance.now());
    sampler.sample(performance.now(), progress.synAcks);
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
