import type { Steps } from "./steps.ts";

/** Where there is one (in Node), it is the shortest way round the event loop; its message ports load much at first use. */
const { setImmediate: immediately } = globalThis as { setImmediate?: (resume: () => void) => void };

/**
 * Lets everyone else who waits for this thread have a turn: in a page by a message to itself, which comes back at once. (A
 * timer would take a second in a page that is not seen.)
 */
export const pause = (): Promise<void> => new Promise(immediately ?? posted);

function posted(resume: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener("message", () => {
    port1.close();
    resume();
  });
  port1.start();
  port2.postMessage(null);
}

/** Milliseconds that work goes on before others have a turn: with one step more, less than three frames of 60 a second. */
const patience = 16;

/** Work that pauses now and then. */
export class Pace {
  #lastTurn = performance.now();

  /** Whether it is time for a rest. */
  get due(): boolean {
    return performance.now() - this.#lastTurn >= patience;
  }

  async rest(): Promise<void> {
    await pause();
    this.#lastTurn = performance.now();
  }

  /** All steps of the work, with pauses. */
  async through<T>(work: Steps<T>): Promise<T> {
    for (;;) {
      const step = work.next();
      if (step.done) return step.value;
      if (this.due) await this.rest();
    }
  }
}
