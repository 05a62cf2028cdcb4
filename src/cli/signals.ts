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

/**
 * Sends SIGINT to the other programs of this pipeline, as the terminal does for Ctrl-C, except while a program takes its
 * keys one by one. Otherwise, the shell would wait for a silent `ssh` or `tcpdump` whose output nobody reads any more.
 */
export function interruptOthers(): void {
  process.removeAllListeners('SIGINT');
  process.on('SIGINT', () => {});
  process.kill(0, 'SIGINT');
}
