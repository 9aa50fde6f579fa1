import type { Backend, Executable, Runner, Workshop } from "../compile/backend.ts";
import { lowering } from "../compile/index.ts";
import { Pace } from "../core/pause.ts";

/** Runs a program on this thread, with pauses between turns of its loops. */
export function paced(executable: Pick<Executable, "slices" | "close" | "threads">, pace: Pace): Runner {
  return {
    async run(inputs, { signal, turns } = {}) {
      const slices = executable.slices(inputs, turns);
      let first = true; // until the first loop is done: only its carries are those that a run can be stopped with
      for (let turn = slices.next(); ; turn = slices.next()) {
        const { threads } = executable;
        if (turn.done) return { threads, outputs: turn.value };
        const { done, length, carries } = turn.value;
        if (pace.due) await pace.rest();
        if (first && (signal?.aborted || done === turns)) return { threads, stopped: carries() };
        first &&= done < length;
      }
    },
    close: () => executable.close?.(),
  };
}

/** Where programs of an engine are compiled and run for someone who waits: in its own place, if it has one, or on this thread. */
export function workshopOf(backend: Backend): Workshop {
  const pace = new Pace();
  const count = new ThreadCount();
  const place = backend.place?.({ pace, here: (executable) => paced(executable, pace) });
  return {
    get threads() {
      return count.most;
    },
    async compile(traced, options) {
      await backend.ready?.(traced, options);
      const program = await pace.through(lowering(traced));
      return count.of(place ? await place.start(program, options) : paced(backend.compile(program, options), pace));
    },
    close: () => place?.close(),
  };
}

/** How many threads worked on the programs of a workshop. */
class ThreadCount {
  most = 1;

  /** The same runner, watched. */
  of(runner: Runner): Runner {
    return {
      run: async (inputs, stop) => {
        const outcome = await runner.run(inputs, stop);
        this.most = Math.max(this.most, outcome.threads);
        return outcome;
      },
      close: () => runner.close(),
    };
  }
}
