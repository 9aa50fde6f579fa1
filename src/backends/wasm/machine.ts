import type { Executable } from "../../compile/backend.ts";
import type { TensorData } from "../../core/tensor.ts";
import { Arena, runnable } from "./arena.ts";
import type { Assembly } from "./assembly.ts";
import { compiled, memoryOf } from "./platform.ts";
import { threadsIfLoaded } from "./threads/local.ts";

/** A program ready to run, in a memory of its own. */
export interface Machine extends Executable {
  /** Writes numbers into an input, from one of its elements on; they stay until others are written. */
  write(input: number, from: number, numbers: TensorData): void;
  /** Runs it on the inputs as they stand in memory, with pauses as `slices` has them. */
  resume(turns?: number): ReturnType<Executable["slices"]>;
}

/** Links the module of a program with a memory of its own. */
export function linked(assembly: Assembly): Machine {
  if (assembly.threads === 1) return linkedForOne(assembly);
  return threadsIfLoaded()?.(assembly) ?? linkedForNow(assembly);
}

function linkedForOne(assembly: Assembly): Machine {
  const { pages, bytes, threads } = assembly;
  const arena = new Arena(assembly, memoryOf(pages, threads > 1));
  const calls = arena.alone(compiled(bytes));
  const parts = assembly.parts.map((part, i) => runnable(part, calls[i]!, arena.carries[i]!));
  const resume = function* (turns?: number): ReturnType<Executable["slices"]> {
    for (const part of parts) yield* part.slices(turns);
    return arena.take();
  };
  return {
    threads: 1,
    resume,
    write: (input, from, numbers) => arena.write(input, from, numbers),
    run(inputs) {
      arena.give(inputs);
      for (const part of parts) part.run();
      return arena.take();
    },
    *slices(inputs, turns) {
      arena.give(inputs);
      return yield* resume(turns);
    },
  };
}

/** For one thread, until what several need is loaded: then for them, from the next run on. */
function linkedForNow(assembly: Assembly): Machine {
  let now = linkedForOne(assembly);
  let settled = false;
  const current = (): Machine => {
    const link = settled ? null : threadsIfLoaded();
    if (link) [now, settled] = [link(assembly), true];
    return now;
  };
  return {
    get threads() {
      return now.threads;
    },
    write: (input, from, numbers) => now.write(input, from, numbers),
    close: () => now.close?.(),
    resume: (turns) => now.resume(turns),
    run: (inputs) => current().run(inputs),
    slices: (inputs, turns) => current().slices(inputs, turns),
  };
}
