import type { Executable } from "../../../compile/backend.ts";
import type { Arena, Call } from "../arena.ts";
import type { Assembly } from "../assembly.ts";
import type { Machine } from "../machine.ts";
import { type Crew, crewHere, type Job, Lost, type Task } from "./crew.ts";
import type { Local } from "./local.ts";

/** Milliseconds of work that are worth starting workers for: about what it costs. */
const worthStarting = 50;
/** Milliseconds that workers may take to start, where they were asked for. */
const startTime = 10_000;

/**
 * Links a program that several threads run together. Until they have started, and after one was lost, this thread runs it
 * alone: the bits are the same.
 */
export function linkedForSeveral(assembly: Assembly, local: Local): Machine {
  const groups = new Groups(assembly, local);
  const parts = assembly.parts.map((part, i) =>
    local.runnable(
      part,
      (from = 0, to = 1) => groups.call({ part: i, from, to }),
      () => groups.arena.carries[i]!(),
    ),
  );
  const resume = function* (turns?: number): ReturnType<Executable["slices"]> {
    for (const part of parts) yield* part.slices(turns);
    return groups.arena.take();
  };
  return {
    get threads() {
      return groups.threads;
    },
    resume,
    write: (input, from, numbers) => groups.arena.write(input, from, numbers),
    close: () => groups.close(),
    run(inputs) {
      groups.arena.give(inputs);
      for (const part of parts) for (const _ of part.slices()); // in slices, so that it is soon seen when a thread is lost
      return groups.arena.take();
    },
    *slices(inputs, turns) {
      groups.arena.give(inputs);
      return yield* resume(turns);
    },
  };
}

/** The group that runs a program, and, after a thread was lost, the one in its place. */
class Groups {
  /** Threads that worked on a part, at the most. */
  threads = 1;
  readonly #assembly: Assembly;
  readonly #local: Local;
  readonly #module: WebAssembly.Module;
  #group: Group;

  constructor(assembly: Assembly, local: Local) {
    this.#assembly = assembly;
    this.#local = local;
    this.#module = local.compiled(assembly.bytes);
    this.#group = new Group(assembly, this.#module, local);
  }

  /** The memory, and never one into which somebody who was lost may still write. */
  get arena(): Arena {
    if (this.#group.spoilt) this.#replace();
    return this.#group.arena;
  }

  #replace(): void {
    const { arena } = this.#group;
    this.#group = new Group(this.#assembly, this.#module, this.#local);
    this.#group.arena.adopt(arena);
  }

  close(): void {
    this.#group.close();
  }

  /** Runs turns of a part; where a thread is lost meanwhile, this one does everything once more, in another memory. */
  call(task: Task): void {
    try {
      this.#group.call(task);
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
      this.#replace();
      for (const [part, before] of this.#assembly.parts.slice(0, task.part).entries())
        this.#group.call({ part, from: 0, to: before.kind === "loop" ? before.length : 1 });
      this.#group.call({ ...task, from: 0 });
    }
    this.threads = Math.max(this.threads, this.#group.threads);
  }
}

/** Several threads on one memory: this one's instance of the program, and those who help. */
interface Together {
  readonly crew: Crew;
  readonly job: Job;
  readonly calls: readonly Call[];
}

/** A program in a memory that threads share, run by this one alone or together with others. */
class Group {
  readonly arena: Arena;
  /** Threads that worked on a part, at the most. */
  threads = 1;
  /** Whether somebody who was lost may still write into the memory. */
  spoilt = false;
  readonly #assembly: Assembly;
  readonly #alone: readonly Call[];
  readonly #together: Together | null;
  /** Milliseconds that this thread worked alone on what several could do, or is expected to. */
  #spent: number;
  #patience: number;

  constructor(assembly: Assembly, module: WebAssembly.Module, local: Local) {
    const { pages, threads, expected, eager } = assembly;
    const memory = local.memoryOf(pages, true);
    this.#assembly = assembly;
    this.arena = new local.Arena(assembly, memory);
    this.#alone = this.arena.alone(module);
    this.#together = this.#joined({ threads, module, memory }, crewHere(local));
    this.#patience = eager ? startTime : 0;
    this.#spent = eager ? Infinity : expected;
    this.#prepare();
  }

  /** Has workers start, if that pays. */
  #prepare(): void {
    if (this.#spent > worthStarting) this.#together?.crew.enlist(this.#assembly.threads);
  }

  #joined(job: Job, crew: Crew): Together | null {
    if (!crew.intact) return null;
    const calls = this.arena.instance(job.module, {
      thread: 0,
      threads: job.threads,
      late: (other: number, past: number) => crew.late(job, other, past),
      wake: () => crew.wake(job),
    });
    return { crew, job, calls };
  }

  /**
   * Runs turns of a part.
   *
   * @throws Lost when a thread was lost: then another group has to begin from the start
   */
  call(task: Task): void {
    const together = this.#together;
    this.#prepare();
    if (!together || !this.#assembly.parts[task.part]!.divided) this.#alone[task.part]!(task.from, task.to);
    else if (together.crew.ready(together.job.threads, this.#patience)) this.#jointly(together, task);
    else this.#meanwhile(task);
  }

  close(): void {
    const together = this.#together;
    together?.crew.forget(together.job);
  }

  #jointly({ crew, job, calls }: Together, task: Task): void {
    this.threads = job.threads;
    try {
      crew.work(job, task, () => calls[task.part]!(task.from, task.to));
    } finally {
      this.spoilt = !crew.intact;
    }
  }

  /** This thread alone, while others are not there yet. */
  #meanwhile({ part, from, to }: Task): void {
    this.#patience = 0;
    const began = performance.now();
    this.#alone[part]!(from, to);
    this.#spent += performance.now() - began;
  }
}
