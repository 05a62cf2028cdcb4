// SIGINT, SIGTERM and SIGHUP end the reading, not the work: what has been read by then is still printed.

/** The status that shells report for a program ended by SIGINT. */
const EXIT_INTERRUPTED = 130;

/** A signal object that is aborted by the first SIGINT, SIGTERM or SIGHUP; the second ends the process at once. */
export function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(EXIT_INTERRUPTED);
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  // A terminal that was closed, or a service that is reloaded.
  process.on('SIGHUP', onSignal);
  return controller.signal;
}
