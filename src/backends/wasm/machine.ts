import type { Executable } from "../../compile/backend.ts";
import type { TensorData } from "../../core/tensor.ts";
import { Arena, runnable } from "./arena.ts";
import type { Assembly } from "./assembly.ts";
import { Held, releaseAll } from "./held.ts";
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
  const module = compiled(assembly.bytes);
  const held = new Held(() => placed(assembly, module));
  held.get();
  return {
    threads: 1,
    resume: (turns) => slicesIn(held.keep(), turns),
    write: (input, from, numbers) => held.keep().arena.write(input, from, numbers),
    run(inputs) {
      const { arena, parts } = held.get();
      arena.give(inputs);
      for (const part of parts) part.run();
      return arena.take();
    },
    *slices(inputs, turns) {
      const place = held.get();
      place.arena.give(inputs);
      return yield* slicesIn(place, turns);
    },
  };
}

/** A program's memory, and its parts as they run there. */
interface Placed {
  readonly arena: Arena;
  readonly parts: readonly ReturnType<typeof runnable>[];
}

function placed(assembly: Assembly, module: WebAssembly.Module): Placed {
  const arena = new Arena(assembly, memoryFor(assembly));
  const calls = arena.alone(module);
  return { arena, parts: assembly.parts.map((part, i) => runnable(part, calls[i]!, arena.carries[i]!)) };
}

/** Memory for a program, in the place of others' where there is not enough for all. */
function memoryFor({ pages, threads }: Assembly): WebAssembly.Memory {
  try {
    return memoryOf(pages, threads > 1);
  } catch (error) {
    if (!releaseAll()) throw error;
    return memoryOf(pages, threads > 1);
  }
}

function* slicesIn({ arena, parts }: Placed, turns?: number): ReturnType<Executable["slices"]> {
  for (const part of parts) yield* part.slices(turns);
  return arena.take();
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
