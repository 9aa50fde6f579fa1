/** Ctrl-C, SIGTERM and a closed terminal while a run goes on. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** From now on an interrupted run saves what it has learnt; before, there is nothing to save. */
  ready(): void;
  /** The run is over. */
  over(): void;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A terminal and npx may both pass on the same Ctrl-C, so only one that comes this much later (ms) means "at once". */
const patience = 2000;

/** Listens for signals: the first one ends training, another one some seconds later ends the process. */
export function interruption(): Interruption {
  const stop = new AbortController();
  let ready = false;
  let later = false;
  const interrupt = (): void => {
    if (!ready) {
      process.stderr.write("interrupted before training began: nothing was written.\n");
      process.exit(130);
    }
    if (!stop.signal.aborted) {
      // A signal that had to wait until a long computation was over is heard between the two: it is no later one.
      const passed = (): void => {
        later = true;
      };
      setTimeout(() => setImmediate(passed), patience).unref();
      stop.abort();
    } else if (later) process.exit(130);
  };
  for (const name of signals) process.on(name, interrupt);
  return {
    signal: stop.signal,
    ready: () => {
      ready = true;
    },
    over: () => {
      for (const name of signals) process.off(name, interrupt);
    },
  };
}
